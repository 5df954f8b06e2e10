/*
 * The events of one call on their way from its process to the outlet: whole
 * lines, in order. What a process that was killed left unsaid is said here:
 * each call that has a call.start gets its call.end.
 */
#ifndef CAPTURE_FEED_H
#define CAPTURE_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/buf.h"

#include "src/capture/outlet.h"
#include "src/capture/transport.h"

struct feed {
	int fd; /* the pipe's reading end, non-blocking; -1: none */
	struct sv_buf partial;
	bool skip;              /* the rest of a line that was too long */
	char call[CALL_ID_LEN]; /* "" before its call.start */
	int64_t seq, t;         /* the last of sv-capture's own */
	bool ended;
};

/* takes fd */
void feed_init(struct feed *feed, int fd);
void feed_release(struct feed *feed);

/* One read(2): 1 when something came, 0 at the end, -1 when nothing is there
 * now. */
int feed_read(struct feed *feed, struct outlet *outlet);

/* Its process is no more. why: what it died of, NULL when it ended by itself.
 * Half a line goes, with an error event; a call.end that is due is written. */
void feed_end(struct feed *feed, struct outlet *outlet, const char *why);

#endif
