/*
 * The events out of a pipeline: all to the stream, as they came and in order;
 * some to its own stages, too; and the call is told of each. A line that is no
 * event becomes an error event.
 *
 * A `turn` gets its part `wire`, the time its answer took to the wire once it
 * was made, which is known a little later, so that the stream waits for it; and
 * `behind`, what the caller has waited beyond all parts.
 */
#ifndef CAPTURE_ROUTE_H
#define CAPTURE_ROUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/event.h"

#include "src/capture/lines.h"

enum {
	ROUTE_HELD_MAX = 64 << 10,
	ROUTE_TURN_MS = 1000,
	ROUTE_LINES = 64, /* at once: the sound has its turn between them */
};

struct route {
	struct sv_events *events; /* NULL at their end */
	bool any;                 /* came */
	bool more;                /* lines were read and wait */
	const char *call;
	struct lines *stream, *dialog, *asr; /* lent */
	/* what the call does on an event of its own */
	void (*obey)(void *arg, const struct sv_event *event);
	/* a line that was none; as sv_events_on_bad() has it */
	int (*bad)(void *arg, json_t *fields);
	/* where, in the pipeline's sound, its next sample will stand */
	int64_t (*place)(void *arg);
	/* the call's clock, for events that have no common fields; or NULL */
	int64_t (*now_ms)(void *arg);
	void *arg;

	int64_t final_ms; /* t of the last asr.final; 0: there was none */
	json_t *turn;     /* whose first sample has not left */
	int64_t turn_us, turn_place;
	int64_t passed_us; /* when that place has left, or 0 */
	struct sv_buf held;
};

/* fd: the pipeline's events. The struct's other members are set by the caller,
 * before. */
void route_open(struct route *route, int fd);
void route_close(struct route *route);

/* Some of what is there now; when `more` is set afterwards it is to be called
 * again, also if nothing can be read. False at the end. */
bool route_read(struct route *route);

/* An event of our own: a line for the stream, in its turn. 0 or EX_IOERR. */
int route_put(struct route *route, const char *line, size_t len);

/* The pipeline's sound up to place has left for the wire, last a frame that
 * was silence or was not. */
void route_sent(struct route *route, int64_t place, bool silence,
                int64_t now_us);

/* no more sound leaves: what the stream waits for goes as it is */
void route_release(struct route *route);

#endif
