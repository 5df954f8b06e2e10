/*
 * Peers that send datagrams: the first one of a remote address that makes a
 * call gets a socket of its own, on the listener's port and connected to the
 * peer, so that the kernel keeps the calls apart. What still comes to the
 * listener from an address that has, or had, its call belongs to that call: a
 * second without any of it must pass before the address can begin another.
 */
#ifndef CAPTURE_DATAGRAM_H
#define CAPTURE_DATAGRAM_H

#include "src/capture/listen.h"

struct addresses;

struct addresses *addresses_new(void);
void addresses_free(struct addresses *addresses); /* NULL is fine */

/* Reads one datagram. 1 and the arrival (fd is yours, greeting is lent until
 * the next one) when it begins a call, 0 when it does not, -1 when there is
 * none. */
int datagram_next(const struct listener *listener, struct addresses *addresses,
                  struct arrival *arrival);

#endif
