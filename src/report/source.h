/*
 * The bytes of an input: a file or stdin, as it is or packed by gzip (which
 * its first two bytes tell), or the lines that the store has of some calls.
 */
#ifndef REPORT_SOURCE_H
#define REPORT_SOURCE_H

#include <stddef.h>
#include <sys/types.h>

#include "src/report/period.h"

struct source;

/* Opens path, "-" being stdin. 0 and *opened yours to close, or EX_NOINPUT. */
int source_open(struct source **opened, const char *path);
/* The lines of the calls that the period touches, whole, and of what belongs
 * to no call in it, in the order they came. With `wanted`, not "", those of
 * calls whose id begins so. 0; EX_NOINPUT when there is no store; store.h. */
int source_open_store(struct source **opened, const char *dsn,
                      const struct period *period, const char *wanted);

void source_close(struct source *source);

/* Up to len bytes (the more the better): the count, 0 at the end, -1 with
 * sv_why() set: EX_IOERR, or EX_DATAERR when the packed data are damaged, or
 * what the store says. */
ssize_t source_read(struct source *source, char *data, size_t len);

/* the code of the last -1 */
int source_code(const struct source *source);

/* as messages call it */
const char *source_name(const struct source *source);

#endif
