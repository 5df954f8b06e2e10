/* turn.c: what the conversation does with what it heard, or did not hear */
#include "src/dialog/turn.h"

#include <string.h>

#include "lib/clock.h"

#include "src/dialog/experiment.h"
#include "src/dialog/piece.h"

static const struct state *current(const struct conversation *conversation)
{
	return &conversation->scenario->states[conversation->state];
}

void conversation_begin(struct conversation *conversation)
{
	struct move move = { conversation->scenario->start.index, "start",
		             REF_NONE, 0 };

	conversation->turn = 1;
	experiment_begin(conversation);
	step_go(conversation, move);
}

void conversation_reask(struct conversation *conversation)
{
	const struct state *state = current(conversation);

	if (conversation->confirming != REF_NONE)
		conversation_confirm_say(conversation,
		                         conversation->confirming);
	else
		conversation_say(conversation,
		                 state->reask.n ? &state->reask : &state->say);
	conversation_expect(conversation);
}

/* what can be done about an intent here: a rule, or a digression */
struct reaction {
	const struct scored *intent;
	const struct rule *rule;
	const struct digression *digression;
};

static const struct digression *digression_for(const struct scenario *scenario,
                                               int intent)
{
	size_t i;

	for (i = 0; i < scenario->n_digressions; i++)
		if (scenario->digressions[i].intent.index == intent)
			return &scenario->digressions[i];
	return NULL;
}

/* a rule that stands there for an intent */
static const struct rule *local_rule(const struct conversation *conversation,
                                     int intent)
{
	const struct rule *rule = step_rule(conversation, false, intent);

	return conversation->confirming == REF_NONE ? rule : NULL;
}

/* The best intent that anything can be done about. Among equals the state's
 * own rules come before digressions. */
static struct reaction react(const struct conversation *conversation)
{
	const struct meaning *meaning = &conversation->meaning;
	struct reaction best = { 0 };
	size_t i;

	for (i = 0; i < meaning->n_intents; i++) {
		const struct scored *one = &meaning->intents[i];
		const struct rule *rule = local_rule(conversation, one->intent);

		if (best.intent && one->score < best.intent->score)
			break;
		if (rule)
			return (struct reaction){ one, rule, NULL };
		if (best.intent)
			continue;
		best.digression =
			digression_for(conversation->scenario, one->intent);
		if (best.digression)
			best.intent = one;
	}
	return best;
}

/* Fills what was told. A guess counts only when nothing better explains the
 * words. The sureness of what was asked for is returned. */
static enum sureness fill(struct conversation *conversation,
                          const struct hearing *hearing, bool explained)
{
	const struct meaning *meaning = &conversation->meaning;
	enum sureness asked = SLOT_NOTHING;
	size_t i;

	for (i = 0; i < meaning->n_fills; i++) {
		const struct fill *one = &meaning->fills[i];
		enum sureness sureness = one->sureness;

		if (sureness == SLOT_GUESSED && explained)
			sureness = SLOT_NOTHING;
		if (sureness > SLOT_INVALID) {
			conversation->slots[one->slot].confirmed = false;
			conversation_fill(conversation, one->slot, one->value,
			                  hearing);
		}
		if (one->slot == current(conversation)->ask.index)
			asked = sureness;
	}
	return asked;
}

/* Answers in passing. The question comes again, unless it was answered in the
 * same breath. */
static void digress(struct conversation *conversation,
                    const struct reaction *reaction, bool answered)
{
	const struct digression *digression = reaction->digression;

	conversation_say(conversation, &digression->say);
	if (digression->to.index >= 0)
		step_digress(conversation, digression->to.index,
		             reaction->intent);
	else if (answered)
		step_answered(conversation);
	else
		conversation_reask(conversation);
}

static void follow(struct conversation *conversation,
                   const struct reaction *reaction, bool answered)
{
	struct move move =
		step_take(conversation, reaction->rule, reaction->intent);

	if (move.to != REF_NONE)
		step_go(conversation, move);
	else if (answered)
		step_answered(conversation);
	else
		conversation_reask(conversation);
}

/* A state that only has intents, and one rule for whatever else is said. */
static bool catch_all(struct conversation *conversation)
{
	const struct rule *rule;

	if (current(conversation)->ask.name)
		return false;
	rule = step_rule(conversation, true, REF_NONE);
	if (!rule)
		return false;
	step_go(conversation, step_take(conversation, rule, NULL));
	return true;
}

/* Whether a model may know what the rules do not. */
static bool puzzled(struct conversation *conversation,
                    const struct hearing *hearing)
{
	if (!conversation->minded || hearing->keys ||
	    !conversation->scenario->model.understand ||
	    conversation->thought != THINK_NOT)
		return false;
	conversation_think(conversation, THINK_MEANING, hearing);
	return true;
}

/* Where a model talks, what is said in plain words still counts at once: an
 * intent that leads somewhere, and a value that is one in any context. */
static void talk_turn(struct conversation *conversation,
                      const struct hearing *hearing)
{
	const struct slot *slot = conversation_asked(conversation);
	struct reaction reaction = react(conversation);
	bool answered = fill(conversation, hearing, true) == SLOT_SURE &&
	                slot && slot->kind != SLOT_TEXT;

	if (reaction.rule)
		follow(conversation, &reaction, answered);
	else if (reaction.digression)
		digress(conversation, &reaction, answered);
	else if (answered)
		step_answered(conversation);
	else
		conversation_think(conversation, THINK_TALK, hearing);
}

