/*
 * call.c: what the events of a call add up to
 *
 * The state is one JSON object, so that it can wait in the store: caller,
 * callee, direction, source, language, started, duration_ms, recording,
 * reason (call.start, call.end); ended, concluded; outcome, scenario, version,
 * turns, concluded_at (dialog.end); slots; handoff; transcript, text_bytes,
 * text_cut; seen, the last seq of each stage.
 */
#include "src/crm/call.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/notation.h"
#include "lib/utf8.h"

struct call *call_new(const char *id, const char *state)
{
	struct call *call = sv_alloc(sizeof *call);

	snprintf(call->id, sizeof call->id, "%s", id);
	if (state)
		call->state = json_loads(state, 0, NULL);
	if (!json_is_object(call->state)) {
		json_decref(call->state);
		call->state = json_object();
	}
	return call;
}

void call_free(struct call *call)
{
	if (!call)
		return;
	json_decref(call->state);
	free(call);
}

char *call_dump(const json_t *object)
{
	/* 12 digits: enough for money, and 0.1 stays 0.1 */
	return json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(12));
}

char *call_state(const struct call *call)
{
	return call_dump(call->state);
}

char *call_key(const struct call *call, const char *kind)
{
	return sv_format("%s:%s", call->id, kind);
}

static bool is_set(const struct call *call, const char *name)
{
	return json_is_true(json_object_get(call->state, name));
}

bool call_concluded(const struct call *call)
{
	return is_set(call, "concluded");
}

bool call_ended(const struct call *call)
{
	return is_set(call, "ended");
}

bool call_talked(const struct call *call)
{
	return is_set(call, "talked");
}

/* Whether a field is of the kind that it should be: engines need not ask. */
static bool fits(const char *name, const json_t *value)
{
	if (!strcmp(name, "duration_ms") || !strcmp(name, "turns"))
		return json_is_integer(value);
	if (!strcmp(name, "version") && json_is_number(value))
		return true;
	return json_is_string(value);
}

/* copies the fields that the event has; names end with NULL */
static void keep(struct call *call, const struct sv_event *event,
                 const char *const *names)
{
	for (; *names; names++) {
		json_t *value = json_object_get(event->json, *names);

		if (fits(*names, value))
			json_object_set(call->state, *names, value);
	}
}

/* the object or array of that name, made when it is not there; lent */
static json_t *part(struct call *call, const char *name, json_t *fresh)
{
	json_t *value = json_object_get(call->state, name);

	if (value) {
		json_decref(fresh);
		return value;
	}
	json_object_set_new(call->state, name, fresh);
	return fresh;
}

static void fold_start(struct call *call, const struct sv_event *event)
{
	static const char *const names[] = { "caller",    "callee",
		                             "direction", "source",
		                             "language",  "duration_ms",
		                             NULL };
	json_t *time = json_object_get(event->json, "time");

	keep(call, event, names);
	if (json_is_string(time))
		json_object_set(call->state, "started", time);
}

static void fold_end(struct call *call, const struct sv_event *event)
{
	static const char *const names[] = { "reason", "duration_ms",
		                             "recording", NULL };

	keep(call, event, names);
	json_object_set_new(call->state, "ended", json_true());
}

/* A turn of the talk, as far as there is room for it. */
static void add_turn(struct call *call, const char *text, const char *who,
                     json_int_t t)
{
	json_t *transcript = part(call, "transcript", json_array());
	json_int_t bytes =
		json_integer_value(json_object_get(call->state, "text_bytes"));
	size_t len;
	json_t *turn;

	if (!text || !*text)
		return;
	len = sv_utf8_cut(text, strlen(text), CALL_TURN_MAX);
	/* a turn costs what stands around its text as well */
	if (bytes + (json_int_t)len + 64 > CALL_TEXT_MAX) {
		json_object_set_new(call->state, "text_cut", json_true());
		return;
	}
	turn = json_pack("{ss sI ss%}", "who", who, "t", t, "text", text, len);
	json_array_append_new(transcript, turn);
	json_object_set_new(call->state, "text_bytes",
	                    json_integer(bytes + (json_int_t)len + 64));
}

static const char *text_of(const struct sv_event *event)
{
	return json_string_value(json_object_get(event->json, "text"));
}

static void fold_heard(struct call *call, const struct sv_event *event)
{
	json_t *start = json_object_get(event->json, "start_ms");
	const char *who =
		json_string_value(json_object_get(event->json, "speaker"));

	add_turn(call, text_of(event), who ? who : "caller",
	         json_is_integer(start) ? json_integer_value(start) : event->t);
}

