/*
 * What the person who takes a call over should know, in the scenario's
 * language: an object of its parts, and `text`, the gist in at most
 * BRIEF_TEXT bytes on one line, for a channel variable or a telephone's
 * display.
 */
#ifndef DIALOG_BRIEF_H
#define DIALOG_BRIEF_H

#include "lib/buf.h"

#include "src/dialog/conversation.h"

enum { BRIEF_TEXT = 200 };

/* The brief of that hand-over, yours. */
json_t *brief_make(const struct conversation *conversation,
                   const struct handoff *handoff);

/* Adds text on one line: runs of blanks and control characters become one
 * blank, and a quotation mark that could end a string is made one that cannot.
 * At most max bytes, cut behind a word. */
void brief_clean(struct sv_buf *out, const char *text, size_t max);

#endif
