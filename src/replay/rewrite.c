/* rewrite.c: events by the call's time */
#include "src/replay/rewrite.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"

static json_t *time_of(const struct past *past, int64_t t)
{
	char text[SV_TIME_LEN];

	sv_time_format((past->began_ms < 0 ? 0 : past->began_ms) + t, text);
	return json_string(text);
}

static char *dump(const json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(12));
	char *line = text ? sv_format("%s\n", text) : NULL;

	free(text);
	return line;
}

char *rewrite_make(const struct past *past, int seq, int64_t t,
                   const char *type, json_t *fields)
{
	json_t *event = json_pack("{s:i, s:s}", "v", 1, "type", type);
	char *line;

	if (*past->id)
		json_object_set_new(event, "call", json_string(past->id));
	json_object_set_new(event, "seq", json_integer(seq));
	json_object_set_new(event, "t", json_integer(t));
	json_object_set_new(event, "time", time_of(past, t));
	json_object_set_new(event, "stage", json_string("replay"));
	json_object_update_missing(event, fields);
	json_decref(fields);
	line = dump(event);
	json_decref(event);
	if (!line)
		sv_fail(EX_SOFTWARE, "%s could not be written", type);
	return line;
}

/* a time in an event, or 0 for one that is none */
static int64_t time_in(const json_t *object, const char *key)
{
	int64_t ms = json_integer_value(json_object_get(object, key));

	return ms > 0 && ms <= SV_EVENT_NUMBER_MAX ? ms : 0;
}

static void shift(json_t *object, const char *key, int64_t by)
{
	int64_t ms = time_in(object, key) + by;

	if (json_is_integer(json_object_get(object, key)))
		json_object_set_new(object, key, json_integer(ms > 0 ? ms : 0));
}

char *rewrite_move(const struct past *past, const char *line, size_t len,
                   int64_t t)
{
	json_t *event = json_loadb(line, len, 0, NULL);
	int64_t by = t - time_in(event, "t");
	json_t *word;
	char *moved;
	size_t i;

	json_object_set_new(event, "t", json_integer(t));
	if (json_object_get(event, "time"))
		json_object_set_new(event, "time", time_of(past, t));
	shift(event, "start_ms", by);
	shift(event, "end_ms", by);
	json_array_foreach (json_object_get(event, "words"), i, word) {
		shift(word, "start_ms", by);
		shift(word, "end_ms", by);
	}
	moved = dump(event);
	json_decref(event);
	if (!moved)
		sv_fail(EX_SOFTWARE, "an event could not be written");
	return moved;
}

/* what was measured on this machine */
static const char *const measured[] = { "dialog_ms", "first_byte_ms",
	                                "asr_ms",    "cached",
	                                "ms",        NULL };

int rewrite_today(const struct past *past, const struct sv_event *event,
                  struct sv_buf *out)
{
	char *line;
	size_t i;
	int rc;

	if (!strcmp(event->type, "turn"))
		return 0;
	json_object_set_new(event->json, "time", time_of(past, event->t));
	for (i = 0; measured[i]; i++)
		json_object_del(event->json, measured[i]);
	line = dump(event->json);
	rc = line ? sv_buf_puts(out, line) : EX_SOFTWARE;
	free(line);
	return rc;
}
