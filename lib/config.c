/* config: sv.conf into the environment */
#include "lib/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/utf8.h"

enum { CONFIG_MAX = 1 << 20 };

/* A name that sv.conf has, or had, supplied, and its value before the last
 * reading. */
struct supplied {
	char *name, *before;
	char *path; /* where it stands now */
	int line;
	struct supplied *next;
};

static struct supplied *supplied;

static void supply(const char *name, const char *path, int line)
{
	struct supplied *s = supplied;

	while (s && strcmp(s->name, name) != 0)
		s = s->next;
	if (!s) {
		s = sv_alloc(sizeof *s);
		s->name = sv_strdup(name);
		s->next = supplied;
		supplied = s;
	}
	free(s->path);
	s->path = sv_strdup(path);
	s->line = line;
}

int sv_config_line(const char *name, const char **path)
{
	const struct supplied *s = supplied;

	while (s && strcmp(s->name, name) != 0)
		s = s->next;
	*path = s ? s->path : NULL;
	return s ? s->line : 0;
}

/* what the last reading supplied goes; what an earlier one did is forgotten */
static void take_back(void)
{
	struct supplied **at = &supplied, *s;

	while ((s = *at) != NULL) {
		free(s->before);
		s->before = sv_strdup(getenv(s->name));
		s->line = 0;
		unsetenv(s->name);
		if (s->before) {
			at = &s->next;
			continue;
		}
		*at = s->next;
		free(s->name);
		free(s->path);
		free(s);
	}
}

void sv_config_undo(void)
{
	for (struct supplied *s = supplied; s; s = s->next) {
		if (s->before)
			setenv(s->name, s->before, 1);
		else
			unsetenv(s->name);
	}
}

/* The value as systemd's EnvironmentFile reads it: blanks around it go, and
 * so does one pair of quotes; \" and \\ in double quotes. NULL when a quote is
 * not closed. */
static char *unquote(char *value)
{
	char quote = *value, *out = value;
	size_t len = strlen(value);

	while (len && strchr(" \t\r", value[len - 1]))
		value[--len] = '\0';
	if (quote != '"' && quote != '\'')
		return value;
	for (char *p = value + 1; *p; p++) {
		if (*p == quote) {
			*out = '\0';
			return p[1] ? NULL : value;
		}
		if (quote == '"' && *p == '\\' && (p[1] == '"' || p[1] == '\\'))
			p++;
		*out++ = *p;
	}
	return NULL;
}

static int valid_key(const char *key)
{
	size_t len = strspn(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	return len && !key[len] && (*key < '0' || *key > '9');
}

static int set(const char *path, int number, char *line)
{
	char *key = line + strspn(line, " \t"), *equals, *value;

	if (!*key || *key == '#' || *key == ';' || *key == '\r')
		return 0;
	equals = strchr(key, '=');
	if (equals)
		*equals = '\0';
	if (!equals || !valid_key(key))
		return sv_fail(EX_CONFIG, "%s:%d: not a KEY=value line", path,
		               number);
	value = unquote(equals + 1 + strspn(equals + 1, " \t"));
	if (!value)
		return sv_fail(EX_CONFIG,
		               "%s:%d: the quotes of %s do not match", path,
		               number, key);
	if (getenv(key))
		return 0;
	supply(key, path, number);
	if (setenv(key, value, 0))
		return sv_fail(EX_CONFIG, "%s:%d: %s:", path, number, key);
	return 0;
}

static int load(const char *path)
{
	struct sv_buf text = { .max = CONFIG_MAX };
	char *line, *next;
	int number = 1;
	int rc = sv_file_read(path, &text);

	if (!rc && sv_utf8_check(sv_buf_str(&text), text.len) < text.len)
		rc = sv_fail(EX_CONFIG, "%s: not UTF-8", path);
	if (!rc && strlen(sv_buf_str(&text)) < text.len)
		rc = sv_fail(EX_CONFIG, "%s: holds a NUL byte", path);
	for (line = text.data; !rc && line; line = next, number++) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		rc = set(path, number, line);
	}
	sv_buf_release(&text);
	return rc == EX_NOINPUT || rc == EX_DATAERR ? EX_CONFIG : rc;
}

int sv_config_load(void)
{
	const char *named = getenv("SV_CONF");
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	char *own = NULL;
	int rc = 0;

	take_back();
	if (named && *named)
		return load(named);
	if (xdg && *xdg == '/')
		own = sv_format("%s/sales-voice/sv.conf", xdg);
	else if (home && *home)
		own = sv_format("%s/.config/sales-voice/sv.conf", home);
	if (own && !access(own, F_OK))
		rc = load(own);
	else if (!access("/etc/sales-voice/sv.conf", F_OK))
		rc = load("/etc/sales-voice/sv.conf");
	free(own);
	return rc;
}
