/*
 * Our end of a WebSocket whose client has been told that it may go on (RFC
 * 6455), in a loop. libwslay does the frames: masks, fragments, pings, the
 * closing handshake. A message beyond WEBSOCKET_MAX bytes, one that is not as
 * the RFC has it, and text that is not UTF-8 end the connection with the code
 * for it.
 *
 * libwebsockets would do the same, but Debian's is built without the way to
 * let another loop poll for it.
 */
#ifndef CAPTURE_WEBSOCKET_H
#define CAPTURE_WEBSOCKET_H

#include <stddef.h>
#include <stdint.h>

#include "lib/loop.h"

enum { WEBSOCKET_MAX = 1 << 16 };

enum {
	WEBSOCKET_NORMAL = 1000,
	WEBSOCKET_UNSUPPORTED = 1003,
};

struct websocket;

/* What is told to who uses it, from within the loop. What they return but 0
 * ends the loop; what they are given is lent; none of them may free the
 * socket. end() comes once, and nothing after it. */
struct websocket_user {
	int (*text)(void *arg, const char *text, size_t len);
	int (*binary)(void *arg, const uint8_t *data, size_t len);

	/* "hangup": closed in good order; "reset": gone without a word;
	 * "error": it broke the rules, sv_why() says how */
	int (*end)(void *arg, const char *reason);
	void *arg;
};

/* Takes fd, also when it fails. data: what came behind the client's request;
 * copied. user is lent. 0 or EX_TEMPFAIL. */
int websocket_new(struct websocket **made, int fd,
                  const struct websocket_user *user, const void *data,
                  size_t len);
void websocket_free(struct websocket *socket); /* closes fd; NULL is fine */

/* Sends bytes as they are, for the answer to the request. */
int websocket_raw(struct websocket *socket, const void *data, size_t len);

/* Waits for the first message, outside the loop, and has it told; nothing
 * that follows it. 0, or EX_PROTOCOL when none has come in time. */
int websocket_first(struct websocket *socket, int timeout_ms);

/* from now on it lives in the loop, lent */
void websocket_start(struct websocket *socket, struct sv_loop *loop);

/* Each is queued and written as far as it goes, never waiting. */
void websocket_text(struct websocket *socket, const char *text);
void websocket_binary(struct websocket *socket, const void *data, size_t len);
void websocket_close(struct websocket *socket, int code);

/* bytes that the far end has not taken yet, the kernel's counted in */
size_t websocket_pending(const struct websocket *socket);

#endif
