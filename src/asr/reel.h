/*
 * The sound of a line, as frames: samples at any rate go in, and frames of 20 ms
 * at another come out, the last few of which are kept. What comes out does not
 * depend on the sizes of the pieces that went in.
 */
#ifndef ASR_REEL_H
#define ASR_REEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/resample.h"

enum {
	REEL_FRAME_MAX = 16000 / 50, /* samples in a frame */
	REEL_KEPT = 45,              /* frames */
};

struct reel {
	struct sv_resampler *resampler;
	int rate_hz;      /* of what goes in */
	int64_t samples;  /* that went in */
	int64_t frames;   /* complete */
	size_t frame_len; /* samples */
	size_t filled;    /* of the frame to come */
	int16_t kept[REEL_KEPT][REEL_FRAME_MAX];

	/* A frame is complete, counted and kept. What it returns, if not 0, is
	 * handed up. */
	int (*take)(void *arg, const int16_t *frame);
	void *arg;
};

/* live: the least delay rather than the best filter. 0 or the resampler's
 * code; reel_release() in either case. */
int reel_init(struct reel *reel, int rate_hz, int frames_hz, bool live);
void reel_release(struct reel *reel);

int reel_feed(struct reel *reel, const int16_t *samples, size_t n);

/* No more: the last frame is filled up with silence. */
int reel_finish(struct reel *reel);

/* one of those kept, by its number from 0 */
const int16_t *reel_frame(const struct reel *reel, int64_t number);

/* ms of sound that went in */
int64_t reel_ms(const struct reel *reel);

#endif
