/*
 * What the caller hears: the pipeline's sound, a frame (20 ms) at a time and
 * one each 20 ms on the average, silence where there is none.
 *
 * Frame n is due 20 ms times n after the start. It may leave a frame early,
 * so that what the pipeline has ready is not kept for a whole tick, and its
 * sound is waited for until two frames late: both are well within what an
 * exchange passes on. Its first sound is waited for longer, so that a pipeline
 * that takes a while to start is not late for the rest of the call. Who stood still for longer does not make up for it by a
 * burst; those frames were never sent.
 */
#ifndef CAPTURE_PLAY_H
#define CAPTURE_PLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/pcm.h"

#include "src/capture/tone.h"

enum {
	PLAY_FRAME_US = SV_FRAME_MS * 1000,
	PLAY_EARLY_US = PLAY_FRAME_US,
	PLAY_LATE_US = 2 * PLAY_FRAME_US,
	PLAY_STALL_US = 2 * PLAY_FRAME_US, /* later than that */
	PLAY_START_US = 5 * PLAY_FRAME_US, /* PLAY_LATE_US of the first sound */
	PLAY_AHEAD = 6, /* frames read and not yet sent, at most */
	PLAY_SPARE_MIN = 1,
	PLAY_SPARE_MAX = 4,
	PLAY_CALM_US = 30 * 1000000,
	PLAY_FADE_MS = 10,
};

struct play {
	int fd;       /* the pipeline's sound, non-blocking; -1 at its end */
	size_t frame; /* samples */
	int64_t start_us;
	int64_t frames;  /* sent, those that stalls have cost counted in */
	int64_t missed;  /* by stalls */
	int64_t read;    /* samples of the pipeline's so far, */
	int64_t trimmed; /* of which silence that was not sent */
	bool spoken;     /* a frame of it was sent */
	int spare;       /* frames kept of what is ready, against gaps */
	int64_t calm_us; /* when there was a gap last, or spare changed */
	int gap;         /* frames of silence within sound, so far */
	uint8_t queue[PLAY_AHEAD * SV_RATE_MAX / 1000 * SV_FRAME_MS *
	              sizeof(int16_t)];
	size_t len;
	struct tone tone; /* keys, which go before all sound */
};

/* what play_next() found */
enum play_next {
	PLAY_WAIT,  /* nothing is due; play_wake_us() says when */
	PLAY_SOUND, /* a frame of the pipeline's */
	PLAY_TONE,  /* a frame of keys */
	PLAY_FILL,  /* a frame of silence, for there was no sound in time */
	PLAY_PAST,  /* a frame of silence that is not to be sent: we were
	             * stopped when it was due */
};

void play_init(struct play *play, int fd, int rate_hz, int64_t now_us);

/* Reads what is there, as far as it is needed: one read(2). False at the end
 * of the sound. *data and *n, if wanted, get the bytes just read. */
bool play_read(struct play *play, const uint8_t **data, size_t *n);

/* whether to wait for something to read: without it there is no next frame */
bool play_wants(const struct play *play);

/* Bytes of sound that wait to be read. */
size_t play_unread(const struct play *play);

/* The caller has the word: of what is read, and of the next unread bytes that
 * are not, only a few ms are played yet, fading. */
void play_hush(struct play *play, size_t unread);

/* the next frame, play->frame samples, when it is time */
enum play_next play_next(struct play *play, int64_t now_us, int16_t *samples);

/* when play_next() has something at the latest, whatever is read */
int64_t play_wake_us(const struct play *play);

/* samples of the pipeline's that were read and not yet sent */
int64_t play_queued(const struct play *play);

/* the place in the pipeline's sound, in samples, of the next frame */
int64_t play_place(const struct play *play);

#endif
