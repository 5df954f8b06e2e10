/* gather: what every event has, and who takes which type */
#include "src/report/gather.h"

#include <string.h>
#include <strings.h>

#include "lib/event.h"
#include "lib/fail.h"

#include "src/report/takers.h"
#include "src/report/when.h"

const char *either(const char *text, const char *otherwise)
{
	return text ? text : otherwise;
}

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

static const struct {
	const char *type;
	take_event *take;
	bool callless; /* also when it belongs to no call */
} types[] = {
	{ "asr.final", take_final, false },
	{ "dialog.state", take_state, false },
	{ "dialog.say", take_say, false },
	{ "turn", take_turn, false },
	{ "dialog.slot", take_slot, false },
	{ "call.start", take_call_start, false },
	{ "call.end", take_call_end, false },
	{ "dialog.end", take_dialog_end, false },
	{ "dialog.handoff", take_handoff, false },
	{ "engine.failover", take_failover, true },
	{ "cost", take_cost, true },
	{ "dialog.experiment", take_experiment, false },
	{ "tts.interrupted", take_interrupted, false },
	{ "dtmf", take_key, false },
	{ "error", take_error, false },
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
	if (scan_integer(scan, "t", &event->t) &&
	    (event->t < 0 || event->t > SV_EVENT_NUMBER_MAX)) {
		scan->wrong = "t";
		event->t = 0;
	}
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
