/* source.c: events, lines, or words from the command line */
#include "src/tts/source.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/utf8.h"

#include "src/tts/stage.h"

enum {
	LINE_MAX_BYTES = 1 << 20,
	TEXT_MAX = 2 << 20,     /* a line and a block */
	REPAIRED_MAX = 4 << 20, /* three bytes for a bad one */
	BLOCK = 65536
};

struct tts_source {
	struct tts_desk *desk;
	struct sv_events *events; /* NULL where it is text */
	struct sv_buf text;       /* read, not said yet */
	bool words;               /* it is the command line's */
	bool skipping;            /* within a line that is too long */
	bool ended;
};

struct tts_source *tts_source_new(struct tts_desk *desk, char **words, int n)
{
	struct tts_source *source = sv_alloc(sizeof(*source));
	int i;

	source->desk = desk;
	source->words = n > 0;
	source->ended = source->words;
	if (!n && !desk->config->text)
		source->events = sv_events_new(STDIN_FILENO, "stdin");
	sv_buf_init(&source->text, TEXT_MAX);
	for (i = 0; i < n; i++)
		sv_buf_printf(&source->text, "%s%s", i ? " " : "", words[i]);
	return source;
}

void tts_source_free(struct tts_source *source)
{
	if (!source)
		return;
	sv_events_free(source->events);
	sv_buf_release(&source->text);
	free(source);
}

int tts_source_fd(const struct tts_source *source)
{
	return source->words || source->ended ? -1 : STDIN_FILENO;
}

bool tts_source_ended(const struct tts_source *source)
{
	return source->ended;
}

void tts_source_stop(struct tts_source *source)
{
	source->ended = true;
}

static int fill_text(struct tts_source *source)
{
	char block[BLOCK];
	ssize_t n = sv_read(STDIN_FILENO, block, sizeof(block), "stdin");

	if (n < 0)
		return EX_IOERR;
	source->ended = n == 0;
	return sv_buf_add(&source->text, block, (size_t)n);
}

int tts_source_fill(struct tts_source *source)
{
	int n;

	if (!source->events)
		return fill_text(source);
	n = sv_events_fill(source->events);
	source->ended = n == 0;
	return n < 0 ? sv_events_code(source->events) : 0;
}

/* sv_events_pop(), a reader of our events who left forgiven */
static int pop(struct tts_source *source, struct sv_event *event, int *rc)
{
	int n = sv_events_pop(source->events, event);

	while (n < 0) {
		/* a bad line was replaced for one who is not there */
		*rc = tts_forgive(sv_events_code(source->events));
		if (*rc)
			return -1;
		n = sv_events_pop(source->events, event);
	}
	return n;
}

static int next_event(struct tts_source *source, int *rc)
{
	struct sv_event event;
	long line = sv_events_line(source->events);
	int n = pop(source, &event, rc);

	/* the lines between this event and the last were none */
	if (n >= 0 && sv_events_line(source->events) - line > n)
		tts_warn_unread();
	if (n > 0)
		*rc = tts_desk_event(source->desk, &event);
	return *rc ? -1 : n;
}

static int say_line(struct tts_source *source, size_t len)
{
	struct sv_buf line;
	int rc = 0;

	sv_buf_init(&line, REPAIRED_MAX);
	sv_utf8_repair(&line, source->text.data, len);
	if (sv_buf_str(&line)[strspn(sv_buf_str(&line), " \t\r")])
		rc = tts_desk_text(source->desk, sv_buf_str(&line));
	sv_buf_release(&line);
	return rc;
}

/* a line that does not end: what there is of it goes, and the rest of it */
static int overlong(struct tts_source *source)
{
	bool first = !source->skipping;

	sv_buf_cut(&source->text, 0);
	source->skipping = true;
	sv_fail(EX_DATAERR, "stdin: a line longer than 1 MiB is left out");
	return first ? tts_complain(NULL, 0, EX_DATAERR) : 0;
}

static int next_line(struct tts_source *source, int *rc)
{
	struct sv_buf *text = &source->text;
	const char *newline =
		text->len ? memchr(text->data, '\n', text->len) : NULL;
	size_t len = newline ? (size_t)(newline - text->data) : text->len;

	if (!newline && (!source->ended || !text->len)) {
		if (text->len >= LINE_MAX_BYTES)
			*rc = overlong(source);
		return *rc ? -1 : 0;
	}
	if (!source->skipping)
		*rc = say_line(source, len);
	source->skipping = false;
	sv_buf_drop(text, len + (newline != NULL));
	return *rc ? -1 : 1;
}

int tts_source_next(struct tts_source *source, int *rc)
{
	*rc = 0;
	if (source->events)
		return next_event(source, rc);
	return next_line(source, rc);
}
