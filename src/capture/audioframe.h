/*
 * AudioSocket's frames: a byte for the kind, two for the length (big endian),
 * and so many more. As Asterisk 22 sends and takes them.
 */
#ifndef CAPTURE_AUDIOFRAME_H
#define CAPTURE_AUDIOFRAME_H

#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"

enum {
	AUDIOFRAME_HEAD = 3,
	AUDIOFRAME_MAX = AUDIOFRAME_HEAD + 0xffff,

	AUDIOFRAME_HANGUP = 0x00,
	AUDIOFRAME_UUID = 0x01,    /* 16 bytes, the first frame of all */
	AUDIOFRAME_SILENCE = 0x02, /* of other implementations: nothing */
	AUDIOFRAME_DTMF = 0x03,    /* an ASCII character */
	AUDIOFRAME_AUDIO = 0x10, /* s16le at 8 kHz; up to 0x18 at other rates */
	AUDIOFRAME_ERROR = 0xff,
};

struct audioframe {
	uint8_t kind;
	const uint8_t *payload; /* lent */
	size_t len;
};

/* The first frame of len bytes: how many bytes it has, or 0 when there is not
 * all of it yet. */
size_t audioframe_cut(const uint8_t *data, size_t len,
                      struct audioframe *frame);

/* samples a second of an audio kind; 0 for other kinds */
int audioframe_rate_hz(uint8_t kind);

/* the kind for a rate of lib/pcm.h's */
uint8_t audioframe_kind(int rate_hz);

/* Writes the frame of n samples: AUDIOFRAME_HEAD + 2 * n bytes, returned. */
size_t audioframe_put(uint8_t *out, int rate_hz, const int16_t *samples,
                      size_t n);

/* Frames out of bytes that come in any pieces. */
struct audioframes {
	struct sv_buf rest; /* the beginning of a frame */
	int (*take)(void *arg, const struct audioframe *frame);
	void *arg;
};

void audioframes_init(struct audioframes *frames,
                      int (*take)(void *arg, const struct audioframe *frame),
                      void *arg);
void audioframes_release(struct audioframes *frames);

/* Calls take() for each frame that is whole now; what that returns, if not 0,
 * ends it. */
int audioframes_feed(struct audioframes *frames, const void *data, size_t len);

/* The rate of the first audio in bytes that begin with a frame, known by its
 * head; 0: there is none. */
int audioframes_rate_hz(const struct sv_buf *bytes);

#endif
