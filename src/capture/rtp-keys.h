/*
 * Keys out of RTP's telephone events (RFC 4733): each once, however often the
 * far end repeats its packets and whichever of them are lost.
 */
#ifndef CAPTURE_RTP_KEYS_H
#define CAPTURE_RTP_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "src/capture/rtp.h"

struct rtp_keys {
	/* gets each key when it was let go */
	int (*heard)(void *arg, char key, int duration_ms);
	void *arg;

	bool down, any;         /* a key is being pressed; there was one */
	struct rtp_event event; /* the one being pressed */
	int clock_hz;           /* of its timestamps */
	uint32_t ssrc;
	uint32_t since;   /* its timestamp, or that of the last one */
	int64_t earlier;  /* ticks of its parts before this one */
	int64_t began_us; /* its first packet, */
	int64_t heard_us; /* and its last one */
};

/* A packet with an event has come, clock_hz ticks a second. */
int rtp_keys_put(struct rtp_keys *keys, const struct rtp_packet *packet,
                 int clock_hz, int64_t now_us);

/* Time goes by: a key of which nothing more comes was let go. */
int rtp_keys_wait(struct rtp_keys *keys, int64_t now_us);

#endif
