/* What the parts of the peer share. */
#ifndef PEER_H2_INSIDE_H
#define PEER_H2_INSIDE_H

#include <nghttp2/nghttp2.h>
#include <stdint.h>

#include "lib/buf.h"

#include "tests/peers/h2.h"

enum { MAX = 64 << 20, PIECE = 16384, SEEN_MAX = 32 };

struct stream;

/* what a method does: each may be NULL */
struct method {
	const char *name;
	void (*start)(struct stream *stream);
	void (*message)(struct stream *stream, const char *data, size_t len);
	void (*end)(struct stream *stream);
};

struct link {
	struct h2_peer *peer;
	struct link *next;
	struct stream *streams;
	int fd;
	nghttp2_session *session;
	struct sv_buf out;
	bool closing; /* as soon as no callback runs */
};

struct stream {
	struct link *link;
	struct stream *next;
	const struct method *method;
	int32_t id;
	struct sv_buf head, in, out;
	size_t piece; /* of a DATA frame; 0: as it comes */
	int n_messages;
	bool answered, closing, trailed, broken;
	bool cut;       /* ends without trailers */
	uint32_t reset; /* once all is sent */
	bool resets;
	char status[8];
	const char *message, *details;
};

struct h2_peer {
	struct sv_loop *loop;
	enum h2_kind kind;
	int fd, port, accepted, cancelled, unauthorised;
	size_t taken;
	bool frozen;
	struct link *links;
};

/* NULL when there is no such method */
const struct method *h2_method(const char *path);

/* ends an answer, once what it has to say has gone */
void h2_trail(struct stream *stream, int code, const char *message);

#endif
