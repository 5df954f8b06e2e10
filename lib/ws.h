/*
 * The client's side of a WebSocket (RFC 6455): libcurl makes the connection
 * (dial.h), libwslay frames. Text and binary messages either way; pings are
 * answered, and sent when nothing came for a while: a connection that is dead
 * is noticed.
 */
#ifndef SV_WS_H
#define SV_WS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/loop.h"
#include "lib/service.h"

struct sv_ws;

struct sv_ws_setup {
	const struct sv_service *service; /* lent for its life */
	const char *path;                 /* behind service->url, with query */
	const char *const *headers; /* "name: value", ended by NULL; or NULL */
	const char *secret_header;  /* one more, wiped after */
	size_t most;                /* bytes a message may have; 0: 16 MiB */
	/* nothing has come for so long: a ping asks whether anybody is there,
	 * and half of it later the connection counts as lost; 0: 20 s */
	int silence_ms;
	/* it stands: messages may go out (what was sent before goes now) */
	int (*opened)(void *arg);
	/* a whole message, lent, NUL behind it. Non-zero closes, with closed()
	 * told that code. */
	int (*message)(void *arg, bool text, const char *data, size_t len);
	/* It is over: code 0 when it was closed in good order, else as
	 * http.h's for an upgrade refused, EX_UNAVAILABLE for a connection
	 * lost; sv_why() tells, with the close code and reason. */
	void (*closed)(void *arg, int code);
	void *arg;
};

/* Begins to connect. closed() is called once, from the loop, unless
 * sv_ws_free() comes before. 0 and *made, EX_UNAVAILABLE without libcurl,
 * EX_CONFIG for a header that cannot be sent. Everything but the service is
 * copied. */
int sv_ws_open(struct sv_ws **made, struct sv_loop *loop,
               const struct sv_ws_setup *setup);

/* Of these functions NULL is fine.
 *
 * One message: copied, on its way at once where the connection takes it. */
void sv_ws_send(struct sv_ws *ws, bool text, const void *data, size_t len);

/* bytes that wait for the connection */
size_t sv_ws_waiting(const struct sv_ws *ws);

/* Says goodbye; closed() follows. */
void sv_ws_close(struct sv_ws *ws);

/* No more of it; closed() is not called. Also from within its own message(). */
void sv_ws_free(struct sv_ws *ws);

#endif
