/*
 * What a model may not say: what the scenario never says, and sums of money
 * that nobody has told it (neither the scenario's instructions, nor a tool,
 * nor the caller, nor a slot). Each sentence is looked at before it is said.
 */
#ifndef DIALOG_GUARD_H
#define DIALOG_GUARD_H

#include "src/dialog/conversation.h"

/* Why the sentence may not be said: "never", "price"; NULL: it may. */
const char *guard_speech(const struct conversation *conversation,
                         const char *sentence);

/* said instead, where the scenario has nothing */
const char *guard_unsure(const char *language);

#endif
