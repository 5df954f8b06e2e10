/*
 * RTP packets, RFC 3550, and telephone events in them, RFC 4733: read from
 * bytes and written to them. Nothing here remembers anything.
 */
#ifndef CAPTURE_RTP_H
#define CAPTURE_RTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	RTP_HEADER = 12,         /* bytes of what we write */
	RTP_DATAGRAM_MAX = 4096, /* longer ones are no speech of ours */
	RTP_EVENT = 4,           /* bytes of a telephone event */
};

struct rtp_packet {
	bool marker;
	int type; /* 0 to 127 */
	uint16_t sequence;
	uint32_t timestamp, ssrc;
	const uint8_t *payload; /* lent: within the datagram */
	size_t len;             /* of the payload; may be 0 */
};

/* Whether the datagram is an RTP packet whose every length is within it.
 * RTCP, which may share the port (RFC 5761), is not. */
bool rtp_parse(const uint8_t *data, size_t len, struct rtp_packet *packet);

/* Writes the packet's header; its payload is put behind by who calls. */
void rtp_header(const struct rtp_packet *packet, uint8_t out[RTP_HEADER]);

/* How far `to` lies behind `from` on a counter that wraps: negative when it
 * lies before. */
int32_t rtp_sequence_after(uint16_t from, uint16_t to);
int64_t rtp_timestamp_after(uint32_t from, uint32_t to);

/* A key that is being pressed, or was. */
struct rtp_event {
	char key; /* '0' to '9', '*', '#', 'A' to 'D' */
	bool end;
	uint16_t duration; /* so far, in ticks of the timestamp */
};

/* false when the payload is too short or the event is no key (a flash, a fax
 * tone) */
bool rtp_event_parse(const uint8_t *payload, size_t len,
                     struct rtp_event *event);

/* false when there is no such key */
bool rtp_event_write(const struct rtp_event *event, uint8_t out[RTP_EVENT]);

#endif
