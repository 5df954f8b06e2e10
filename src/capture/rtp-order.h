/*
 * Where a packet stands in its stream: sequence numbers and timestamps counted
 * on over their wraps, and which packets came. Order is the sequence number's
 * business and time the timestamp's; where they contradict each other (a
 * stream that jumps back, or stands still) the sequence number is right.
 */
#ifndef CAPTURE_RTP_ORDER_H
#define CAPTURE_RTP_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "src/capture/rtp.h"

enum rtp_place {
	RTP_NEXT,   /* it is new, or comes in time to be put in order */
	RTP_FIRST,  /* a stream begins with it: what was before is over */
	RTP_PAST,   /* it is of the stream before, or contradicts itself */
	RTP_AGAIN,  /* it was here before */
	RTP_STRANGE /* far from where the stream is: not yet believed */
};

struct rtp_order {
	bool begun;
	uint32_t ssrc, before; /* whose it is, and whose the one before was */
	bool has_before;
	int64_t sequence, first; /* the highest one, of whatever packet */

	/* the newest packet of sound by sequence number: others are placed by
	 * it */
	int64_t newest;
	uint32_t timestamp; /* as it came */
	int64_t at, end;    /* as we count, from 0 */

	uint64_t came;    /* bit n: the packet n before the highest */
	uint16_t strange; /* the one that would prove a jump */
	bool suspects;
	uint32_t expected_before; /* in the streams before this one */
	uint32_t disordered;
};

/* The next packet begins a stream. */
void rtp_order_restart(struct rtp_order *order);

/* A packet of sound has come, ticks long: its sequence number and timestamp,
 * counted on, unless it is past, again or strange. */
enum rtp_place rtp_order_put(struct rtp_order *order,
                             const struct rtp_packet *packet, uint32_t ticks,
                             int64_t *sequence, int64_t *at);

/* One that is no sound: whether it is new */
bool rtp_order_note(struct rtp_order *order, const struct rtp_packet *packet);

/* packets that should have come, of all streams */
uint32_t rtp_order_expected(const struct rtp_order *order);

#endif
