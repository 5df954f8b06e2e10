/*
 * From packets to the caller's sound: jitter buffer, decoder, concealment and
 * the clock by which a frame is due each 20 ms. What comes out is as long as
 * the time that went by, whatever comes in.
 */
#ifndef CAPTURE_PLAYOUT_H
#define CAPTURE_PLAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/capture/jitter.h"
#include "src/capture/rtp-codec.h"
#include "src/capture/rtp.h"

struct playout;

/* rate_hz is of what comes out, one of lib/pcm.h's */
struct playout *playout_new(int rate_hz);
void playout_free(struct playout *playout); /* NULL is fine */

/* A packet of sound has come. 0 (also when it is of no use), or why its codec
 * cannot be had. */
int playout_put(struct playout *playout, const struct rtp_codec *codec,
                const struct rtp_packet *packet, int64_t now_us);

/* A packet of the far end's that says that it is silent (comfort noise, a
 * key): what is missing now is not lost. */
void playout_quiet(struct playout *playout, const struct rtp_packet *packet);

/* Writes the next 20 ms to samples when they are due: how many samples, or 0.
 * To be asked again until then. The clock starts with the first call. */
size_t playout_next(struct playout *playout, int64_t now_us, int16_t *samples);

/* when the next 20 ms are due */
int64_t playout_due_us(const struct playout *playout);

struct playout_counts {
	int64_t frames;    /* of 20 ms given */
	int64_t concealed; /* ms made up for what was lost or late */
	int64_t shortened, lengthened; /* times */
	int64_t damaged;               /* packets that cannot be decoded */
};

const struct playout_counts *playout_counts(const struct playout *playout);
/* NULL, and the codec's name "", while nothing was heard */
const struct jitter *playout_jitter(const struct playout *playout);
const char *playout_codec(const struct playout *playout);

#endif
