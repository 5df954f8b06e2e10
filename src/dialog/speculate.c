/* speculate.c: an answer asked for before the caller has come to the end */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/dialog/messages.h"
#include "src/dialog/thinking.h"
#include "src/dialog/turn.h"

/* What the rules understand needs no model. */
static bool rules_know(struct conversation *conversation,
                       const struct hearing *hearing)
{
	const struct scenario *scenario = conversation->scenario;
	const struct state *state = &scenario->states[conversation->state];

	return conversation->confirming != REF_NONE || !state->talk ||
	       conversation_makes_sense(conversation, hearing);
}

/* Words that came twice in a row are likely to be all of them. */
static bool stable(struct thinking *thinking, const char *text)
{
	bool same = thinking->partial && !strcmp(thinking->partial, text);

	free(thinking->partial);
	thinking->partial = sv_strdup(text);
	return same && *text;
}

void thinking_guess(struct thinking *thinking, const struct hearing *hearing)
{
	struct conversation *conversation = thinking->conversation;
	json_t *messages;

	if (!conversation->scenario->model.speculate || thinking->now ||
	    conversation->ended || conversation->state < 0 ||
	    !stable(thinking, hearing->text) ||
	    rules_know(conversation, hearing))
		return;
	messages = messages_talk(conversation, thinking->veil, hearing->text);
	thinking_fit(thinking, messages);
	if (thinking->guess &&
	    json_equal(thinking->guess->messages, messages)) {
		json_decref(messages);
		return;
	}
	asking_free(thinking->guess);
	thinking->guess = asking_start(thinking, FOR_TALK, messages, true);
}

bool speculate_take(struct thinking *thinking, const json_t *messages)
{
	struct asking *guess = thinking->guess;

	if (!guess || guess->code || !json_equal(guess->messages, messages))
		return false;
	thinking->guess = NULL;
	thinking->now = guess;
	asking_release(guess);
	return true;
}
