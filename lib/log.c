/* log: one line on stderr, as text or as JSON */
#include "lib/log.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/hide.h"
#include "lib/secret.h"

static struct {
	const char *name;
	enum sv_level level;
	bool json;
	char call[65];
} state = { "sv", SV_WARNING, false, "" };

static const char *const levels[] = { "error", "warning", "info", "debug" };

void sv_log_open(const char *name, enum sv_level level, bool json)
{
	state.name = name;
	state.level = level;
	state.json = json;
}

void sv_log_call(const char *call)
{
	snprintf(state.call, sizeof state.call, "%s", call ? call : "");
}

bool sv_logs(enum sv_level level)
{
	return level <= state.level;
}

bool sv_logs_json(void)
{
	return state.json;
}

/* Text that is not UTF-8 (a path, say) is shown byte by byte as '?'. */
static json_t *readable(const char *text)
{
	json_t *string = json_string(text);
	char ascii[1024];
	size_t i;

	if (string)
		return string;
	for (i = 0; i < sizeof ascii - 1 && text[i]; i++)
		ascii[i] = (unsigned char)text[i] < 0x80 ? text[i] : '?';
	ascii[i] = '\0';
	return json_string(ascii);
}

static int print_json(char *line, size_t max, enum sv_level level,
                      const char *message)
{
	const char *stage =
		strncmp(state.name, "sv-", 3) ? state.name : state.name + 3;
	char time[SV_TIME_LEN];
	json_t *object;
	size_t n;

	sv_time_format(sv_wall_ms(), time);
	object = json_pack("{ss ss ss}", "time", time, "level", levels[level],
	                   "stage", stage);
	if (state.call[0])
		json_object_set_new(object, "call", json_string(state.call));
	json_object_set_new(object, "message", readable(message));
	n = json_dumpb(object, line, max - 1, JSON_COMPACT);
	json_decref(object);
	if (!n || n > max - 1)
		return 0;
	line[n] = '\n';
	return (int)n + 1;
}

static int print_text(char *line, size_t max, enum sv_level level,
                      const char *message)
{
	int n = snprintf(line, max - 1, "%s: %s%s", state.name,
	                 level == SV_WARNING ? "warning: " : "", message);

	if (n < 0)
		return 0;
	if ((size_t)n > max - 2)
		n = (int)max - 2;
	line[n] = '\n';
	return n + 1;
}

static void print(enum sv_level level, const char *format, va_list args)
{
	char message[1024], line[8192];
	int n;

	n = vsnprintf(message, sizeof message, format, args);
	for (char *p = message; *p; p++) {
		if ((unsigned char)*p < ' ')
			*p = ' ';
	}
	if (n < (int)sizeof message)
		sv_secret_mask(message);
	else
		sv_secret_mask_cut(message);
	if (sv_hides())
		sv_hide(message);
	n = state.json ? print_json(line, sizeof line, level, message)
	               : print_text(line, sizeof line, level, message);
	/* stderr that is gone or full has nobody left to be told */
	if (n > 0 && write(STDERR_FILENO, line, (size_t)n) < 0)
		return;
}

void sv_log(enum sv_level level, const char *format, ...)
{
	va_list args;

	if (!sv_logs(level))
		return;
	va_start(args, format);
	print(level, format, args);
	va_end(args);
}

void sv_say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print(SV_INFO, format, args);
	va_end(args);
}
