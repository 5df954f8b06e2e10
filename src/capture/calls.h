/*
 * Calls in progress: a process each, its pipe of events, and the process group
 * of its pipeline, which stands in memory that the call's process shares with
 * us: when that process dies, of whatever, nothing of the call is left.
 */
#ifndef CAPTURE_CALLS_H
#define CAPTURE_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/loop.h"

#include "src/capture/errand.h"
#include "src/capture/outlet.h"

enum {
	CALLS_MAX = 4096,
	QUESTIONS_MAX = 64,
	CALLS_FORKED = -2, /* a code that is none: see calls_begin() */
};

struct calls;

struct calls_count {
	size_t running, questions;
	long begun, failed, answered; /* since the start */
};

/* changed(arg) is called when a process has ended and all of its events are
 * on their way. */
struct calls *calls_new(struct sv_loop *loop, struct outlet *outlet,
                        int (*changed)(void *arg), void *arg);

/* left() is called for each call by datagrams that is over, with its socket,
 * of which we keep a copy until then (what comes meanwhile goes there, not to
 * the listener), and its stream. arg is calls_new()'s. */
void calls_on_left(struct calls *calls,
                   void (*left)(void *arg, int fd, uint32_t stream));
void calls_free(struct calls *calls); /* NULL is fine */

/* Forks a process for the arrival, whose fd stays yours. 0; EX_TEMPFAIL,
 * EX_OSERR when there is nothing left to make it of; in the new process
 * CALLS_FORKED, with the errand filled in, for every caller to hand up at
 * once: the loop ends, all is released, and errand_run() goes on. */
int calls_begin(struct calls *calls, const struct arrival *arrival,
                struct errand *errand);

/* after SIGCHLD */
int calls_reap(struct calls *calls);

/* when the outlet has room again */
int calls_resume(struct calls *calls);

/* sends all processes the signal */
void calls_kill(const struct calls *calls, int number);

/* no process runs, and nothing that one has said waits */
bool calls_done(const struct calls *calls);

struct calls_count calls_count(const struct calls *calls);

#endif
