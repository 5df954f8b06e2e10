/*
 * The jitter buffer: packets in whatever way a network delivers them, given
 * back in order and at the right moment. It counts in ticks of the stream's
 * timestamp and never looks at a clock: who plays takes as fast as time goes
 * by, and says with each packet that comes how far ahead of the listener the
 * playing is.
 *
 * From that the buffer knows each packet's slack, the time between its arrival
 * and the moment it is needed. The slack that all but the worst few of the
 * last seconds had is what the delay is steered by: much of it means that
 * the caller is heard later than necessary, little or none that packets come
 * too late. Jitter, a drifting clock and a changed route all look the same.
 */
#ifndef CAPTURE_JITTER_H
#define CAPTURE_JITTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/capture/rtp.h"

struct jitter;

enum {
	JITTER_SLOTS = 64,       /* packets kept at most */
	JITTER_START_MS = 40,    /* the delay of a stream that begins */
	JITTER_LONGEST_MS = 1000 /* more is dropped, the oldest first */
};

enum jitter_put {
	JITTER_KEPT,
	JITTER_LATE,   /* its moment is over */
	JITTER_TWICE,  /* it was here before */
	JITTER_STRANGE /* far from where the stream is: not yet believed */
};

enum jitter_take {
	JITTER_PACKET, /* the next one */
	JITTER_LOST,   /* something is missing and later packets are here */
	JITTER_PAUSE,  /* nothing is missing, the far end was silent */
	JITTER_EMPTY   /* late, lost or silent: nobody knows yet */
};

struct jitter_frame {
	int type;               /* PACKET: of its payload */
	uint32_t ticks;         /* its length, or how much is to be filled in */
	const uint8_t *payload; /* PACKET, and LOST where the packet that
	                         * follows at once is here: its (for what it
	                         * says of the one before); else NULL */
	size_t len;
};

struct jitter_counts {
	uint32_t received; /* all but duplicates */
	uint32_t late, twice, strange;
	uint32_t dropped; /* for want of room */
	uint32_t disordered;
};

/* clock_hz: ticks a second, 8000 to 48000 */
struct jitter *jitter_new(int clock_hz);
void jitter_free(struct jitter *jitter); /* NULL is fine */

/* Forgets all packets; the next one begins a stream. Counts stay. */
void jitter_restart(struct jitter *jitter, int clock_hz);

/* Puts in a packet that is `ticks` long, copied. ahead: ticks from now to the
 * moment at which the packet is needed that follows what has been taken. A
 * payload of more than RTP_DATAGRAM_MAX is strange. */
enum jitter_put jitter_put(struct jitter *jitter,
                           const struct rtp_packet *packet, uint32_t ticks,
                           int64_t ahead);

/* A packet of the stream has come that is no sound: a key, comfort noise. It
 * only counts. */
void jitter_note(struct jitter *jitter, const struct rtp_packet *packet);

/* What is to be played next: a packet as long as it is, or a filling of at
 * most `want` ticks. The payload is lent until the next put or take. */
enum jitter_take jitter_take(struct jitter *jitter, uint32_t want,
                             struct jitter_frame *frame);

/* Ticks by which the playing should become shorter (or longer: negative); 0
 * when the delay is right. Who could do so says it with jitter_shortened().
 * repeats: packets hold what the one before them did, so where some are lost
 * it is worth waiting for one more. */
int64_t jitter_excess(const struct jitter *jitter, bool repeats);
void jitter_shortened(struct jitter *jitter, int64_t ticks);

/* Ticks that wait to be taken, with the gaps between them */
int64_t jitter_waiting(struct jitter *jitter);

int jitter_clock(const struct jitter *jitter);

/* whether a packet of the stream was taken already */
bool jitter_playing(const struct jitter *jitter);

const struct jitter_counts *jitter_counts(const struct jitter *jitter);

/* for reports, RFC 3550 6.4.1: whose packets they are, how many should have
 * come, the highest sequence number with its wraps, the interarrival jitter in
 * ticks */
uint32_t jitter_source(const struct jitter *jitter);
uint32_t jitter_expected(const struct jitter *jitter);
uint32_t jitter_sequence(const struct jitter *jitter);
uint32_t jitter_interarrival(const struct jitter *jitter);

#endif
