/*
 * An HTTP/1.1 server in the program's loop, by libmicrohttpd: it takes what is
 * posted to one path, and answers /health. Who does not finish a request in
 * time is let go, whatever trickles in.
 */
#ifndef CRM_LISTEN_WEB_H
#define CRM_LISTEN_WEB_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/loop.h"

enum {
	WEB_BODY_MAX = 128 << 10,  /* bytes; more is 413 */
	WEB_HEADER_MAX = 32 << 10, /* bytes of a request's head */
};

struct web;

struct web_setup {
	const char *path;       /* lent for its life */
	const char *cert, *key; /* PEM, lent for its life; NULL: no TLS */
	int patience_ms;        /* a request must be there in so long */
	int most;               /* connections at once */

	/* What was posted, whole: 0 for 200, EX_DATAERR for 400, EX_NOPERM for
	 * 403, any other code for 503. */
	int (*receive)(void *arg, const char *body, size_t len);
	/* whether it could be received: 0 for 200, else 503 */
	int (*health)(void *arg);
	void *arg;
};

/* 0 and *made for web_close(); EX_UNAVAILABLE, EX_CONFIG (certificate). */
int web_open(struct web **made, struct sv_loop *loop,
             const struct web_setup *setup);
void web_close(struct web *web); /* NULL is fine */

/* Takes in who knocks at these sockets, lent, n of them. */
void web_watch(struct web *web, const int *fds, size_t n);

/* One connection, taken: for web_watch() and tests. */
void web_add(struct web *web, int fd);

/* Nobody else is let in, and nobody is asked for more. Calls done(arg) when
 * the last request was answered, or time_ms is over. */
void web_end(struct web *web, int time_ms, int (*done)(void *arg), void *arg);

/* the connections there are */
int web_connections(const struct web *web);

#endif
