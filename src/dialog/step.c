/* step.c: from state to state */
#include <stdlib.h>
#include <string.h>

#include "src/dialog/brief.h"
#include "src/dialog/condition.h"
#include "src/dialog/turn.h"

/* states entered in one turn before we take it for a circle that --check
 * could not see, as conditions decide it */
enum { STEPS_MAX = 64 };

static const struct move stay = { REF_NONE, NULL, REF_NONE, 0 };

static const struct state *current(const struct conversation *conversation)
{
	return &conversation->scenario->states[conversation->state];
}

static bool rule_holds(const struct conversation *conversation,
                       const struct rule *rule, bool answered, int intent)
{
	size_t i;

	if (!rule->intents.n && !answered)
		return false;
	for (i = 0; i < rule->intents.n; i++)
		if (intent != REF_NONE &&
		    rule->intents.items[i].index == intent)
			break;
	if (rule->intents.n && i == rule->intents.n)
		return false;
	if (rule->to.index == REF_RETURN && !conversation->n_back)
		return false;
	return condition_holds(&rule->condition, conversation->scenario,
	                       conversation_value, conversation);
}

const struct rule *step_rule(const struct conversation *conversation,
                             bool answered, int intent)
{
	const struct state *state = current(conversation);
	size_t i;

	for (i = 0; i < state->n_rules; i++)
		if (rule_holds(conversation, &state->rules[i], answered,
		               intent))
			return &state->rules[i];
	return NULL;
}

/* set: {phone: "{caller}"} copies a slot */
static void assign(struct conversation *conversation,
                   const struct assignment *set)
{
	const char *value = set->value;

	if (set->copied != REF_NONE)
		value = conversation->slots[set->copied].value;
	if (value)
		conversation_fill(conversation, set->slot.index, value, NULL);
}

struct move step_take(struct conversation *conversation,
                      const struct rule *rule, const struct scored *intent)
{
	struct move move = { rule->to.index, "next", REF_NONE, 0 };
	size_t i;

	for (i = 0; i < rule->forget.n; i++)
		conversation_forget(conversation, rule->forget.items[i].index);
	for (i = 0; i < rule->n_set; i++)
		assign(conversation, &rule->set[i]);
	conversation_say(conversation, &rule->say);
	if (rule->condition.n)
		move.reason = "condition";
	else if (current(conversation)->ask.name)
		move.reason = "slot";
	if (rule->intents.n && intent) {
		move.reason = "intent";
		move.intent = intent->intent;
		move.score = intent->score;
	}
	return move;
}

bool step_unconfirmed(const struct conversation *conversation, int slot)
{
	const struct filled *filled = &conversation->slots[slot];

	return filled->value && !filled->confirmed &&
	       filled->confidence <
	               conversation->scenario->slots[slot].confirm_below;
}

void step_confirm(struct conversation *conversation, int slot)
{
	conversation->confirming = slot;
	conversation_confirm_say(conversation, slot);
	conversation_expect(conversation);
}

static void finish(struct conversation *conversation)
{
	const struct state *state = current(conversation);
	const struct handoff *handoff = &state->handoff;

	if (!handoff->place.line) {
		conversation_end(conversation, state->end);
		return;
	}
	conversation_write(conversation, "dialog.handoff",
	                   json_pack("{s:s, s:s, s:o, s:o}", "target",
	                             handoff->target, "reason", handoff->reason,
	                             "brief", brief_make(conversation, handoff),
	                             "slots",
	                             conversation_slots(conversation)));
	conversation->parting = PART_TRANSFER;
	conversation->target = handoff->target;
	conversation_end(conversation, state->end ? state->end : "handoff");
}

/* on by the rules, the question (if any) being answered */
static struct move onward(struct conversation *conversation)
{
	const struct rule *rule = step_rule(conversation, true, REF_NONE);

	if (rule)
		return step_take(conversation, rule, NULL);
	conversation_end(conversation, "failed");
	return stay;
}

/* The question is known to be answered, or there is none. */
static struct move settle(struct conversation *conversation)
{
	int ask = current(conversation)->ask.index;

	if (ask < 0 || !step_unconfirmed(conversation, ask))
		return onward(conversation);
	step_confirm(conversation, ask);
	return stay;
}

/* What a state does when it is entered; where that leads. */
static struct move arrive(struct conversation *conversation)
{
	const struct state *state = current(conversation);
	int ask = state->ask.index;

	if (ask >= 0 && conversation->slots[ask].value)
		return settle(conversation);
	conversation_say(conversation, &state->say);
	if (state_ends(state)) {
		finish(conversation);
		return stay;
	}
	if (!state_listens(state))
		return onward(conversation);
	conversation_expect(conversation);
	return stay;
}

/* Back where a digression left from: its question again, shortly. */
static struct move come_back(struct conversation *conversation)
{
	int ask = current(conversation)->ask.index;

	if (ask >= 0 && conversation->slots[ask].value)
		return settle(conversation);
	conversation_reask(conversation);
	return stay;
}

static void tell(struct conversation *conversation, const char *from,
                 struct move move)
{
	const struct scenario *scenario = conversation->scenario;
	json_t *fields = json_pack("{s:s, s:s*, s:s}", "state",
	                           current(conversation)->name, "from", from,
	                           "reason", move.reason);

	if (move.intent != REF_NONE && fields) {
		json_object_set_new(
			fields, "intent",
			json_string(scenario->intents[move.intent].name));
		json_object_set_new(fields, "score", json_real(move.score));
	}
	conversation_write(conversation, "dialog.state", fields);
}

static struct move enter(struct conversation *conversation, struct move move)
{
	const char *from =
		conversation->state >= 0 ? current(conversation)->name : NULL;
	bool back = move.to == REF_RETURN;

	conversation->confirming = REF_NONE;
	conversation->keys[0] = '\0';
	if (back) {
		move.to = conversation->back[--conversation->n_back];
		move.reason = "resume";
	} else {
		conversation->no_input = 0;
		conversation->no_match = 0;
	}
	conversation->state = move.to;
	conversation->visits[move.to] += !back;
	tell(conversation, from, move);
	return back ? come_back(conversation) : arrive(conversation);
}

void step_go(struct conversation *conversation, struct move move)
{
	int steps;

	for (steps = 0; move.to != REF_NONE; steps++) {
		if (steps == STEPS_MAX) {
			conversation_end(conversation, "failed");
			return;
		}
		move = enter(conversation, move);
	}
}

void step_answered(struct conversation *conversation)
{
	step_go(conversation, settle(conversation));
}

void step_digress(struct conversation *conversation, int state,
                  const struct scored *intent)
{
	struct move move = { state, "digression", intent->intent,
		             intent->score };

	if (conversation->n_back == BACK_MAX) {
		conversation->n_back--;
		memmove(conversation->back, conversation->back + 1,
		        conversation->n_back * sizeof *conversation->back);
	}
	/* the same digression again does not lead away a second time */
	if (conversation->state != state)
		conversation->back[conversation->n_back++] =
			conversation->state;
	step_go(conversation, move);
}
