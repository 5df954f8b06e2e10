/*
 * What a model is sent: who it is and how it is to speak, what the state wants
 * of it, what is known, and what was said so far.
 */
#ifndef DIALOG_MESSAGES_H
#define DIALOG_MESSAGES_H

#include <jansson.h>

#include "src/dialog/conversation.h"
#include "src/dialog/veil.h"

/* For an answer to what the caller said last, which is in the history, or
 * else given as words. Yours. */
json_t *messages_talk(const struct conversation *conversation,
                      struct veil *veil, const char *words);

/* For what the caller meant by the last words. Yours. */
json_t *messages_meaning(const struct conversation *conversation,
                         struct veil *veil);

/* For what has to be told of the first n messages of the history when they go.
 * Yours. */
json_t *messages_summary(const struct conversation *conversation,
                         struct veil *veil, size_t n);

#endif
