/* rules.c: the engine without a model: phrases, patterns, kinds of slots */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/dialog/conversation.h"
#include "src/dialog/engine.h"

struct engine {
	const struct scenario *scenario;
};

static int rules_open(struct engine **made, const struct scenario *scenario)
{
	*made = sv_alloc(sizeof **made);
	(*made)->scenario = scenario;
	return 0;
}

static void rules_close(struct engine *engine)
{
	free(engine);
}

static void add(struct meaning *meaning, int slot, enum sureness sureness,
                const char value[SLOT_VALUE])
{
	struct fill *fill;

	if (sureness == SLOT_NOTHING || meaning->n_fills == FILLS_MAX)
		return;
	fill = &meaning->fills[meaning->n_fills++];
	fill->slot = slot;
	fill->sureness = sureness;
	memcpy(fill->value, value, SLOT_VALUE);
}

/* A day often comes with its hour: "завтра в три". */
static bool goes_with(enum slot_kind asked, enum slot_kind kind)
{
	return (asked == SLOT_DATE && kind == SLOT_TIME) ||
	       (asked == SLOT_TIME && kind == SLOT_DATE);
}

static bool kind_taken(const struct engine *engine,
                       const struct meaning *meaning, enum slot_kind kind)
{
	size_t i;

	for (i = 0; i < meaning->n_fills; i++)
		if (engine->scenario->slots[meaning->fills[i].slot].kind ==
		    kind)
			return true;
	return false;
}

/* What the caller tells without being asked. A second slot of one kind stays
 * empty: one number is not two answers. */
static void unasked(struct engine *engine,
                    const struct conversation *conversation,
                    const struct hearing *hearing, struct meaning *meaning)
{
	const struct scenario *scenario = engine->scenario;
	const struct slot *asked = conversation_asked(conversation);
	char value[SLOT_VALUE];
	int i;

	for (i = 0; i + 1 < (int)scenario->n_slots; i++) {
		const struct slot *slot = &scenario->slots[i];
		enum sureness sureness;

		if (slot == asked || conversation->slots[i].value ||
		    !(slot->anytime ||
		      (asked && goes_with(asked->kind, slot->kind))) ||
		    kind_taken(engine, meaning, slot->kind))
			continue;
		sureness = slot_take(slot, hearing, false, value);
		if (sureness == SLOT_SURE)
			add(meaning, i, sureness, value);
	}
}

static void confirmation(struct engine *engine,
                         const struct conversation *conversation,
                         const struct hearing *hearing, struct meaning *meaning)
{
	int slot = conversation->confirming;
	const struct slot yesno = { .kind = SLOT_YESNO };
	char value[SLOT_VALUE];

	if (slot_take(&yesno, hearing, true, value) == SLOT_SURE)
		meaning->answer =
			!strcmp(value, "yes") ? ANSWER_YES : ANSWER_NO;
	if (meaning->answer != ANSWER_YES)
		add(meaning, slot,
		    slot_correct(&engine->scenario->slots[slot], hearing,
		                 value),
		    value);
}

static int rules_understand(struct engine *engine,
                            const struct conversation *conversation,
                            const struct hearing *hearing,
                            struct meaning *meaning)
{
	const struct state *state =
		&engine->scenario->states[conversation->state];
	char value[SLOT_VALUE];
	struct words words;

	if (!hearing->keys) {
		words_init(&words, hearing->text);
		meaning->n_intents = intents_find(engine->scenario, &words,
		                                  meaning->intents);
	}
	if (conversation->confirming != REF_NONE) {
		confirmation(engine, conversation, hearing, meaning);
		if (meaning->answer == ANSWER_YES && !hearing->keys)
			unasked(engine, conversation, hearing, meaning);
		return 0;
	}
	if (state->ask.index >= 0)
		add(meaning, state->ask.index,
		    slot_take(&engine->scenario->slots[state->ask.index],
		              hearing, true, value),
		    value);
	if (!hearing->keys)
		unasked(engine, conversation, hearing, meaning);
	return 0;
}

const struct dialog_engine engine_rules = {
	.name = "rules",
	.about = "phrases, patterns and kinds of slots; no model, no network",
	.open = rules_open,
	.understand = rules_understand,
	.close = rules_close,
};
