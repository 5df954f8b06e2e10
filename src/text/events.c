/*
 * events: the words within events. itn writes what was recognised, tn speaks
 * what is to be said, redact masks what a person said, is asked, or is called.
 * An event in which nothing changes leaves as the bytes that came.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/start.h"

#include "src/text/mask.h"
#include "src/text/text.h"

/* Calls at once: one not heard of for longest makes room, and begins its
 * placeholders anew should it be heard of again. */
enum { CALLS_MAX = 1024 };

struct call {
	char id[SV_CALL_MAX + 1];
	char language[3];
	struct sv_redactor *redactor;
	uint64_t used;
};

struct text_calls {
	struct call *items;
	size_t n, last;
	uint64_t tick;
};

struct text_calls *text_calls_new(void)
{
	return sv_alloc(sizeof(struct text_calls));
}

void text_calls_free(struct text_calls *calls)
{
	for (size_t i = 0; i < calls->n; i++)
		sv_redactor_free(calls->items[i].redactor);
	free(calls->items);
	free(calls);
}

static size_t make_room(struct text_calls *calls)
{
	size_t oldest = 0;

	if (!calls->items)
		calls->items = sv_calloc(CALLS_MAX, sizeof *calls->items);
	if (calls->n < CALLS_MAX)
		return calls->n++;
	for (size_t i = 1; i < calls->n; i++) {
		if (calls->items[i].used < calls->items[oldest].used)
			oldest = i;
	}
	sv_redactor_free(calls->items[oldest].redactor);
	memset(&calls->items[oldest], 0, sizeof *calls->items);
	return oldest;
}

static struct call *find(struct text_calls *calls, const char *id)
{
	size_t i = calls->last;

	if (i >= calls->n || strcmp(calls->items[i].id, id) != 0) {
		for (i = 0; i < calls->n; i++) {
			if (!strcmp(calls->items[i].id, id))
				break;
		}
		if (i == calls->n) {
			i = make_room(calls);
			memcpy(calls->items[i].id, id, strlen(id) + 1);
		}
		calls->last = i;
	}
	calls->items[i].used = ++calls->tick;
	return &calls->items[i];
}

/* What the event says, else what its call said last, else the option. */
static const char *language_of(struct call *call, const struct sv_event *event,
                               const struct text_job *job)
{
	const char *said =
		json_string_value(json_object_get(event->json, "language"));

	if (said && (!strcmp(said, "ru") || !strcmp(said, "en")))
		memcpy(call->language, said, sizeof call->language);
	return *call->language ? call->language : job->language;
}

/* itn and tn: one text of the event. 1 when it is another now, -1 when it
 * left an error to be told. */
static int rewrite(const struct text_job *job, json_t *object, const char *key)
{
	json_t *text = json_object_get(object, key);
	struct sv_buf out;
	int rc, changed = 0;

	if (!json_string_length(text) ||
	    strlen(json_string_value(text)) != json_string_length(text))
		return 0;
	sv_buf_init(&out, TEXT_OUT_MAX);
	rc = text_apply(job, NULL, json_string_value(text), &out);
	/* an answer without a value stays as it was said */
	if ((!rc || job->verb == TEXT_TN) &&
	    strcmp(sv_buf_str(&out), json_string_value(text)) != 0) {
		json_object_set_new(object, key, json_string(sv_buf_str(&out)));
		changed = 1;
	}
	sv_buf_release(&out);
	return rc && job->verb == TEXT_TN ? -1 : changed;
}

static bool is_heard(const char *type)
{
	return !strcmp(type, "asr.partial") || !strcmp(type, "asr.final");
}

static int write_changed(const struct sv_event *event)
{
	const size_t flags = JSON_COMPACT | JSON_REAL_PRECISION(12);
	struct sv_event changed = *event;
	size_t len = json_dumpb(event->json, NULL, 0, flags);
	char *line = sv_alloc(len + 1);
	int rc;

	json_dumpb(event->json, line, len, flags);
	line[len] = '\n';
	changed.line = line;
	changed.len = len + 1;
	if (len + 1 > SV_EVENT_MAX) {
		sv_fail(EX_DATAERR, "%s would be longer than an event may be",
		        event->type);
		rc = sv_event_error(event->call, event->t, EX_DATAERR, NULL);
	} else {
		rc = sv_event_pass(&changed);
	}
	free(line);
	return rc;
}

static int handle(const struct text_job *options, struct text_calls *calls,
                  const struct sv_event *event)
{
	struct text_job job = *options;
	struct call *call = find(calls, event->call);
	int changed = 0, rc = 0;

	job.language = language_of(call, event, options);
	if (job.verb == TEXT_REDACT) {
		if (!call->redactor)
			call->redactor = sv_redactor_new();
		changed = mask_event(call->redactor, job.language, event);
	} else if (job.verb == TEXT_ITN ? is_heard(event->type)
	                                : !strcmp(event->type, "dialog.say")) {
		changed = rewrite(&job, event->json, "text");
	}
	if (changed < 0)
		rc = sv_event_error(event->call, event->t, EX_DATAERR, NULL);
	if (rc)
		return rc;
	return changed ? write_changed(event) : sv_event_pass(event);
}

int text_events(const struct text_job *job, struct text_calls *calls, int fd,
                const char *name)
{
	struct sv_events *events = sv_events_new(fd, name);
	struct sv_event event;
	int rc = 0, got = 0;

	while (!rc && (got = sv_events_next(events, &event)) > 0)
		rc = handle(job, calls, &event);
	if (!rc && got < 0)
		rc = sv_events_code(events);
	sv_events_free(events);
	return rc;
}
