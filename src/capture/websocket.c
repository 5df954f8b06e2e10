/* websocket.c: the server's end of a WebSocket, by libwslay */
#include "src/capture/websocket.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wslay/wslay.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/fail.h"

enum {
	OUT_MAX = 1 << 18,    /* a far end that reads nothing is dropped then */
	READS = 8,            /* of 4096 bytes, until others have their turn */
	FRAGMENTS_MAX = 1024, /* of a message; empty ones cost memory, too */
};

struct websocket {
	struct sv_loop *loop; /* NULL until it is started */
	int fd;
	short watched;
	const struct websocket_user *user;
	struct wslay_event_context *wslay;
	struct sv_buf in;  /* what came with the request, to be read first */
	struct sv_buf out; /* what the kernel has not taken */
	int reads;         /* left in this turn */
	int fragments;
	bool single;  /* stop behind the next message */
	bool closing; /* by us */
	bool ended, eof, broken;
	int rc; /* of the user's functions */
};

static ssize_t read_some(struct websocket *socket, uint8_t *data, size_t len)
{
	ssize_t n;

	if (socket->in.len) {
		n = (ssize_t)(len < socket->in.len ? len : socket->in.len);
		memcpy(data, socket->in.data, (size_t)n);
		sv_buf_drop(&socket->in, (size_t)n);
		return n;
	}
	do
		n = recv(socket->fd, data, len, MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	return n;
}

/* While only one message is wanted each byte is taken alone, so that none of
 * the next is. */
static ssize_t receive(wslay_event_context_ptr wslay, uint8_t *data, size_t len,
                       int flags, void *arg)
{
	struct websocket *socket = arg;
	ssize_t n = -1;

	(void)flags;
	errno = EAGAIN;
	if (!socket->rc && socket->reads > 0) {
		len = socket->single ? 1 : len;
		n = read_some(socket, data, len);
	}
	if (n < (ssize_t)len)
		socket->reads = 0; /* no more is there now */
	else if (!socket->single)
		socket->reads--;
	if (n > 0)
		return n;
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
		wslay_event_set_error(wslay, WSLAY_ERR_WOULDBLOCK);
		return -1;
	}
	socket->eof = true;
	wslay_event_set_error(wslay, WSLAY_ERR_CALLBACK_FAILURE);
	return -1;
}

static ssize_t put(wslay_event_context_ptr wslay, const uint8_t *data,
                   size_t len, int flags, void *arg)
{
	struct websocket *socket = arg;

	(void)flags;
	if (!sv_buf_add(&socket->out, data, len))
		return (ssize_t)len;
	socket->broken = true;
	wslay_event_set_error(wslay, WSLAY_ERR_CALLBACK_FAILURE);
	return -1;
}

static void count_fragment(wslay_event_context_ptr wslay,
                           const struct wslay_event_on_frame_recv_start_arg *it,
                           void *arg)
{
	struct websocket *socket = arg;

	if (it->opcode == WSLAY_CONTINUATION_FRAME)
		socket->fragments++;
	else if (!wslay_is_ctrl_frame(it->opcode))
		socket->fragments = 0;
	if (socket->fragments <= FRAGMENTS_MAX)
		return;
	wslay_event_queue_close(wslay, WSLAY_CODE_POLICY_VIOLATION, NULL, 0);
	wslay_event_shutdown_read(wslay);
}

static void tell(wslay_event_context_ptr wslay,
                 const struct wslay_event_on_msg_recv_arg *message, void *arg)
{
	struct websocket *socket = arg;
	const struct websocket_user *user = socket->user;
	const char *data = message->msg ? (const char *)message->msg : "";

	(void)wslay;
	if (socket->rc)
		return;
	if (message->opcode == WSLAY_TEXT_FRAME)
		socket->rc = user->text(user->arg, data, message->msg_length);
	else if (message->opcode == WSLAY_BINARY_FRAME)
		socket->rc = user->binary(user->arg, (const uint8_t *)data,
		                          message->msg_length);
	if (!wslay_is_ctrl_frame(message->opcode) && socket->single) {
		socket->reads = 0;
		socket->single = false;
	}
}

int websocket_new(struct websocket **made, int fd,
                  const struct websocket_user *user, const void *data,
                  size_t len)
{
	static const struct wslay_event_callbacks callbacks = {
		.recv_callback = receive,
		.send_callback = put,
		.on_frame_recv_start_callback = count_fragment,
		.on_msg_recv_callback = tell,
	};
	struct websocket *socket = sv_alloc(sizeof *socket);
	int on = 1;

	socket->fd = fd;
	socket->user = user;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	sv_buf_init(&socket->in, len);
	sv_buf_add(&socket->in, data, len);
	sv_buf_init(&socket->out, OUT_MAX);
	if (wslay_event_context_server_init(&socket->wslay, &callbacks,
	                                    socket)) {
		websocket_free(socket);
		return sv_fail(EX_TEMPFAIL, "no memory for a WebSocket");
	}
	wslay_event_config_set_max_recv_msg_length(socket->wslay,
	                                           WEBSOCKET_MAX);
	*made = socket;
	return 0;
}

