/* take-dialog: the steps of the conversation and what came of it */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/report/takers.h"

/* a call that visits more states than that is a scenario gone wild */
enum { VISITS_MAX = 256 };

static void visit(struct call *call, uint32_t state, int64_t t)
{
	if (call->state == NAMES_MAX || t >= call->state_t) {
		call->state = state;
		call->state_t = t;
	}
	for (uint32_t i = 0; i < call->n_path; i++) {
		if (call->path[i].state != state)
			continue;
		if (t < call->path[i].t)
			call->path[i].t = t;
		return;
	}
	if (call->n_path == VISITS_MAX || state == NAMES_MAX)
		return;
	call->path =
		sv_realloc(call->path, (call->n_path + 1) * sizeof *call->path);
	call->path[call->n_path++] = (struct visit){ t, state };
}

void take_state(struct store *store, struct call *call, struct event *event)
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
	visit(call, i, event->t);
}

/* whether a prompt's name (greeting.no_match.1) says the caller was not
 * understood */
static bool asks_again(struct span prompt)
{
	return memmem(prompt.text, prompt.len, ".no_match", 9) != NULL;
}

void take_say(struct store *store, struct call *call, struct event *event)
{
	int64_t turn = event_count(event, "turn", 0);
	struct span prompt;

	(void)store;
	call->in_dialog = true;
	if (scan_string(event->scan, "prompt", &prompt) && asks_again(prompt))
		call->no_match++;
	if (turn > call->turns_seen)
		call->turns_seen = (uint32_t)turn;
}

/* an object whose text is the gist, or the gist alone */
static const char *brief_text(struct store *store, struct event *event)
{
	json_t *brief = scan_json(event->scan, "brief");
	json_t *text =
		json_is_object(brief) ? json_object_get(brief, "text") : brief;
	struct span span = { json_string_value(text),
		             json_string_length(text) };

	if (brief && !json_is_null(brief) && !json_is_string(text))
		event->scan->wrong = "brief";
	return span.len ? store_text(store, span) : NULL;
}

void take_handoff(struct store *store, struct call *call, struct event *event)
{
	const char *target = event_text(store, event, "target");

	call->in_dialog = true;
	call->handoff_reason = event_text(store, event, "reason");
	call->handoff = either(target, either(call->handoff_reason, "yes"));
	call->brief = brief_text(store, event);
	take_slots(store, call, event);
}

void take_dialog_end(struct store *store, struct call *call,
                     struct event *event)
{
	call->in_dialog = true;
	call->outcome = event_text(store, event, "outcome");
	call->scenario = event_text(store, event, "scenario");
	call->language =
		either(event_text(store, event, "language"), call->language);
	call->turns = event_count(event, "turns", NEVER);
	call->caller = either(call->caller, event_text(store, event, "caller"));
	take_slots(store, call, event);
}

void take_experiment(struct store *store, struct call *call,
                     struct event *event)
{
	struct trial trial = { .call = (uint32_t)(call - store->calls) };

	call->in_dialog = true;
	trial.experiment = event_text(store, event, "experiment");
	trial.variant = event_text(store, event, "variant");
	trial.control = event_text(store, event, "control");
	if (!trial.experiment || !trial.variant) {
		event->scan->wrong =
			trial.experiment ? "variant" : "experiment";
		return;
	}
	store->trials = store_add(store->trials, &store->n_trials,
	                          &store->cap_trials, sizeof *store->trials);
	store->trials[store->n_trials - 1] = trial;
}

void take_interrupted(struct store *store, struct call *call,
                      struct event *event)
{
	(void)store;
	(void)event;
	call->interrupted++;
}
