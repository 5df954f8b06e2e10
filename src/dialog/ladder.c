/* ladder.c: what is done with a caller who is silent or not understood */
#include "src/dialog/turn.h"

static const struct state *current(const struct conversation *conversation)
{
	return &conversation->scenario->states[conversation->state];
}

/* One step up a ladder: the state's own, or what the scenario has for all. */
static void climb(struct conversation *conversation, const struct ladder *own,
                  const struct ladder *common, int *count, const char *outcome)
{
	const struct ladder *tries = own->n ? own : common;
	const struct ref *then = own->then.name ? &own->then : &common->then;
	int most = tries->n ? (int)tries->n : 2;
	int now = (*count)++;

	if (now < most && (conversation->confirming != REF_NONE || !tries->n)) {
		conversation_reask(conversation);
	} else if (now < most) {
		conversation_say(conversation, &tries->tries[now]);
		conversation_expect(conversation);
	} else if (then->index >= 0) {
		step_go(conversation,
		        (struct move){ then->index, outcome, REF_NONE, 0 });
	} else {
		conversation_end(conversation, outcome);
	}
}

void ladder_no_match(struct conversation *conversation)
{
	climb(conversation, &current(conversation)->no_match,
	      &conversation->scenario->no_match, &conversation->no_match,
	      "no_match");
}

/* A value was understood, and the slot does not take it. */
void ladder_invalid(struct conversation *conversation, const struct slot *slot)
{
	const struct ladder *own = &current(conversation)->no_match;
	const struct ladder *common = &conversation->scenario->no_match;
	size_t most = own->n ? own->n : common->n;

	if (!slot->invalid.n ||
	    conversation->no_match >= (int)(most ? most : 2)) {
		ladder_no_match(conversation);
		return;
	}
	conversation->no_match++;
	conversation_say(conversation, &slot->invalid);
	conversation_expect(conversation);
}

void ladder_no_input(struct conversation *conversation)
{
	climb(conversation, &current(conversation)->no_input,
	      &conversation->scenario->no_input, &conversation->no_input,
	      "no_input");
}
