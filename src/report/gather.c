/* gather: each type of event that a report needs, into the store */
#include "src/report/gather.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/alloc.h"
#include "lib/event.h"
#include "lib/fail.h"

#include "src/report/when.h"

/* what one call may have at most: past it, the rest of its kind is left out */
enum { SLOTS_MAX = 64, PATH_MAX_STATES = 256 };

const char *event_text(struct store *store, struct event *event,
                       const char *key)
{
	struct span text;

	if (!scan_string(event->scan, key, &text) || !text.len)
		return NULL;
	return store_text(store, text);
}

int64_t event_count(struct event *event, const char *key, int64_t otherwise)
{
	int64_t n;

	if (!scan_integer(event->scan, key, &n))
		return otherwise;
	if (n < 0 || n > INT32_MAX) { /* 24 days, in ms */
		event->scan->wrong = key;
		return otherwise;
	}
	return n;
}

bool event_share(struct event *event, const char *key, double *value)
{
	if (!scan_number(event->scan, key, value))
		return false;
	if (*value >= 0 && *value <= 1)
		return true;
	event->scan->wrong = key;
	return false;
}

static const char *text_or(const char *text, const char *otherwise)
{
	return text ? text : otherwise;
}

static void on_call_start(struct store *store, struct call *call,
                          struct event *event)
{
	call->start_ms = event->time_ms;
	call->caller =
		text_or(event_text(store, event, "caller"), call->caller);
	call->callee = event_text(store, event, "callee");
	call->source = event_text(store, event, "source");
	call->direction = event_text(store, event, "direction");
	if (call->duration_ms == NEVER)
		call->duration_ms = event_count(event, "duration_ms", NEVER);
}

static void on_call_end(struct store *store, struct call *call,
                        struct event *event)
{
	call->ended = true;
	call->end_ms = event->time_ms;
	call->end_reason = event_text(store, event, "reason");
	call->recording = event_text(store, event, "recording");
	call->duration_ms =
		event_count(event, "duration_ms", call->duration_ms);
	if (call->duration_ms == NEVER && call->start_ms != NEVER &&
	    call->end_ms >= call->start_ms)
		call->duration_ms = call->end_ms - call->start_ms;
}

static void on_final(struct store *store, struct call *call,
                     struct event *event)
{
	struct span text, speaker;
	double confidence;

	(void)store;
	if (!scan_string(event->scan, "text", &text) || !text.len)
		return;
	call->spoken = true;
	if (event_share(event, "confidence", &confidence)) {
		call->confidence += confidence;
		call->confident++;
	}
	if (!scan_string(event->scan, "speaker", &speaker) ||
	    !span_is(speaker, "agent"))
		call->answers++;
}

static void on_state(struct store *store, struct call *call,
                     struct event *event)
{
	struct span state, reason;
	uint32_t i;

	call->in_dialog = true;
	if (scan_string(event->scan, "reason", &reason) &&
	    span_is(reason, "no_match"))
		call->no_match++;
	if (!scan_string(event->scan, "state", &state) || state.len > 256)
		return;
	i = names_put(&store->states, state.text, state.len);
	call->state = i;
	for (uint32_t at = 0; at < call->n_path; at++) {
		if (call->path[at] == i)
			return;
	}
	if (call->n_path == PATH_MAX_STATES || i == NAMES_MAX)
		return;
	call->path =
		sv_realloc(call->path, (call->n_path + 1) * sizeof *call->path);
	call->path[call->n_path++] = i;
}

static void on_say(struct store *store, struct call *call, struct event *event)
{
	int64_t turn = event_count(event, "turn", 0);

	(void)store;
	call->in_dialog = call->spoken = true;
	if (turn > call->turns_seen)
		call->turns_seen = (uint32_t)turn;
}

/* the slot of that name, new or old; NULL past the ceiling */
static struct slot *slot_of(struct call *call, const char *name)
{
	uint32_t i = 0;

	while (i < call->n_slots && strcmp(call->slots[i].name, name) != 0)
		i++;
	if (i == SLOTS_MAX)
		return NULL;
	if (i == call->n_slots) {
		call->slots =
			sv_realloc(call->slots, (i + 1) * sizeof *call->slots);
		call->slots[i] = (struct slot){ .name = name };
		call->n_slots++;
	}
	return &call->slots[i];
}

