/*
 * What a conversation leads to, out into the stream: its outbox becomes
 * events, with a checkpoint where a folder for them is given.
 */
#ifndef DIALOG_POST_H
#define DIALOG_POST_H

#include "src/dialog/conversation.h"

/* Sends what is in the outbox. `turn` says that the conversation went on, so
 * that it is worth a checkpoint; folder may be NULL. 0, SV_GONE or a code. */
int post_send(struct conversation *conversation, const char *folder, bool turn);

/* Sends lines that a checkpoint kept. */
int post_again(const struct conversation *conversation, const char *folder,
               const json_t *lines);

/* 0, or the code of what could not be saved, with sv_why(): events have left
 * all the same */
int post_code(void);

#endif
