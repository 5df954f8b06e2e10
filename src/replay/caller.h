/*
 * The caller's sound: the left channel of a recording, at the call's rate.
 */
#ifndef REPLAY_CALLER_H
#define REPLAY_CALLER_H

#include <stddef.h>
#include <stdint.h>

#include "src/replay/past.h"

struct caller;

/* Opens the call's recording; where it is not where the events say, in `place`:
 * a folder of recordings, or the recording itself. NULL: nowhere else. 0 and
 * *made for caller_close(), EX_NOINPUT, EX_DATAERR. */
int caller_open(struct caller **made, const struct past *past,
                const char *place);
void caller_close(struct caller *caller);

int caller_rate_hz(const struct caller *caller);

/* The next n samples, the last ones filled up with silence; how many are the
 * caller's: 0 at the end, -1 when it failed (EX_SOFTWARE). */
int caller_read(struct caller *caller, int16_t *samples, size_t n);

#endif
