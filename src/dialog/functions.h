/*
 * What a model can do in a conversation besides talking: functions that the
 * scenario's state offers. `fill` gives slots values, `choose` says what the
 * caller wants, where the state or a digression knows what to do about it.
 */
#ifndef DIALOG_FUNCTIONS_H
#define DIALOG_FUNCTIONS_H

#include "lib/chat.h"

#include "src/dialog/conversation.h"

enum { FUNCTIONS_MAX = 64, OFFERED_MAX = 256 };

struct functions {
	struct sv_chat_tool items[FUNCTIONS_MAX];
	size_t n;
};

/* what stands open in the state the conversation is in */
void functions_offer(struct functions *functions,
                     const struct conversation *conversation);
void functions_release(struct functions *functions);

/* The slots that may be filled, and the intents that lead somewhere: indexes
 * into the scenario's. How many. */
size_t functions_slots(const struct conversation *conversation,
                       int slots[OFFERED_MAX]);
size_t functions_intents(const struct conversation *conversation,
                         int intents[OFFERED_MAX]);

/* The JSON Schema of a slot's value; yours. */
json_t *functions_schema(const struct slot *slot, const char *language);

/* The value a model gives a slot, in the slot's form. Whether it is one. */
bool functions_value(const struct slot *slot, const struct hearing *hearing,
                     const json_t *given, char value[SLOT_VALUE]);

/* What a model has done with an answer. */
struct deeds {
	int intent;    /* chosen, or REF_NONE */
	bool answered; /* the slot asked for was filled */
	bool filled;   /* some slot was */
};

/* Does what the call says, if it is one of these: what to tell the model,
 * yours to free(); NULL: it is another function's. lift turns placeholders
 * into what they stand for; yours, too. */
char *functions_do(struct conversation *conversation,
                   const struct sv_chat_use *use,
                   char *(*lift)(void *arg, const char *text), void *arg,
                   struct deeds *deeds);

#endif
