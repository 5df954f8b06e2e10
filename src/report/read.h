/* All inputs into the store. */
#ifndef REPORT_READ_H
#define REPORT_READ_H

#include "src/report/store.h"

/* Reads the files, or stdin when there are none. Bad lines are reported, the
 * first ones of each input in full, and make the exit code 65. 0; EX_NOINPUT
 * or EX_IOERR when an input could not be read (the others were); *inputs
 * counts those that could. */
int read_inputs(struct store *store, char **paths, int n, int *inputs);

/* Reads what the store of that DSN (lib/store.h) has of the period. 0,
 * EX_NOINPUT when there is none, or what it says. */
int read_stored(struct store *store, const char *dsn,
                const struct period *period);

#endif
