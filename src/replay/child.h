/*
 * A program that answers events: events go to its standard input, what it
 * answers comes from its standard output. All that is sent is followed by
 * clock events, and it has dealt with everything once it has answered those.
 */
#ifndef REPLAY_CHILD_H
#define REPLAY_CHILD_H

#include "lib/buf.h"
#include "lib/event.h"

struct child;

/* Starts argv, ended by NULL; with `by_call` its time is the events'. 0 and
 * *made, or EX_UNAVAILABLE. */
int child_start(struct child **made, char *const argv[], bool by_call);

/* Sends what is in `out`, which is emptied, and hands each event that comes
 * to take() until `clocks` clock events were among them. 0, a code of take(),
 * EX_UNAVAILABLE when it ended or EX_TEMPFAIL when it stood still. */
int child_talk(struct child *child, struct sv_buf *out, size_t clocks,
               int (*take)(void *arg, const struct sv_event *event), void *arg);

/* Closes its input and waits for its end. NULL is fine. 0, or EX_UNAVAILABLE
 * when it failed. */
int child_stop(struct child *child);

/* environ with what concerns calls put in order for a replay; for execvpe() */
void child_environment(bool by_call);

#endif
