/* talk.c: what a conversation does with what a model has to say */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/dialog/turn.h"

static const struct state *current(const struct conversation *conversation)
{
	return &conversation->scenario->states[conversation->state];
}

void conversation_think(struct conversation *conversation, enum thought thought,
                        const struct hearing *hearing)
{
	char *text = sv_strdup(hearing->text);

	free((char *)(uintptr_t)conversation->words.text);
	conversation->words = *hearing;
	conversation->words.text = text;
	conversation->thought = thought;
}

/* The state's first rule that stands there for what is known now; one that
 * always holds is for an answer to its question. */
static const struct rule *ripe(const struct conversation *conversation)
{
	const struct rule *rule = step_rule(conversation, true, REF_NONE);

	return rule && rule->condition.n ? rule : NULL;
}

/* What the model says is wanted, as if the rules had found it. */
static void chosen(struct conversation *conversation, int intent)
{
	struct meaning *meaning = &conversation->meaning;

	memset(meaning, 0, sizeof *meaning);
	meaning->intents[0] = (struct scored){ intent, 1, 1 };
	meaning->n_intents = 1;
	turn_take(conversation, &conversation->words);
}

void conversation_talked(struct conversation *conversation,
                         const struct talked *talked)
{
	const struct rule *rule;

	if (conversation->ended)
		return;
	rule = talked->filled ? ripe(conversation) : NULL;
	if (talked->said)
		conversation->no_match = 0;
	if (talked->intent != REF_NONE)
		chosen(conversation, talked->intent);
	else if (talked->answered)
		step_answered(conversation);
	else if (rule)
		step_go(conversation, step_take(conversation, rule, NULL));
	else if (talked->said)
		conversation_expect(conversation);
	else
		ladder_no_match(conversation);
	conversation->thought = THINK_NOT;
}

void conversation_understood(struct conversation *conversation,
                             const struct meaning *meaning)
{
	if (conversation->ended)
		return;
	conversation->meaning = *meaning;
	turn_take(conversation, &conversation->words);
	conversation->thought = THINK_NOT;
}

/* The caller must hear something; who is told twice that it does not work is
 * led on as by a caller who is not understood. */
void conversation_unthought(struct conversation *conversation)
{
	const struct prompt *failed = &conversation->scenario->model.failed;
	bool talks = conversation->thought == THINK_TALK;

	conversation->thought = THINK_NOT;
	if (conversation->ended)
		return;
	if (!talks || !failed->n || conversation->no_match > 0 ||
	    !current(conversation)->talk) {
		ladder_no_match(conversation);
		return;
	}
	conversation->no_match++;
	conversation_say(conversation, failed);
	conversation_expect(conversation);
}
