/*
 * What the pipeline hears: the caller's samples, which are the call's clock.
 * A gap becomes silence, so that the clock keeps up with the wall; what comes
 * faster than that, or too late, is left out. A pipeline that does not read
 * loses the oldest, and never holds anything up.
 */
#ifndef CAPTURE_HEAR_H
#define CAPTURE_HEAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"

enum {
	HEAR_GAP_MS = 100,      /* no frame for so long: silence goes in, */
	HEAR_LAG_MS = 60,       /* up to so long ago */
	HEAR_EXCESS_MS = 1000,  /* the clock may be so far before the wall */
	HEAR_STALL_MS = 1000,   /* so far behind: we were stopped, */
	HEAR_STALE_MS = 200,    /* and only so much of what waits is news */
	HEAR_PIPE_MS = 500,     /* of sound the pipe holds, */
	HEAR_BACKLOG_MS = 1500, /* and we, for a pipeline that is slow */
	HEAR_DEAD_MS = 10000,   /* without a read: it is dead */
};

struct hear {
	int fd; /* the pipeline's stdin, non-blocking; -1 when it has none */
	int rate_hz;
	int64_t start_us;
	int64_t clock;         /* samples: heard, and filled in */
	int64_t last_us;       /* when the far end was last heard */
	int64_t stale;         /* samples to leave out, */
	int64_t stale_us;      /* until then */
	int64_t excess;        /* samples left out: too fast, or too late */
	int64_t lost;          /* samples that the pipeline did not read */
	int64_t stuck_us;      /* since when it reads nothing; 0: it reads */
	struct sv_buf backlog; /* PCM */
};

void hear_init(struct hear *hear, int rate_hz, int64_t now_us);
void hear_release(struct hear *hear);

/* Gives it the pipeline's stdin, a pipe, lent. */
void hear_into(struct hear *hear, int fd);

/* How many samples of silence are due before anything else is heard: what is
 * then given to hear_write() moves the clock. */
size_t hear_gap(struct hear *hear, int64_t now_us);

/* How many samples the clock is behind the wall, a frame or more; else 0. */
size_t hear_behind(const struct hear *hear, int64_t now_us);

/* Of n samples that came now: how many at the beginning are left out, and how
 * many are taken of the rest. */
size_t hear_admit(struct hear *hear, int64_t now_us, size_t n, size_t *taken);

/* For the pipeline; the clock moves. False when its stdin has no reader. */
bool hear_write(struct hear *hear, const int16_t *samples, size_t n,
                int64_t now_us);

/* more of the backlog, now that it reads; false as above */
bool hear_flush(struct hear *hear, int64_t now_us);

/* No more is heard; what the pipeline has not read by now is lost to it. */
void hear_end(struct hear *hear);

int64_t hear_ms(const struct hear *hear);

#endif
