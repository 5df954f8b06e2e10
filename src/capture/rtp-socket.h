/* The sockets of a call over RTP: one for RTP, and a port further, on both
 * sides, one for RTCP (RFC 3550 section 11). */
#ifndef CAPTURE_RTP_SOCKET_H
#define CAPTURE_RTP_SOCKET_H

/* One for RTCP beside fd, connected as that is; -1 when it cannot be had (the
 * port is another's): RTCP may still come with RTP. */
int rtp_socket_next(int fd);

/* The far end's address, "127.0.0.1:14000", yours to free(); "" when fd has
 * none. */
char *rtp_socket_peer(int fd);

#endif
