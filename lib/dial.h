/*
 * A connection to a service, made by libcurl - names, addresses, proxies, TLS -
 * and bytes over it, in the program's loop: what grpc.h and ws.h stand on.
 */
#ifndef SV_DIAL_H
#define SV_DIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lib/loop.h"
#include "lib/service.h"

struct sv_dial;

struct sv_dial_setup {
	const struct sv_service *service; /* lent for its life */
	bool h2; /* a service behind TLS must agree to HTTP/2 */

	/* Each is called from the loop only, and may close the connection. */
	void (*up)(void *arg); /* it stands */
	/* There may be something to read, or room to write again. */
	void (*ready)(void *arg);
	/* There is none, sv_why() tells: EX_CONFIG, EX_UNAVAILABLE or
	 * EX_TEMPFAIL. Once, instead of up(). */
	void (*failed)(void *arg, int code);
	void *arg;
};

/* Begins to connect. 0 and *made for sv_dial_close(), EX_UNAVAILABLE without
 * libcurl. */
int sv_dial_open(struct sv_dial **made, struct sv_loop *loop,
                 const struct sv_dial_setup *setup);
void sv_dial_close(struct sv_dial *dial); /* NULL is fine */

/* As much as there is: bytes, 0 when there is nothing now (ready() follows
 * when there is), -1 when the connection is lost, with sv_why(). */
ssize_t sv_dial_read(struct sv_dial *dial, void *data, size_t len);

/* As much as goes now: bytes, 0 when there is no room (ready() follows), -1
 * when the connection is lost, with sv_why(). */
ssize_t sv_dial_write(struct sv_dial *dial, const void *data, size_t len);

/* the code it was lost with: EX_UNAVAILABLE, or EX_CONFIG for certificates */
int sv_dial_code(const struct sv_dial *dial);

/* More was there than its user wanted to read at once: ready() is called again
 * in the next turn, also when poll sees nothing (TLS holds bytes back). */
void sv_dial_again(struct sv_dial *dial);

#endif
