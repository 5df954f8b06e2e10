/* events: reading NDJSON, bad lines replaced where they stood */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/start.h"

enum { BLOCK = 65536 };

struct sv_events {
	int fd;
	const char *name;
	char *data; /* SV_EVENT_MAX + BLOCK bytes, those from start to end new */
	size_t size, start, end;
	size_t searched; /* no newline before this offset */
	long line;
	bool skipping; /* within a line that is too long */
	bool eof;
	int code;
	json_t *json; /* of the event last given */
	int (*bad)(void *arg, json_t *fields);
	void (*tap)(void *arg, const void *data, size_t len);
	void *bad_arg, *tap_arg;
};

struct sv_events *sv_events_new(int fd, const char *name)
{
	struct sv_events *events = sv_alloc(sizeof *events);

	events->fd = fd;
	events->name = name;
	return events;
}

void sv_events_free(struct sv_events *events)
{
	if (!events)
		return;
	json_decref(events->json);
	free(events->data);
	free(events);
}

void sv_events_on_bad(struct sv_events *events,
                      int (*bad)(void *arg, json_t *fields), void *arg)
{
	events->bad = bad;
	events->bad_arg = arg;
}

void sv_events_tap(struct sv_events *events,
                   void (*tap)(void *arg, const void *data, size_t len),
                   void *arg)
{
	events->tap = tap;
	events->tap_arg = arg;
}

int sv_events_code(const struct sv_events *events)
{
	return events->code;
}

long sv_events_line(const struct sv_events *events)
{
	return events->line;
}

static int failed(struct sv_events *events, int code)
{
	events->code = code;
	return -1;
}

/* the line just read is no event: say so in its place */
static int replace(struct sv_events *events, const char *reason)
{
	json_t *where = json_pack("{si ss}", "line", (int)events->line,
	                          "source", events->name);
	int rc;

	sv_fail(EX_DATAERR, "%s:%ld: %s", events->name, events->line, reason);
	rc = events->bad ? events->bad(events->bad_arg, where)
	                 : sv_event_error(NULL, 0, EX_DATAERR, where);
	if (rc)
		return failed(events, rc);
	return events->bad ? 2 : 0;
}

static const char *look(struct sv_event *event)
{
	json_t *type = json_object_get(event->json, "type");
	json_t *call = json_object_get(event->json, "call");
	json_t *t = json_object_get(event->json, "t");

	if (!json_is_object(event->json))
		return "not a JSON object";
	if (!json_is_string(type) || !json_string_length(type))
		return "an event without a type";
	if (call &&
	    (!json_is_string(call) || json_string_length(call) > SV_CALL_MAX))
		return "a call id that is no string of 64 bytes at most";
	event->type = json_string_value(type);
	event->call = call ? json_string_value(call) : "";
	event->t = json_integer_value(t);
	if (event->t < 0 || event->t > SV_EVENT_NUMBER_MAX)
		event->t = 0;
	return NULL;
}

static int parse(struct sv_events *events, struct sv_event *event)
{
	json_error_t error;
	char reason[JSON_ERROR_TEXT_LENGTH + 32];
	const char *wrong;

	json_decref(events->json);
	events->json = json_loadb(event->line, event->len,
	                          JSON_REJECT_DUPLICATES, &error);
	if (!events->json) {
		/* jansson quotes what it met: what people said stays out */
		char *quoted = strstr(error.text, " near '");

		if (quoted)
			*quoted = '\0';
		snprintf(reason, sizeof reason, "not JSON: %s (column %d)",
		         error.text, error.column);
		return replace(events, reason);
	}
	event->json = events->json;
	wrong = look(event);
	if (wrong)
		return replace(events, wrong);
	sv_event_seen(event);
	return 1;
}

/* the next whole line into event: 1, or 0 when there is none yet */
static int cut_line(struct sv_events *events, struct sv_event *event)
{
	char *from, *newline;

	if (events->start == events->end)
		return 0;
	from = events->data + events->start;
	newline = memchr(from + events->searched, '\n',
	                 events->end - events->start - events->searched);
	/* half a line that a signal left us with is nobody's fault */
	if (!newline && (!events->eof || sv_stopping())) {
		events->searched = events->end - events->start;
		return 0;
	}
	if (!newline) { /* there is room: fill() leaves a byte */
		newline = events->data + events->end++;
		*newline = '\n';
	}
	event->line = from;
	event->len = (size_t)(newline + 1 - from);
	events->start += event->len;
	events->searched = 0;
	events->line++;
	return 1;
}

/* what is buffered has no end in sight: forget it, and the rest of its line */
static int overlong(struct sv_events *events)
{
	bool first = !events->skipping;
	int rc;

	events->start = events->end = events->searched = 0;
	events->skipping = true;
	if (!first)
		return 0;
	events->line++;
	rc = replace(events, "a line longer than 1 MiB");
	events->line--; /* its end will be counted */
	return rc;
}

int sv_events_pop(struct sv_events *events, struct sv_event *event)
{
	int rc = 0;

	while (!rc) {
		if (!cut_line(events, event))
			break;
		if (events->skipping)
			events->skipping = false;
		else if (event->len > SV_EVENT_MAX)
			rc = replace(events, "a line longer than 1 MiB");
		else
			rc = parse(events, event);
	}
	if (!rc && events->end - events->start > SV_EVENT_MAX)
		rc = overlong(events);
	return rc;
}

int sv_events_fill(struct sv_events *events)
{
	ssize_t n;

	if (events->start) {
		memmove(events->data, events->data + events->start,
		        events->end - events->start);
		events->end -= events->start;
		events->start = 0;
	}
	if (events->size < events->end + BLOCK + 1) {
		events->size =
			events->size ? SV_EVENT_MAX + 2 * BLOCK : 2 * BLOCK;
		events->data = sv_realloc(events->data, events->size);
	}
	n = sv_read(events->fd, events->data + events->end, BLOCK,
	            events->name);
	if (n < 0)
		return errno == EAGAIN ? 1 : failed(events, EX_IOERR);
	if (events->tap)
		events->tap(events->tap_arg, events->data + events->end,
		            (size_t)n);
	events->end += (size_t)n;
	events->eof = n == 0;
	return n > 0;
}

int sv_events_next(struct sv_events *events, struct sv_event *event)
{
	for (;;) {
		int rc = sv_events_pop(events, event);

		if (rc || events->eof)
			return rc;
		if (!sv_readable(events->fd))
			return 0;
		if (sv_events_fill(events) < 0)
			return -1;
	}
}
