/*
 * What we send over RTP: a stream of one source, a packet each 20 ms, sound or
 * the key that is pressed, whose timestamps go on with the time.
 */
#ifndef CAPTURE_RTP_OUT_H
#define CAPTURE_RTP_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/capture/rtp-codec.h"

struct rtp_out;

enum { RTP_OUT_KEYS = 64 }; /* that may wait to be pressed */

struct rtp_out_counts {
	uint32_t ssrc;
	uint32_t timestamp; /* of the next packet */
	uint32_t packets, bytes;
};

/* rate_hz is of the samples it gets. Each datagram is given to put. */
struct rtp_out *
rtp_out_new(int rate_hz,
            void (*put)(void *arg, const uint8_t *data, size_t len), void *arg);
void rtp_out_free(struct rtp_out *out); /* NULL is fine */

/* From now on in this codec, as this payload type. 0, or why it cannot be
 * had; then it stays as it was. */
int rtp_out_codec(struct rtp_out *out, const struct rtp_codec *codec, int type);

/* 20 ms, at their time: where frames were left out the timestamp leaps */
int rtp_out_frame(struct rtp_out *out, const int16_t *samples, size_t n,
                  int64_t now_us);

/* Presses keys one after the other, as events of that payload type. EX_USAGE
 * for one that no telephone has, EX_UNAVAILABLE when too many wait. */
int rtp_out_keys(struct rtp_out *out, const char *keys, int type);

/* whether keys wait, or one is being pressed */
bool rtp_out_pressing(const struct rtp_out *out);

const struct rtp_out_counts *rtp_out_counts(const struct rtp_out *out);

#endif
