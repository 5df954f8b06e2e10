/* The sockets of a call over RTP: one for RTP, and a port further, on both
 * sides, one for RTCP (RFC 3550 section 11). */
#ifndef CAPTURE_RTP_SOCKET_H
#define CAPTURE_RTP_SOCKET_H

#include <stddef.h>
#include <stdint.h>

#include "src/capture/rtp.h"

/* One for RTCP beside fd, connected as that is; -1 when it cannot be had (the
 * port is another's): RTCP may still come with RTP. */
int rtp_socket_next(int fd);

/* Datagrams that have come, some at once: who looks each 20 ms needs no other
 * wake-up for them, for the kernel notes when they came. */
enum { RTP_BATCH = 8 };

struct rtp_batch {
	struct {
		uint8_t data[RTP_DATAGRAM_MAX + 1]; /* more is cut off */
		size_t len;
		int64_t age_us; /* since it came */
	} items[RTP_BATCH];
};

/* Has the kernel note it. */
void rtp_socket_stamp(int fd);

/* How many there are now; -1 and errno when there are none, or something is
 * wrong. */
int rtp_socket_read(int fd, struct rtp_batch *batch);

/* The far end's address, "127.0.0.1:14000", yours to free(); "" when fd has
 * none. */
char *rtp_socket_peer(int fd);

#endif
