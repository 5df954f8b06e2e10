/*
 * The HTTP request by which a client asks for a WebSocket (RFC 6455, 4.2), and
 * its answers. A request is looked at as it grows, and lent.
 */
#ifndef CAPTURE_UPGRADE_H
#define CAPTURE_UPGRADE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/span.h"

struct upgrade {
	size_t len; /* of the request, its empty line included */
	struct sv_span path, query, key;
	struct sv_span protocols; /* as offered, separated by commas */
};

/* GREETING_MORE, GREETING_CALL with *upgrade filled in, or EX_PROTOCOL: not
 * such a request. */
int upgrade_parse(const uint8_t *data, size_t len, struct upgrade *upgrade);

/* The value of a name in the query, decoded, yours to free(); NULL when there
 * is none, and when it is no UTF-8. */
char *upgrade_query(const struct upgrade *upgrade, const char *name);

/* Adds "101 Switching Protocols": protocol when it was offered, else the
 * first that was. 0 or EX_DATAERR. */
int upgrade_accept(const struct upgrade *upgrade, const char *protocol,
                   struct sv_buf *out);

#endif
