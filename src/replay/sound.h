/*
 * A past call by today's pipeline, from its recording: sv-replay is the far
 * end. Sound is given a frame at a time, and the next one only when every
 * stage has said, by its clock event, that it has dealt with the last one and
 * with all that followed from it; so what comes out does not depend on how
 * fast the machine is.
 */
#ifndef REPLAY_SOUND_H
#define REPLAY_SOUND_H

#include "src/replay/run.h"

struct sound_config {
	char *const *command;   /* the pipeline, ended by NULL */
	const char *recordings; /* where they are now, or NULL */
	bool pace;

	/* with pace: what the call has written so far is to be written */
	int (*part)(void *arg, struct run *run);
	void *arg;
};

/* Runs it; run, new, has its events and account after. 0, EX_NOINPUT when
 * there is no recording, EX_DATAERR, EX_UNAVAILABLE, EX_TEMPFAIL. */
int sound_run(const struct sound_config *config, struct run *run);

#endif
