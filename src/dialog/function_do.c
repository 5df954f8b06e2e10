/* function_do.c: what a model's functions do */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/buf.h"

#include "src/dialog/functions.h"

enum { RESULT_MAX = 4000 };

static const struct state *current(const struct conversation *conversation)
{
	return &conversation->scenario->states[conversation->state];
}

/* a value already in the slot's form */
static bool in_form(const struct slot *slot, const char *text)
{
	size_t i;

	switch (slot->kind) {
	case SLOT_CHOICE:
		for (i = 0; i < slot->n_choices; i++)
			if (!strcmp(slot->choices[i].value, text))
				return true;
		return false;
	case SLOT_YESNO:
		return !strcmp(text, "yes") || !strcmp(text, "no");
	case SLOT_DATE:
	case SLOT_TIME:
		return strncmp(text, "today", 5) != 0 &&
		       slot_limit_valid(slot->kind, text);
	default:
		return false;
	}
}

bool functions_value(const struct slot *slot, const struct hearing *hearing,
                     const json_t *given, char value[SLOT_VALUE])
{
	const char *text = json_string_value(given);
	struct hearing said = *hearing;

	if (!text || !*text || strlen(text) >= SLOT_VALUE)
		return false;
	if (in_form(slot, text)) {
		memcpy(value, text, strlen(text) + 1);
		return slot_within(slot, value, hearing->today);
	}
	said.text = text;
	said.keys = false;
	return slot_take(slot, &said, true, value) > SLOT_INVALID;
}

static bool offered(const int *list, size_t n, int index)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (list[i] == index)
			return true;
	return false;
}

/* one slot; what is told of it goes to out */
static void fill_one(struct conversation *conversation, int slot,
                     const json_t *given, struct deeds *deeds,
                     struct sv_buf *out)
{
	const struct slot *kind = &conversation->scenario->slots[slot];
	const struct filled *filled = &conversation->slots[slot];
	char value[SLOT_VALUE];

	if (!functions_value(kind, &conversation->words, given, value)) {
		sv_buf_printf(out, "%s: not a valid value, ask again. ",
		              kind->name);
		return;
	}
	if (!filled->value || strcmp(filled->value, value) != 0) {
		conversation->slots[slot].confirmed = false;
		conversation_fill(conversation, slot, value,
		                  &conversation->words);
	}
	deeds->filled = true;
	if (slot == current(conversation)->ask.index)
		deeds->answered = true;
	sv_buf_printf(out, "%s: ok. ", kind->name);
}

static char *do_fill(struct conversation *conversation, const json_t *value,
                     char *(*lift)(void *arg, const char *text), void *arg,
                     struct deeds *deeds)
{
	int slots[OFFERED_MAX];
	size_t n = functions_slots(conversation, slots);
	void *at = json_object_iter((json_t *)(uintptr_t)value);
	struct sv_buf out;

	sv_buf_init(&out, RESULT_MAX);
	for (; at; at = json_object_iter_next((json_t *)(uintptr_t)value, at)) {
		const char *name = json_object_iter_key(at);
		const char *text =
			json_string_value(json_object_iter_value(at));
		int slot = scenario_slot(conversation->scenario, name);
		char *lifted = text ? lift(arg, text) : NULL;
		json_t *given = lifted ? json_string(lifted) : NULL;

		if (slot >= 0 && offered(slots, n, slot))
			fill_one(conversation, slot, given, deeds, &out);
		json_decref(given);
		free(lifted);
	}
	return sv_buf_take(&out);
}

static char *do_choose(const struct conversation *conversation,
                       const json_t *value, struct deeds *deeds)
{
	const char *name = json_string_value(json_object_get(value, "intent"));
	int intents[OFFERED_MAX];
	size_t i, n = functions_intents(conversation, intents);

	for (i = 0; name && i < n; i++)
		if (!strcmp(conversation->scenario->intents[intents[i]].name,
		            name)) {
			deeds->intent = intents[i];
			return sv_strdup("ok");
		}
	return sv_strdup("there is no such intent here");
}

char *functions_do(struct conversation *conversation,
                   const struct sv_chat_use *use,
                   char *(*lift)(void *arg, const char *text), void *arg,
                   struct deeds *deeds)
{
	bool fills = !strcmp(use->name, "fill");

	if (!fills && strcmp(use->name, "choose") != 0)
		return NULL;
	if (use->wrong)
		return sv_strdup(use->wrong);
	if (fills)
		return do_fill(conversation, use->value, lift, arg, deeds);
	return do_choose(conversation, use->value, deeds);
}
