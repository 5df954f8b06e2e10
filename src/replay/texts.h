/*
 * Past calls by today's dialog, from what was recognised then: many calls at
 * once through one program.
 */
#ifndef REPLAY_TEXTS_H
#define REPLAY_TEXTS_H

#include "src/replay/run.h"

enum { TEXTS_WINDOW = 64 }; /* calls at once */

struct texts;

struct texts_config {
	char *const *command; /* what answers, ended by NULL */
	bool pace;            /* in real time, a call at a time */

	/* Gets each call when it is over, in the order they were given; run is
	 * lent. 0 or a code. */
	int (*over)(void *arg, struct run *run);

	/* with pace: what the call has written so far, which is to be
	 * forgotten then */
	int (*part)(void *arg, struct run *run);
	void *arg;
};

/* config is lent */
struct texts *texts_new(const struct texts_config *config);

/* Takes a call; runs those given when there are enough. 0 or a code. */
int texts_add(struct texts *texts, struct past *past);

/* runs what is left. 0 or a code. */
int texts_end(struct texts *texts);

/* NULL is fine. 0, or EX_UNAVAILABLE when a program failed at its end. */
int texts_free(struct texts *texts);

#endif
