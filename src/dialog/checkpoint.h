/*
 * A conversation on disk, so that a killed sv-dialog goes on where it was.
 *
 * Before a turn's events leave, the conversation as it is after them is saved
 * together with the events themselves; once they left, the file gets a mark.
 * So a conversation that is found without the mark has its events sent (the
 * same bytes: a reader who had some of them sees the same seq again), and one
 * with the mark has nothing sent twice. Saved after they left, an answer
 * would be lost and its question asked again; saved before and without the
 * events, a question might never be asked.
 */
#ifndef DIALOG_CHECKPOINT_H
#define DIALOG_CHECKPOINT_H

#include "src/dialog/conversation.h"

enum { CHECKPOINT_FORMAT = 1 };

/* the mark, at the end of the file */
static const char checkpoint_sent[] = "\nsent\n";

/* where the call's checkpoint is, yours to free() */
char *checkpoint_path(const char *folder, const char *call);

/* Saves; lines (lent) are the events about to leave. 0 or a code. */
int checkpoint_save(const char *folder, const struct conversation *conversation,
                    const json_t *lines);

/* The events have left. 0 or a code. */
int checkpoint_mark(const char *folder, const char *call);

/* The call is over. */
void checkpoint_drop(const char *folder, const char *call);

/*
 * restore.c: puts the conversation, new until now, where it was saved. *lines gets the
 * events that never left, yours to decref, or NULL. Returns whether there was
 * a checkpoint that could be used; one that cannot is removed with a warning.
 */
bool checkpoint_load(const char *folder, struct conversation *conversation,
                     json_t **lines);

#endif
