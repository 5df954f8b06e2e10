/*
 * Events of a replay, which are dated by the call and say nothing of how long
 * today's machine took: what it took is another each time, and the same call
 * run twice has to give the same bytes.
 */
#ifndef REPLAY_REWRITE_H
#define REPLAY_REWRITE_H

#include "lib/buf.h"

#include "src/replay/past.h"

/* An event of sv-replay's own; takes fields. Yours, NULL with sv_why(). */
char *rewrite_make(const struct past *past, int seq, int64_t t,
                   const char *type, json_t *fields);

/* The event of that line at another time, and the times in it likewise. */
char *rewrite_move(const struct past *past, const char *line, size_t len,
                   int64_t t);

/* Adds an event of today's, dated by the call and without what was measured;
 * one that is nothing but measured is left out. 0 or EX_DATAERR. */
int rewrite_today(const struct past *past, const struct sv_event *event,
                  struct sv_buf *out);

#endif
