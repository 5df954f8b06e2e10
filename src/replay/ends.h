/*
 * The far end of a live call's pipeline: its descriptors 0 to 5, held from
 * the other side, as sv-pipelines(7) has them.
 */
#ifndef REPLAY_ENDS_H
#define REPLAY_ENDS_H

#include <sys/types.h>

#include "lib/event.h"

enum { ENDS = 6 };

struct ends {
	pid_t pid;
	const char *name;
	int fds[ENDS]; /* ours; -1 where there is none */
	struct sv_events *events;
};

/* Starts argv with what is in environment ("NAME=value", ended by NULL) in a
 * process group of its own. 0 or EX_UNAVAILABLE, EX_TEMPFAIL. */
int ends_open(struct ends *ends, char *const argv[], char *const environment[]);

/* Writes to 0, 4 or 5. A stage that is not there any more is no failure of
 * ours: its end is seen on the others. */
int ends_write(struct ends *ends, int fd, const void *data, size_t len);

/* Waits for something from the pipeline: drops its sound, hands each event to
 * take(). 0, a code of take(), EX_TEMPFAIL when nothing came for a minute;
 * *more is false once it has said all. */
int ends_wait(struct ends *ends,
              int (*take)(void *arg, const struct sv_event *event), void *arg,
              bool *more);

void ends_shut(struct ends *ends, int fd);

/* Kills what is left of it, and closes. 0, or EX_UNAVAILABLE when it failed
 * by itself before. */
int ends_close(struct ends *ends, bool kill_it);

#endif
