/*
 * The steps of a conversation that its turns are made of; only for the files
 * that make them (turn.c, step.c).
 */
#ifndef DIALOG_TURN_H
#define DIALOG_TURN_H

#include "src/dialog/conversation.h"

/* where it goes, and why */
struct move {
	int to; /* a state, REF_RETURN, or REF_NONE to stay */
	const char *reason;
	int intent; /* or REF_NONE */
	double score;
};

/* Goes there, and on through states that do not listen, until one does or
 * the conversation ends. */
void step_go(struct conversation *conversation, struct move move);

/* The state's first rule that holds, when `answered` (or there is nothing to
 * answer) and with that intent (or REF_NONE); NULL when none does. */
const struct rule *step_rule(const struct conversation *conversation,
                             bool answered, int intent);

/* What the rule does on its way; where it leads. */
struct move step_take(struct conversation *conversation,
                      const struct rule *rule, const struct scored *intent);

/* Once the question is answered: confirms, or goes on. */
void step_answered(struct conversation *conversation);

/* whether the slot's value has to be confirmed and was not yet */
bool step_unconfirmed(const struct conversation *conversation, int slot);

void step_confirm(struct conversation *conversation, int slot);

/* Leaves for a digression's state, remembering the way back. */
void step_digress(struct conversation *conversation, int state,
                  const struct scored *intent);

/* turn.c: what conversation->meaning says, made true; `thought` says that a
 * model is to be asked instead. */
void turn_take(struct conversation *conversation,
               const struct hearing *hearing);

/* ladder.c: one step up, or where the ladder ends */
void ladder_no_match(struct conversation *conversation);
void ladder_no_input(struct conversation *conversation);

/* A value was understood, and the slot does not take it. */
void ladder_invalid(struct conversation *conversation, const struct slot *slot);

#endif
