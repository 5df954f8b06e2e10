/*
 * Peers that send datagrams: the first one of a remote address that makes a
 * call gets a socket of its own, on the listener's port and connected to the
 * peer, so that the kernel keeps the calls apart. What still comes to the
 * listener from an address that has, or had, its call, and is of the same
 * stream, belongs to that call: five seconds without any of it must pass before
 * it can begin another.
 */
#ifndef CAPTURE_DATAGRAM_H
#define CAPTURE_DATAGRAM_H

#include "src/capture/listen.h"

struct addresses;

struct addresses *addresses_new(void);
void addresses_free(struct addresses *addresses); /* NULL is fine */

/* The call is over that had this socket and began with this stream: what still
 * comes of it is known. */
void datagram_left(struct addresses *addresses, int fd, uint32_t stream);

/* the stream that the arrival's greeting is part of */
uint32_t datagram_stream(const struct arrival *arrival);

/* Reads one datagram. 1 and the arrival (fd is yours, or -1 with sv_why() when
 * there is no socket to be had; greeting is lent until the next one) when it
 * begins a call, 0 when it does not, -1 when there is none. */
int datagram_next(const struct listener *listener, struct addresses *addresses,
                  struct arrival *arrival);

#endif
