/*
 * Events on their way to the process that stores them (loader.h): kept as long
 * as they wait for it, up to a ceiling.
 */
#ifndef REPORT_FEEDER_H
#define REPORT_FEEDER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/loop.h"

struct feeder;

struct feeder_options {
	const char *dsn;
	size_t memory;  /* bytes of events kept */
	int timeout_ms; /* at the end, how long for a store that is away */
	void (*room)(void *arg); /* who waited for it may go on */
	void *arg;
};

/* Starts that process, and watches its pipes in the loop. 0 and *made for
 * feeder_finish(), or EX_TEMPFAIL. */
int feeder_start(struct feeder **made, struct sv_loop *loop,
                 const struct feeder_options *options);

/* An event's line. What finds no room, or nobody to store it, is counted. */
void feeder_put(struct feeder *feeder, const char *line, size_t len);

/* Whether to wait for room(): a store that is slow is waited for, one that is
 * away is not. */
bool feeder_full(struct feeder *feeder);

/* A setting is wrong: there is no use in going on. */
bool feeder_hopeless(const struct feeder *feeder);

/* No more will come. The loop runs until all is stored, or given up. */
void feeder_end(struct feeder *feeder);

/* Waits for the process and frees the feeder: 0 when all was stored. */
int feeder_finish(struct feeder *feeder);

#endif