static void answer_turn(struct conversation *conversation,
                        const struct hearing *hearing)
{
	struct reaction reaction = react(conversation);
	enum sureness asked =
		fill(conversation, hearing, reaction.intent != NULL);
	bool answered = asked > SLOT_INVALID;

	if (reaction.rule)
		follow(conversation, &reaction, answered);
	else if (reaction.digression)
		digress(conversation, &reaction, answered);
	else if (answered)
		step_answered(conversation);
	else if (asked == SLOT_INVALID)
		ladder_invalid(conversation, conversation_asked(conversation));
	else if (piece_keep(conversation, hearing))
		conversation_expect(conversation);
	else if (!catch_all(conversation) && !puzzled(conversation, hearing))
		ladder_no_match(conversation);
}

/* Said to be wrong, and no better value with it: asked anew. A caller who
 * denies for ever climbs the ladder of not being understood. */
static void denied(struct conversation *conversation)
{
	const struct state *state = current(conversation);
	const struct prompt *again =
		state->reask.n ? &state->reask : &state->say;

	conversation_forget(conversation, conversation->confirming);
	conversation->confirming = REF_NONE;
	if (++conversation->no_match > 3) {
		ladder_no_match(conversation);
		return;
	}
	conversation_say(conversation, again);
	conversation_expect(conversation);
}

static void confirmed(struct conversation *conversation,
                      const struct hearing *hearing,
                      const struct reaction *reaction)
{
	int slot = conversation->confirming;
	struct filled *filled = &conversation->slots[slot];
	double confidence = filled->confidence;

	filled->confirmed = true;
	conversation->confirming = REF_NONE;
	conversation_fill(conversation, slot, filled->value, NULL);
	filled->confidence = confidence;
	fill(conversation, hearing, true); /* what was told besides */
	if (reaction->digression)
		digress(conversation, reaction, true);
	else
		step_answered(conversation);
}

static void confirm_turn(struct conversation *conversation,
                         const struct hearing *hearing)
{
	const struct meaning *meaning = &conversation->meaning;
	struct reaction reaction = react(conversation);
	bool better = meaning->n_fills > 0;

	/* a guess needs the "no" before it */
	if (better && meaning->fills[0].sureness == SLOT_GUESSED)
		better = meaning->answer == ANSWER_NO && !reaction.intent;
	if (meaning->answer == ANSWER_YES) {
		confirmed(conversation, hearing, &reaction);
	} else if (better && meaning->fills[0].sureness > SLOT_INVALID) {
		conversation_fill(conversation, conversation->confirming,
		                  meaning->fills[0].value, hearing);
		/* what was wrong once is asked about again */
		step_confirm(conversation, conversation->confirming);
	} else if (reaction.digression) {
		digress(conversation, &reaction, false);
	} else if (meaning->answer == ANSWER_NO) {
		denied(conversation);
	} else if (!puzzled(conversation, hearing)) {
		ladder_no_match(conversation);
	}
}

void turn_take(struct conversation *conversation, const struct hearing *hearing)
{
	if (conversation->confirming != REF_NONE)
		confirm_turn(conversation, hearing);
	else if (current(conversation)->talk && conversation->minded &&
	         !hearing->keys && conversation->thought == THINK_NOT)
		talk_turn(conversation, hearing);
	else
		answer_turn(conversation, hearing);
}

/* A new turn of ours, unless it is one too many. */
static bool next_turn(struct conversation *conversation)
{
	if (conversation->ended)
		return false;
	conversation->heard_us = sv_now_us();
	if (conversation->turn++ < conversation->scenario->max_turns)
		return true;
	conversation_end(conversation, "too_long");
	return false;
}

/* a key that stands for an intent */
static void mean_key(struct conversation *conversation,
                     const struct hearing *hearing)
{
	int intent = REF_NONE;

	if (hearing->keys && strlen(hearing->text) == 1)
		intent = conversation_key_intent(conversation, *hearing->text);
	if (intent == REF_NONE)
		return;
	conversation->meaning.intents[0] = (struct scored){ intent, 1, 1 };
	conversation->meaning.n_intents = 1;
}

int conversation_hear(struct conversation *conversation,
                      const struct hearing *hearing)
{
	size_t pieces = strlen(conversation->piece);
	int rc;

	memset(&conversation->meaning, 0, sizeof conversation->meaning);
	if (!next_turn(conversation))
		return 0;
	conversation_remember(conversation->last_words, hearing->text);
	conversation->thought = THINK_NOT;
	if (conversation->minded)
		history_caller(&conversation->history, hearing->text);
	rc = piece_understand(conversation, hearing);
	if (rc)
		return rc;
	mean_key(conversation, hearing);
	conversation->heard++;
	conversation->no_input = 0;
	turn_take(conversation, hearing);
	if (strlen(conversation->piece) == pieces) /* none was added */
		*conversation->piece = '\0';
	return 0;
}

void conversation_silence(struct conversation *conversation)
{
	memset(&conversation->meaning, 0, sizeof conversation->meaning);
	if (!next_turn(conversation))
		return;
	ladder_no_input(conversation);
}

bool conversation_makes_sense(struct conversation *conversation,
                              const struct hearing *hearing)
{
	struct meaning meaning = { 0 };
	size_t i;

	if (conversation->ended ||
	    conversation->type->understand(conversation->engine, conversation,
	                                   hearing, &meaning))
		return false;
	for (i = 0; i < meaning.n_fills; i++)
		if (meaning.fills[i].sureness == SLOT_SURE)
			return true;
	return meaning.n_intents || meaning.answer != ANSWER_NONE;
}
