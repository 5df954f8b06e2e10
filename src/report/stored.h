/* The lines that the store has of some calls, as bytes: see source.h. */
#ifndef REPORT_STORED_H
#define REPORT_STORED_H

#include <stddef.h>

#include "src/report/period.h"

struct stored;

int stored_open(struct stored **opened, const char *dsn,
                const struct period *period, const char *wanted);
void stored_close(struct stored *stored); /* NULL is fine */

/* as messages call it */
const char *stored_name(const struct stored *stored);

/* Up to len bytes: how many, 0 at the end, and when *code is not 0. */
size_t stored_read(struct stored *stored, char *data, size_t len, int *code);

#endif
