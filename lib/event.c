/* event: writing events, and the fields every event has */
#include "lib/event.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/secret.h"
#include "lib/start.h"
#include "lib/utf8.h"

/* The seq of the calls last heard of: sets of a few entries each, the oldest
 * of a set makes room. */
enum { SETS = 1024, WAYS = 4 };

/* a call's t beyond this is no time */
#define YEARS_MS (INT64_C(1) << 38)

struct numbered {
	char call[SV_CALL_MAX + 1];
	int64_t next;
	uint64_t used;
};

static struct {
	int fd;
	const char *stage;
	int64_t began_ms; /* negative: not told */
	uint64_t tick;
	struct numbered calls[SETS][WAYS];
} out = { .fd = STDOUT_FILENO, .stage = "sv", .began_ms = -1 };

void sv_event_to(int fd)
{
	out.fd = fd;
}

void sv_event_stage(const char *stage)
{
	out.stage = stage;
}

void sv_event_began(int64_t wall_ms)
{
	out.began_ms = wall_ms;
}

/* FNV-1a: ULIDs of one minute differ in their last letters */
static unsigned hash(const char *call)
{
	unsigned h = 2166136261U;

	for (; *call; call++)
		h = (h ^ (unsigned char)*call) * 16777619U;
	return (h ^ h >> 16) % SETS;
}

static struct numbered *number_of(const char *call)
{
	struct numbered *set = out.calls[hash(call)], *oldest = set;

	for (struct numbered *n = set; n < set + WAYS; n++) {
		if (n->next && !strcmp(n->call, call)) {
			n->used = ++out.tick;
			return n;
		}
		if (n->used < oldest->used)
			oldest = n;
	}
	snprintf(oldest->call, sizeof oldest->call, "%s", call);
	oldest->next = 1;
	oldest->used = ++out.tick;
	return oldest;
}

int64_t sv_event_seq(const char *call)
{
	return number_of(call ? call : "")->next;
}

void sv_event_set_seq(const char *call, int64_t seq)
{
	bool sane = seq > 0 && seq <= SV_EVENT_NUMBER_MAX;

	number_of(call ? call : "")->next = sane ? seq : 1;
}

void sv_event_seen(const struct sv_event *event)
{
	const char *stage =
		json_string_value(json_object_get(event->json, "stage"));
	json_int_t seq =
		json_integer_value(json_object_get(event->json, "seq"));

	if (!stage || strcmp(stage, out.stage) != 0 || seq < 1 ||
	    seq >= SV_EVENT_NUMBER_MAX)
		return;
	if (number_of(event->call)->next <= seq)
		number_of(event->call)->next = seq + 1;
}

static json_t *with_common(const char *call, int64_t t, const char *type,
                           json_t *fields)
{
	char time[SV_TIME_LEN];
	json_t *event;

	t = t > 0 ? t : 0;
	sv_time_format(out.began_ms < 0 || t > YEARS_MS ? sv_wall_ms()
	                                                : out.began_ms + t,
	               time);
	event = json_pack("{si ss}", "v", 1, "type", type);
	if (call && *call)
		json_object_set_new(event, "call", json_string(call));
	json_object_set_new(event, "seq",
	                    json_integer(number_of(call ? call : "")->next++));
	json_object_set_new(event, "t", json_integer(t));
	json_object_set_new(event, "time", json_string(time));
	json_object_set_new(event, "stage", json_string(out.stage));
	json_object_update_missing(event, fields);
	return event;
}

/* No secret leaves in an event, whoever put it there. Keys are ours. */
static void mask(json_t *value)
{
	void *at = json_object_iter(value); /* NULL for what is no object */

	for (; at; at = json_object_iter_next(value, at))
		mask(json_object_iter_value(at));
	for (size_t i = 0; i < json_array_size(value); i++)
		mask(json_array_get(value, i));
	if (json_is_string(value) && sv_secret_in(json_string_value(value))) {
		char *text = sv_strdup(json_string_value(value));

		sv_secret_mask(text);
		json_string_set(value, text);
		sv_secret_free(text);
	}
}

char *sv_event_line(const char *call, int64_t t, const char *type,
                    json_t *fields)
{
	/* 12 digits: enough for money, and 0.1 stays 0.1 */
	const size_t flags = JSON_COMPACT | JSON_REAL_PRECISION(12);
	json_t *event;
	char *text;
	size_t len;

	if (!fields) {
		sv_fail(EX_SOFTWARE,
		        "the fields of %s could not be made: "
		        "text that is not UTF-8",
		        type);
		return NULL;
	}
	event = with_common(call, t, type, fields);
	json_decref(fields);
	if (sv_secret_any())
		mask(event);
	len = json_dumpb(event, NULL, 0, flags);
	text = sv_alloc(len + 2);
	json_dumpb(event, text, len, flags);
	json_decref(event);
	text[len] = '\n';
	if (len && len < SV_EVENT_MAX)
		return text;
	free(text);
	sv_fail(EX_SOFTWARE, "%s would be longer than an event may be", type);
	return NULL;
}

int sv_event_write(const char *call, int64_t t, const char *type,
                   json_t *fields)
{
	char *line = sv_event_line(call, t, type, fields);
	int rc;

	if (!line)
		return EX_SOFTWARE;
	rc = sv_write(out.fd, line, strlen(line), "events");
	free(line);
	return rc;
}

int sv_event_pass(const struct sv_event *event)
{
	return sv_write(out.fd, event->line, event->len, "events");
}

json_t *sv_event_text(const char *text)
{
	size_t len = strlen(text);
	struct sv_buf whole;
	json_t *made;

	sv_buf_init(&whole, 3 * len + 1);
	sv_utf8_repair(&whole, text, len);
	made = json_string(sv_buf_str(&whole));
	sv_buf_release(&whole);
	return made;
}

int sv_event_error(const char *call, int64_t t, int code, json_t *fields)
{
	json_t *all = fields ? fields : json_object();

	json_object_set_new(all, "reason", sv_event_text(sv_why()));
	json_object_set_new(all, "code", json_integer(code));
	sv_bad_input();
	return sv_event_write(call, t, "error", all);
}

int sv_call_fd(int fd)
{
	const char *set = getenv("SV_CALL_FDS");

	return set && !strcmp(set, "1") ? fd : -1;
}
