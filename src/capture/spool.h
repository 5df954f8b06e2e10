/* A pipe turned into a file, for what can only be read by who can seek. */
#ifndef CAPTURE_SPOOL_H
#define CAPTURE_SPOOL_H

#include "lib/buf.h"

/* Puts head and all that still comes from *fd into a file that has no name,
 * in $TMPDIR or /tmp. *fd is closed, unless it is stdin, and becomes the
 * file. name stands in messages. 0, EX_CANTCREAT, EX_IOERR. */
int spool(int *fd, const char *name, const struct sv_buf *head);

#endif