/* a value of any type as a person would write it; NULL for none */
static const char *value_text(struct store *store, const json_t *value)
{
	struct span span;
	char *text;
	const char *kept;

	if (!value || json_is_null(value))
		return NULL;
	if (json_is_string(value)) {
		span = (struct span){ json_string_value(value),
			              json_string_length(value) };
		return store_text(store, span);
	}
	if (json_is_boolean(value))
		return json_is_true(value) ? "true" : "false";
	text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT |
	                                 JSON_REAL_PRECISION(12));
	if (!text)
		return NULL;
	span = (struct span){ text, strlen(text) };
	kept = store_text(store, span);
	free(text);
	return kept;
}

static void on_slot(struct store *store, struct call *call, struct event *event)
{
	const char *name = event_text(store, event, "slot");
	const char *kind = event_text(store, event, "kind");
	const char *value = value_text(store, scan_json(event->scan, "value"));
	struct slot *slot = NULL;

	call->in_dialog = true;
	if (name && value)
		slot = slot_of(call, name);
	if (!slot)
		return;
	slot->value = value;
	slot->kind = text_or(kind, slot->kind);
	slot->confirmed |= json_is_true(scan_json(event->scan, "confirmed"));
}

static void set_slots(struct store *store, struct call *call,
                      struct event *event)
{
	const json_t *slots = scan_json(event->scan, "slots");
	struct span span;
	struct slot *slot;
	const char *value;
	void *at;

	if (slots && !json_is_object(slots) && !json_is_null(slots))
		event->scan->wrong = "slots";
	at = slots ? json_object_iter((json_t *)(uintptr_t)slots) : NULL;
	for (; at; at = json_object_iter_next((json_t *)(uintptr_t)slots, at)) {
		span.text = json_object_iter_key(at);
		span.len = strlen(span.text);
		value = value_text(store, json_object_iter_value(at));
		slot = value ? slot_of(call, store_text(store, span)) : NULL;
		if (slot)
			slot->value = value;
	}
}

static void on_handoff(struct store *store, struct call *call,
                       struct event *event)
{
	const char *target = event_text(store, event, "target");

	call->in_dialog = true;
	call->handoff_reason = event_text(store, event, "reason");
	call->handoff = text_or(target, text_or(call->handoff_reason, "yes"));
	call->brief = event_text(store, event, "brief");
	set_slots(store, call, event);
}

static void on_dialog_end(struct store *store, struct call *call,
                          struct event *event)
{
	call->in_dialog = true;
	call->outcome = event_text(store, event, "outcome");
	call->scenario = event_text(store, event, "scenario");
	call->turns = event_count(event, "turns", NEVER);
	call->dialog_ms = event_count(event, "duration_ms", NEVER);
	call->caller =
		text_or(call->caller, event_text(store, event, "caller"));
	set_slots(store, call, event);
}

static const char *const part_names[] = {
	[ENDPOINT] = "endpoint", [ASR] = "asr",   [DIALOG] = "dialog",
	[LLM] = "llm",           [TOOL] = "tool", [TTS] = "tts",
	[WIRE] = "wire",
};

static enum part part_of(const char *name)
{
	for (enum part part = 0; part < OTHER; part++) {
		if (!strcmp(name, part_names[part]))
			return part;
	}
	return OTHER;
}

static void set_parts(struct turn *turn, struct event *event)
{
	const json_t *parts = scan_json(event->scan, "parts");
	void *at = NULL;

	if (json_is_object(parts))
		at = json_object_iter((json_t *)(uintptr_t)parts);
	else
		event->scan->wrong = "parts";
	for (; at; at = json_object_iter_next((json_t *)(uintptr_t)parts, at)) {
		const json_t *value = json_object_iter_value(at);
		int64_t ms = json_integer_value(value);
		enum part part = part_of(json_object_iter_key(at));

		if (!json_is_integer(value) || ms < 0 ||
		    ms > INT32_MAX - turn->parts[part])
			event->scan->wrong = "parts";
		else
			turn->parts[part] += (int32_t)ms;
	}
}

static void on_turn(struct store *store, struct call *call, struct event *event)
{
	int64_t total = event_count(event, "total_ms", NEVER);
	struct turn *turn;

	call->in_dialog = true;
	if (total == NEVER)
		return;
	store->turns = store_add(store->turns, &store->n_turns,
	                         &store->cap_turns, sizeof *store->turns);
	turn = &store->turns[store->n_turns - 1];
	turn->call = (uint32_t)(call - store->calls);
	turn->time_ms = event->time_ms;
	turn->total_ms = (int32_t)total;
	turn->number = (int32_t)event_count(event, "turn", 0);
	if ((uint32_t)turn->number > call->turns_seen)
		call->turns_seen = (uint32_t)turn->number;
	set_parts(turn, event);
}

