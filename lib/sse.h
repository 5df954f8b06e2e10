/*
 * Server-sent events, as the WHATWG's HTML standard has them (9.2.6): bytes
 * in, wherever they were cut, events out. Lines may end in LF, CR or CRLF.
 */
#ifndef SV_SSE_H
#define SV_SSE_H

#include <stddef.h>

#include "lib/buf.h"

struct sv_sse {
	struct sv_buf line, data, event;
	int (*got)(void *arg, const char *event, const char *data, size_t len);
	void *arg;
	/* Set after init, or NULL: a line that is no field of an event, and no
	 * comment, lent; what it returns is got()'s. */
	int (*stray)(void *arg, const char *line, size_t len);
	int after_cr; /* an LF that comes now belongs to the CR before */
	int begun;    /* the byte order mark is behind us */
};

/* got() is called with the event's name ("message" when it has none) and
 * data, lent; what it returns, if not 0, ends the feed and is handed up. An
 * event has at most max bytes. */
void sv_sse_init(struct sv_sse *sse, size_t max,
                 int (*got)(void *arg, const char *event, const char *data,
                            size_t len),
                 void *arg);
void sv_sse_release(struct sv_sse *sse);

/* 0, got()'s code, or EX_UNAVAILABLE for an event that is too long */
int sv_sse_feed(struct sv_sse *sse, const char *bytes, size_t len);

#endif
