/*
 * A strict gRPC peer for tests, in the loop of who tests: nghttp2's server
 * side, with a method for every way a service can fail. It is written from
 * grpc's PROTOCOL-HTTP2, and refuses (INTERNAL, with the reason) what that does
 * not allow.
 *
 * Methods are /t.T/NAME; see methods[] in h2_methods.c.
 */
#ifndef PEER_H2_H
#define PEER_H2_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/loop.h"

enum h2_kind {
	H2_GOOD,
	H2_GARBAGE, /* answers with noise */
	H2_HTTP1,   /* answers as an HTTP/1.1 server does */
	H2_MUTE,    /* takes connections and says nothing */
	H2_SHUT,    /* closes each at once */
};

struct h2_peer;

struct h2_peer *h2_new(struct sv_loop *loop, enum h2_kind kind);
void h2_free(struct h2_peer *peer);

int h2_port(const struct h2_peer *peer);
void h2_become(struct h2_peer *peer, enum h2_kind kind);

/* how many connections there were; are; streams there are; bytes of messages
 * taken; streams that were cancelled by the client */
int h2_accepted(const struct h2_peer *peer);
int h2_connected(const struct h2_peer *peer);
int h2_streams(const struct h2_peer *peer);
size_t h2_taken(const struct h2_peer *peer);
int h2_cancelled(const struct h2_peer *peer);

/* bytes that have arrived and are not read yet */
size_t h2_pending(const struct h2_peer *peer);

/* All connections are told to go, and go on; or are closed at once. */
void h2_goaway(struct h2_peer *peer);
void h2_drop(struct h2_peer *peer);

/* From now on it reads nothing: a far end that is half open. */
void h2_freeze(struct h2_peer *peer);

#endif