void websocket_free(struct websocket *socket)
{
	if (!socket)
		return;
	if (socket->loop && !socket->ended)
		sv_loop_unwatch(socket->loop, socket->fd);
	wslay_event_context_free(socket->wslay);
	sv_buf_release(&socket->in);
	sv_buf_release(&socket->out);
	close(socket->fd);
	free(socket);
}

/* how it ended, when it has */
static const char *ending(struct websocket *socket)
{
	struct wslay_event_context *wslay = socket->wslay;
	int code = wslay_event_get_status_code_received(wslay);

	if (wslay_event_get_close_received(wslay)) {
		if (code <= WSLAY_CODE_GOING_AWAY ||
		    code == WSLAY_CODE_NO_STATUS_RCVD)
			return "hangup";
		sv_fail(EX_PROTOCOL,
		        "the far end closed its WebSocket with code %d", code);
		return "error";
	}
	if (socket->eof)
		return socket->closing ? "hangup" : "reset";
	if (socket->broken) {
		sv_fail(EX_PROTOCOL, "the far end of a WebSocket reads "
		                     "nothing any more");
		return "error";
	}
	if (wslay_event_get_read_enabled(wslay))
		return NULL;
	sv_fail(EX_PROTOCOL,
	        "the far end broke the rules of a WebSocket; "
	        "it was closed with code %d",
	        wslay_event_get_status_code_sent(wslay));
	return "error";
}

static int ready(void *arg, short revents);

static void watch(struct websocket *socket)
{
	short events = POLLIN | (socket->out.len ? POLLOUT : 0);

	if (!socket->loop || socket->ended || events == socket->watched)
		return;
	socket->watched = events;
	sv_loop_watch(socket->loop, socket->fd, events, ready, socket);
}

/* Tells the end, once. */
static int settle(struct websocket *socket)
{
	const char *reason = ending(socket);

	watch(socket);
	if (socket->rc || socket->ended || !reason)
		return socket->rc;
	socket->ended = true;
	sv_loop_unwatch(socket->loop, socket->fd);
	return socket->user->end(socket->user->arg, reason);
}

/* Errors show when reading. */
static void write_out(struct websocket *socket)
{
	struct sv_buf *out = &socket->out;
	ssize_t n;

	if (wslay_event_want_write(socket->wslay))
		wslay_event_send(socket->wslay);
	if (!out->len)
		return;
	n = send(socket->fd, out->data, out->len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n > 0)
		sv_buf_drop(out, (size_t)n);
}

static void read_in(struct websocket *socket)
{
	socket->reads = READS;
	do /* it returns in the midst of a frame */
		wslay_event_recv(socket->wslay);
	while (socket->reads > 0 && !socket->rc &&
	       wslay_event_get_read_enabled(socket->wslay));
	write_out(socket); /* pongs, the closing */
}

static int ready(void *arg, short revents)
{
	struct websocket *socket = arg;

	if (revents & POLLOUT)
		write_out(socket);
	if (revents & (POLLIN | POLLHUP | POLLERR))
		read_in(socket);
	return settle(socket);
}

void websocket_start(struct websocket *socket, struct sv_loop *loop)
{
	socket->loop = loop;
	watch(socket);
}

int websocket_first(struct websocket *socket, int timeout_ms)
{
	int64_t end = sv_now_ms() + timeout_ms, left = timeout_ms;
	struct pollfd item = { .fd = socket->fd, .events = POLLIN };
	const char *ended = NULL;

	socket->single = true;
	for (; left > 0; left = end - sv_now_ms()) {
		read_in(socket);
		ended = ending(socket);
		if (socket->rc || !socket->single || ended)
			break;
		poll(&item, 1, (int)left);
	}
	if (socket->rc || !socket->single)
		return socket->rc;
	socket->single = false;
	if (ended && strcmp(ended, "error") != 0)
		sv_fail(EX_PROTOCOL, "the far end of a WebSocket left "
		                     "before it said anything");
	return ended ? EX_PROTOCOL
	             : sv_fail(EX_PROTOCOL,
	                       "no message has come over a WebSocket in %d ms",
	                       timeout_ms);
}

static void queue(struct websocket *socket, uint8_t opcode, const void *data,
                  size_t len)
{
	struct wslay_event_msg message = { .opcode = opcode,
		                           .msg = data,
		                           .msg_length = len };

	wslay_event_queue_msg(socket->wslay, &message);
	write_out(socket);
	watch(socket);
}

int websocket_raw(struct websocket *socket, const void *data, size_t len)
{
	int rc = sv_buf_add(&socket->out, data, len);

	write_out(socket);
	return rc;
}

void websocket_text(struct websocket *socket, const char *text)
{
	queue(socket, WSLAY_TEXT_FRAME, text, strlen(text));
}

void websocket_binary(struct websocket *socket, const void *data, size_t len)
{
	queue(socket, WSLAY_BINARY_FRAME, data, len);
}

void websocket_close(struct websocket *socket, int code)
{
	socket->closing = true;
	wslay_event_queue_close(socket->wslay, (uint16_t)code, NULL, 0);
	write_out(socket);
	watch(socket);
}

size_t websocket_pending(const struct websocket *socket)
{
	int n = 0;

	if (ioctl(socket->fd, SIOCOUTQ, &n) || n < 0)
		n = 0;
	return socket->out.len + (size_t)n;
}
