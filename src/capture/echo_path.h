/*
 * The way our voice comes back: after which delay (0 to 600 ms), and how much
 * weaker, by the loudness in dB of frames of 20 ms sent and heard. See echo.c.
 */
#ifndef CAPTURE_ECHO_PATH_H
#define CAPTURE_ECHO_PATH_H

#include <stdbool.h>
#include <stdint.h>

enum {
	ECHO_LAGS = 31, /* delays looked at: 0 to 600 ms */
	ECHO_RING = 64, /* frames of ours remembered: more than the longest */
	ECHO_BINS = 70, /* of the weakening, a dB each */
};

#define ECHO_SILENCE_DB (-90.3f) /* what 16 bit cannot say */

/* what is remembered of a delay; sums over frames, old ones fading */
struct echo_lag {
	float n, sent, heard, sent2, heard2, both;
	float loud; /* frames in which we were loud, by their weakening */
	float weaker[ECHO_BINS];
};

struct echo_frame {
	int64_t at; /* which it is; 0 when there is none */
	float db;
	float near_db; /* the loudest of it and those just before */
};

/* found, lag and weaker_db may be read, the rest is echo_path.c's */
struct echo_path {
	bool found;
	int lag;
	float weaker_db; /* heard over sent; mostly below 0 */

	struct echo_frame sent[ECHO_RING];
	int64_t next;   /* of ours, the frame to come */
	int64_t now;    /* of the caller's, counted from ECHO_RING */
	int64_t active; /* of ours, the last that was not silent */
	float loudest_db;
	struct echo_lag lags[ECHO_LAGS];
};

void echo_path_init(struct echo_path *path);

/* a frame of ours is complete */
void echo_path_sent(struct echo_path *path, float db);

/* A frame of the caller's is complete, as it was heard. db below floor_db is
 * not told from the line's noise. */
void echo_path_heard(struct echo_path *path, float db, float floor_db);

/* whether what we sent may still be coming back */
bool echo_path_busy(const struct echo_path *path);

/* how loud the echo is in the caller's frame to come, its tail left aside */
float echo_path_expect(const struct echo_path *path);

#endif
