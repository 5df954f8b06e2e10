/*
 * Conversations tried: scripted callers talk with a scenario, and what we do
 * is compared with what was expected. Nothing waits but for a model, where one
 * was named: a caller speaks, presses and is silent as fast as we answer.
 */
#ifndef DIALOG_SIMULATE_H
#define DIALOG_SIMULATE_H

#include "src/dialog/mind.h"

struct simulation {
	const char *scenario; /* in place of what a file names, or NULL */
	const char *format;   /* "text" or "junit" */
	const char *output;   /* NULL: stdout */

	/* *made is NULL when rules alone are to answer */
	int (*open_mind)(const struct scenario *scenario, struct mind **made);
};

/* 0; EX_DATAERR when some conversation did not go as expected; a code. */
int simulate_run(const struct simulation *simulation, char **files, int n);

#endif
