/* What a reply on the AGI wire says, and where it ends. */
#ifndef CAPTURE_AGI_REPLY_H
#define CAPTURE_AGI_REPLY_H

#include <stdbool.h>

#include "lib/buf.h"

#include "src/capture/agi.h"

/* Adds a line to the reply in text; true when that is complete. Lines that
 * neither begin a reply nor belong to one leave text empty. */
bool agi_reply_line(struct sv_buf *text, const char *line);

/* Reads a complete one, which is cut into the pieces that reply borrows;
 * reply->text is not set. */
void agi_reply_read(char *text, struct agi_reply *reply);

#endif
