/* agi_ask: commands from words */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/utf8.h"

#include "src/capture/agi.h"

enum { AGI_QUOTED_MAX = 2 * AGI_LINE_MAX };

static bool plain(const char *word)
{
	if (!*word)
		return false;
	for (; *word; word++)
		if ((unsigned char)*word <= ' ' || *word == '"' ||
		    *word == '\\' || *word == '\x7f')
			return false;
	return true;
}

/* What cannot stand in a line becomes a blank. */
static void quote(struct sv_buf *out, const char *word)
{
	sv_buf_putc(out, '"');
	for (; *word; word++) {
		if (*word == '"' || *word == '\\')
			sv_buf_putc(out, '\\');
		sv_buf_putc(out, iscntrl((unsigned char)*word) ? ' ' : *word);
	}
	sv_buf_putc(out, '"');
}

int agi_ask(struct agi *agi, const char *const words[],
            int (*done)(void *arg, const struct agi_reply *reply), void *arg)
{
	struct sv_buf line;
	int rc;

	sv_buf_init(&line, AGI_QUOTED_MAX);
	for (size_t i = 0; words[i]; i++) {
		if (i)
			sv_buf_putc(&line, ' ');
		if (plain(words[i]))
			sv_buf_puts(&line, words[i]);
		else
			quote(&line, words[i]);
	}
	rc = agi_ask_line(agi, sv_buf_str(&line), done, arg);
	sv_buf_release(&line);
	return rc;
}

int agi_ask_set(struct agi *agi, const char *name, const char *value,
                int (*done)(void *arg, const struct agi_reply *reply),
                void *arg)
{
	size_t len, quoted = 0;
	char *cut;
	int rc;

	if (!value)
		value = "";
	for (len = 0; value[len] && quoted < AGI_VALUE_MAX; len++)
		quoted += value[len] == '"' || value[len] == '\\' ? 2 : 1;
	if (value[len])
		len = sv_utf8_cut(value, strlen(value), len);
	cut = sv_strndup(value, len);
	rc = agi_ask(
		agi,
		(const char *const[]){ "SET", "VARIABLE", name, cut, NULL },
		done, arg);
	free(cut);
	return rc;
}