static void fold_said(struct call *call, const struct sv_event *event)
{
	json_t *transcript = part(call, "transcript", json_array());
	size_t n = json_array_size(transcript);
	json_t *say = json_object_get(event->json, "say");
	const char *text = text_of(event);
	char *plain = text ? sv_plain(text) : NULL;

	json_object_set_new(call->state, "talked", json_true());
	add_turn(call, plain, "assistant", event->t);
	free(plain);
	if (json_is_string(say) && json_array_size(transcript) > n)
		json_object_set(json_array_get(transcript, n), "say", say);
}

/* only what was heard of a prompt was said */
static void fold_interrupted(struct call *call, const struct sv_event *event)
{
	json_t *transcript = json_object_get(call->state, "transcript");
	json_t *say = json_object_get(event->json, "say");
	json_t *heard = json_object_get(event->json, "heard");
	size_t i = json_array_size(transcript);

	while (i-- > 0) {
		json_t *turn = json_array_get(transcript, i);

		if (!say || !json_equal(json_object_get(turn, "say"), say))
			continue;
		if (json_is_string(heard) &&
		    json_string_length(heard) <= CALL_TURN_MAX)
			json_object_set(turn, "text", heard);
		json_object_set_new(turn, "interrupted", json_true());
		return;
	}
}

static void fold_slot(struct call *call, const struct sv_event *event)
{
	const char *slot =
		json_string_value(json_object_get(event->json, "slot"));
	json_t *value = json_object_get(event->json, "value");
	json_t *slots = part(call, "slots", json_object());

	json_object_set_new(call->state, "talked", json_true());
	if (slot && value && json_object_size(slots) < CALL_SLOTS_MAX)
		json_object_set(slots, slot, value);
}

static void fold_handoff(struct call *call, const struct sv_event *event)
{
	json_t *handoff = part(call, "handoff", json_object());
	static const char *const names[] = { "target", "reason", "brief",
		                             NULL };
	size_t i;

	for (i = 0; names[i]; i++) {
		json_t *value = json_object_get(event->json, names[i]);

		if (json_is_object(value)) /* a brief: the gist of it */
			value = json_object_get(value, "text");
		if (json_is_string(value))
			json_object_set(handoff, names[i], value);
	}
}

static void fold_concluded(struct call *call, const struct sv_event *event)
{
	static const char *const names[] = { "outcome", "scenario", "version",
		                             "turns",   "language", NULL };
	json_t *slots = json_object_get(event->json, "slots");
	json_t *caller = json_object_get(event->json, "caller");
	json_t *time = json_object_get(event->json, "time");

	keep(call, event, names);
	if (json_is_object(slots))
		json_object_update(part(call, "slots", json_object()), slots);
	if (json_is_string(caller) && !json_object_get(call->state, "caller"))
		json_object_set(call->state, "caller", caller);
	if (json_is_string(time))
		json_object_set(call->state, "concluded_at", time);
	json_object_set_new(call->state, "concluded", json_true());
}

static const struct {
	const char *type;
	void (*fold)(struct call *call, const struct sv_event *event);
} folds[] = {
	{ "call.start", fold_start },
	{ "call.end", fold_end },
	{ "asr.final", fold_heard },
	{ "dialog.say", fold_said },
	{ "tts.interrupted", fold_interrupted },
	{ "dialog.slot", fold_slot },
	{ "dialog.handoff", fold_handoff },
	{ "dialog.end", fold_concluded },
};

enum { FOLDS = sizeof folds / sizeof *folds };

bool call_wants(const char *type)
{
	int i;

	for (i = 0; i < FOLDS; i++)
		if (!strcmp(folds[i].type, type))
			return true;
	return false;
}

/* whether the event came before, in this run or in another; notes it */
static bool is_repeated(struct call *call, const struct sv_event *event)
{
	json_t *seen = part(call, "seen", json_object());
	json_t *seq = json_object_get(event->json, "seq");
	const char *stage =
		json_string_value(json_object_get(event->json, "stage"));

	if (!stage || !json_is_integer(seq))
		return false;
	if (json_integer_value(seq) <=
	    json_integer_value(json_object_get(seen, stage)))
		return true;
	if (json_object_size(seen) < CALL_SLOTS_MAX)
		json_object_set(seen, stage, seq);
	return false;
}

void call_fold(struct call *call, const struct sv_event *event)
{
	int i;

	if (is_repeated(call, event))
		return;
	for (i = 0; i < FOLDS; i++)
		if (!strcmp(folds[i].type, event->type))
			folds[i].fold(call, event);
}
