/*
 * A telephone number that comes in pieces: "восемь девятьсот пять", a pause,
 * and the rest.
 */
#ifndef DIALOG_PIECE_H
#define DIALOG_PIECE_H

#include "src/dialog/conversation.h"

/* Fills the conversation's meaning from what was heard, or, where that makes a
 * whole number, from it and the pieces before. 0, or what the engine failed
 * with. */
int piece_understand(struct conversation *conversation,
                     const struct hearing *hearing);

/* Keeps what was heard when it is the beginning of a number: true then, and
 * there is nothing to say yet. */
bool piece_keep(struct conversation *conversation,
                const struct hearing *hearing);

#endif