static void on_failover(struct store *store, struct call *call,
                        struct event *event)
{
	struct failover *failover;

	store->failovers =
		store_add(store->failovers, &store->n_failovers,
	                  &store->cap_failovers, sizeof *store->failovers);
	failover = &store->failovers[store->n_failovers - 1];
	failover->time_ms = event->time_ms;
	failover->call = call ? (uint32_t)(call - store->calls) : NAMES_MAX;
	failover->stage =
		event->stage.len ? store_text(store, event->stage) : NULL;
	failover->from = event_text(store, event, "from");
	failover->to = event_text(store, event, "to");
	failover->reason = event_text(store, event, "reason");
	failover->lost_ms = event_count(event, "lost_ms", NEVER);
}

static void on_error(struct store *store, struct call *call,
                     struct event *event)
{
	(void)store;
	(void)event;
	call->errors++;
}

static const struct {
	const char *type;
	void (*take)(struct store *store, struct call *call,
	             struct event *event);
	bool callless; /* also when it belongs to no call */
} types[] = {
	{ "asr.final", on_final, false },
	{ "dialog.state", on_state, false },
	{ "dialog.say", on_say, false },
	{ "turn", on_turn, false },
	{ "dialog.slot", on_slot, false },
	{ "call.start", on_call_start, false },
	{ "call.end", on_call_end, false },
	{ "dialog.end", on_dialog_end, false },
	{ "dialog.handoff", on_handoff, false },
	{ "engine.failover", on_failover, true },
	{ "error", on_error, false },
};

static void dispatch(struct store *store, struct call *call,
                     struct event *event)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (!span_is(event->type, types[i].type))
			continue;
		if (call || types[i].callless)
			types[i].take(store, call, event);
		return;
	}
}

static void note_time(struct call *call, const struct event *event)
{
	if (event->time_ms == NEVER)
		return;
	if (call->first_ms == NEVER || event->time_ms < call->first_ms)
		call->first_ms = event->time_ms;
	if (event->time_ms > call->last_ms)
		call->last_ms = event->time_ms;
}

/* the common fields: NULL, or what makes it no event */
static const char *common(struct scan *scan, struct event *event,
                          struct span *id)
{
	struct span time;

	*event = (struct event){ .scan = scan, .time_ms = NEVER };
	*id = (struct span){ "", 0 };
	if (!scan_string(scan, "type", &event->type) || !event->type.len)
		return "an event without a type";
	if ((!scan_string(scan, "call", id) && scan->wrong) ||
	    id->len > SV_CALL_MAX)
		return "a call id that is no string of 64 bytes at most";
	if (!scan_string(scan, "stage", &event->stage))
		event->stage = (struct span){ "", 0 };
	scan_integer(scan, "t", &event->t);
	if (scan_string(scan, "time", &time) &&
	    !when_parse(time, &event->time_ms))
		scan->wrong = "time";
	return NULL;
}

static bool matters(const struct store *store, struct span id)
{
	size_t len = store->wanted ? strlen(store->wanted) : 0;

	return !len ||
	       (id.len >= len && !strncasecmp(id.text, store->wanted, len));
}

int gather(struct store *store, struct scan *scan)
{
	struct event event;
	struct span id;
	struct call *call;
	int64_t seq;
	const char *wrong = common(scan, &event, &id);

	if (wrong)
		return sv_fail(EX_DATAERR, "%s", wrong);
	store->n_events++;
	if (!matters(store, id))
		return 0;
	call = id.len ? store_call(store, id) : NULL;
	if (id.len && !call)
		return sv_fail(EX_SOFTWARE, "more than %d calls at once",
		               NAMES_MAX);
	if (call && scan_integer(scan, "seq", &seq) &&
	    !seen_first(&store->seen, (uint32_t)(call - store->calls),
	                event.stage, seq))
		return 0;
	if (call)
		note_time(call, &event);
	dispatch(store, call, &event);
	if (call && store->wanted)
		spoken(store, call, &event);
	if (scan->wrong)
		return sv_fail(EX_DATAERR, "'%s' is not what sv-events(7) says",
		               scan->wrong);
	return 0;
}
