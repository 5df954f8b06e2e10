/*
 * The bytes of an input: a file or stdin, as it is or packed by gzip (which
 * its first two bytes tell).
 */
#ifndef REPORT_SOURCE_H
#define REPORT_SOURCE_H

#include <stddef.h>
#include <sys/types.h>

struct source;

/* Opens path, "-" being stdin. 0 and *opened yours to close, or EX_NOINPUT. */
int source_open(struct source **opened, const char *path);
void source_close(struct source *source);

/* Up to len bytes (the more the better): the count, 0 at the end, -1 with
 * sv_why() set: EX_IOERR, or EX_DATAERR when the packed data are damaged. */
ssize_t source_read(struct source *source, char *data, size_t len);

/* the code of the last -1 */
int source_code(const struct source *source);

/* as messages call it */
const char *source_name(const struct source *source);

#endif
