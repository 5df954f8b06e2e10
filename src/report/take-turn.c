/* take-turn: what the caller waited for, and engines that were given up */
#include <stdlib.h>
#include <string.h>

#include "src/report/takers.h"

static const char *const part_names[] = {
	[ENDPOINT] = "endpoint", [ASR] = "asr",       [DIALOG] = "dialog",
	[LLM] = "llm",           [TOOL] = "tool",     [TTS] = "tts",
	[WIRE] = "wire",         [BEHIND] = "behind",
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
	json_t *parts = scan_json(event->scan, "parts");
	const char *name;
	json_t *value;

	if (!json_is_object(parts))
		event->scan->wrong = "parts";
	json_object_foreach (parts, name, value) {
		enum part part = part_of(name);
		int64_t ms = json_integer_value(value);

		if (!json_is_integer(value) || ms < 0 ||
		    ms > INT32_MAX - turn->parts[part])
			event->scan->wrong = "parts";
		else
			turn->parts[part] += (int32_t)ms;
	}
}

void take_turn(struct store *store, struct call *call, struct event *event)
{
	int64_t total = event_count(event, "total_ms", NEVER);
	struct turn *turn;

	call->in_dialog = call->spoken = true;
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

void take_failover(struct store *store, struct call *call, struct event *event)
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
