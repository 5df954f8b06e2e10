/* h2: a gRPC peer with nghttp2's server side */
#include "tests/peers/h2.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/alloc.h"

#include "tests/peers/h2_inside.h"

/* --- what nghttp2 hears --- */

static void no(struct stream *stream, const char *why)
{
	if (stream->broken)
		return;
	stream->broken = true;
	h2_trail(stream, 13, why);
}

static const char *header_of(const struct stream *stream, const char *name)
{
	const char *at = sv_buf_str(&stream->head);
	const char *end = at + stream->head.len;

	while (at < end) {
		const char *value = at + strlen(at) + 1;

		if (!strcmp(at, name))
			return value;
		at = value + strlen(value) + 1;
	}
	return "";
}

/* what PROTOCOL-HTTP2 asks of a request */
static const char *wrong(const struct stream *stream)
{
	const char *type = header_of(stream, "content-type");
	const char *timeout = header_of(stream, "grpc-timeout");
	size_t digits = strspn(timeout, "0123456789");

	if (strcmp(header_of(stream, ":method"), "POST") != 0)
		return "the method is not POST";
	if (strcmp(header_of(stream, "te"), "trailers") != 0)
		return "te is not trailers";
	if (strncmp(type, "application/grpc", 16) != 0)
		return "the content type is wrong";
	if (*timeout &&
	    (!digits || digits > 8 || !strchr("HMSmun", timeout[digits]) ||
	     strlen(timeout) != digits + 1))
		return "grpc-timeout is wrong";
	if (*header_of(stream, "content-length"))
		return "a content length";
	if (!*header_of(stream, ":authority"))
		return "no authority";
	return NULL;
}

static int on_begin(nghttp2_session *session, const nghttp2_frame *frame,
                    void *arg)
{
	struct link *link = arg;
	struct stream *stream;

	if (frame->hd.type != NGHTTP2_HEADERS ||
	    frame->headers.cat != NGHTTP2_HCAT_REQUEST)
		return 0;
	stream = sv_alloc(sizeof *stream);
	stream->link = link;
	stream->id = frame->hd.stream_id;
	sv_buf_init(&stream->head, 1 << 16);
	sv_buf_init(&stream->in, MAX);
	sv_buf_init(&stream->out, MAX);
	stream->next = link->streams;
	link->streams = stream;
	nghttp2_session_set_stream_user_data(session, stream->id, stream);
	return 0;
}

static struct stream *stream_of(nghttp2_session *session, int32_t id)
{
	return nghttp2_session_get_stream_user_data(session, id);
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame,
                     const uint8_t *name, size_t name_len, const uint8_t *value,
                     size_t len, uint8_t flags, void *arg)
{
	struct stream *stream = stream_of(session, frame->hd.stream_id);

	(void)flags;
	(void)arg;
	sv_buf_add(&stream->head, name, name_len + 1);
	sv_buf_add(&stream->head, value, len + 1);
	return 0;
}

static void take_messages(struct stream *stream)
{
	const unsigned char *head = (const unsigned char *)stream->in.data;

	while (stream->in.len >= 5 && !stream->broken) {
		size_t len = (size_t)head[1] << 24 | head[2] << 16 |
		             head[3] << 8 | head[4];

		if (head[0]) {
			no(stream, "a compressed message");
			return;
		}
		if (stream->in.len < 5 + len)
			return;
		stream->n_messages++;
		stream->link->peer->taken += len;
		if (stream->method->message)
			stream->method->message(stream, stream->in.data + 5,
			                        len);
		sv_buf_drop(&stream->in, 5 + len);
	}
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t id,
                   const uint8_t *data, size_t len, void *arg)
{
	struct stream *stream = stream_of(session, id);

	(void)flags;
	(void)arg;
	if (!stream || !stream->method)
		return 0;
	sv_buf_add(&stream->in, data, len);
	take_messages(stream);
	return 0;
}

static void begin(struct stream *stream)
{
	const char *why = wrong(stream);

	stream->method = h2_method(header_of(stream, ":path"));
	if (why)
		no(stream, why);
	else if (!stream->method)
		h2_trail(stream, 12, "no such method");
	else if (stream->method->start)
		stream->method->start(stream);
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame,
                    void *arg)
{
	struct stream *stream = stream_of(session, frame->hd.stream_id);

	(void)arg;
	if (!stream)
		return 0;
	if (frame->hd.type == NGHTTP2_HEADERS)
		begin(stream);
	if (!(frame->hd.flags & NGHTTP2_FLAG_END_STREAM) || !stream->method)
		return 0;
	if (stream->in.len)
		no(stream, "it ended within a message");
	else if (stream->method->end)
		stream->method->end(stream);
	return 0;
}

static void free_stream(struct stream *stream)
{
	struct stream **at = &stream->link->streams;

	while (*at != stream)
		at = &(*at)->next;
	*at = stream->next;
	sv_buf_release(&stream->head);
	sv_buf_release(&stream->in);
	sv_buf_release(&stream->out);
	free(stream);
}

static int on_close(nghttp2_session *session, int32_t id, uint32_t code,
                    void *arg)
{
	struct stream *stream = stream_of(session, id);
	struct link *link = arg;

	link->peer->cancelled += code == NGHTTP2_CANCEL;
	if (stream)
		free_stream(stream);
	return 0;
}

static ssize_t on_send(nghttp2_session *session, const uint8_t *data,
                       size_t len, int flags, void *arg)
{
	struct link *link = arg;

	(void)session;
	(void)flags;
	return sv_buf_add(&link->out, data, len) ? NGHTTP2_ERR_CALLBACK_FAILURE
	                                         : (ssize_t)len;
}

static void start_session(struct link *link)
{
	const nghttp2_settings_entry settings[] = {
		{ NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 200 },
	};
	nghttp2_session_callbacks *callbacks;
	nghttp2_option *option;

	nghttp2_session_callbacks_new(&callbacks);
	nghttp2_session_callbacks_set_send_callback(callbacks, on_send);
	nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks,
	                                                        on_begin);
	nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks,
	                                                          on_data);
	nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks,
	                                                     on_frame);
	nghttp2_session_callbacks_set_on_stream_close_callback(callbacks,
	                                                       on_close);
	nghttp2_option_new(&option); /* for headers that are too large */
	nghttp2_option_set_max_send_header_block_length(option, 1 << 20);
	nghttp2_session_server_new2(&link->session, callbacks, link, option);
	nghttp2_option_del(option);
	nghttp2_session_callbacks_del(callbacks);
	nghttp2_submit_settings(link->session, NGHTTP2_FLAG_NONE, settings, 1);
}

/* --- connections --- */

static void free_link(struct link *link)
{
	struct link **at = &link->peer->links;

	while (*at != link)
		at = &(*at)->next;
	*at = link->next;
	nghttp2_session_del(link->session);
	while (link->streams)
		free_stream(link->streams);
	sv_loop_unwatch(link->peer->loop, link->fd);
	close(link->fd);
	sv_buf_release(&link->out);
	free(link);
}

static int on_link(void *arg, short revents);

static void write_out(struct link *link)
{
	ssize_t n = 0;

	if (link->session)
		nghttp2_session_send(link->session);
	if (link->out.len)
		n = send(link->fd, link->out.data, link->out.len,
		         MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n > 0)
		sv_buf_drop(&link->out, (size_t)n);
	sv_loop_watch(link->peer->loop, link->fd,
	              (short)((link->peer->frozen ? 0 : POLLIN) |
	                      (link->out.len ? POLLOUT : 0)),
	              on_link, link);
}

static int on_link(void *arg, short revents)
{
	struct link *link = arg;
	uint8_t data[PIECE];
	ssize_t n = 1;

	(void)revents;
	if (link->peer->frozen)
		return 0;
	n = recv(link->fd, data, sizeof data, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		n = 1;
	else if (n > 0 && link->session)
		n = nghttp2_session_mem_recv(link->session, data, (size_t)n);
	else if (n > 0 && link->peer->kind == H2_GARBAGE)
		sv_buf_puts(&link->out, "\x16\x03\x01noise, and more noise; "
		                        "it goes on like this for a while");
	else if (n > 0 && link->peer->kind == H2_HTTP1)
		sv_buf_puts(&link->out, "HTTP/1.1 400 Bad Request\r\n"
		                        "Content-Length: 0\r\n\r\n");
	if (n <= 0) {
		free_link(link);
		return 0;
	}
	write_out(link);
	if (link->closing ||
	    (link->session && !nghttp2_session_want_read(link->session) &&
	     !nghttp2_session_want_write(link->session) && !link->out.len))
		free_link(link);
	return 0;
}

static int on_accept(void *arg, short revents)
{
	struct h2_peer *peer = arg;
	int fd = accept4(peer->fd, NULL, NULL, SOCK_CLOEXEC), on = 1;
	struct link *link;

	(void)revents;
	if (fd < 0)
		return 0;
	peer->accepted++;
	if (peer->kind == H2_SHUT) {
		close(fd);
		return 0;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	link = sv_alloc(sizeof *link);
	link->peer = peer;
	link->fd = fd;
	link->next = peer->links;
	peer->links = link;
	sv_buf_init(&link->out, MAX);
	if (peer->kind == H2_GOOD)
		start_session(link);
	write_out(link);
	return 0;
}

struct h2_peer *h2_new(struct sv_loop *loop, enum h2_kind kind)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	struct h2_peer *peer = sv_alloc(sizeof *peer);
	socklen_t len = sizeof address;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	peer->loop = loop;
	peer->kind = kind;
	peer->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(peer->fd, (struct sockaddr *)&address, len) ||
	    listen(peer->fd, 128) ||
	    getsockname(peer->fd, (struct sockaddr *)&address, &len))
		perror("h2");
	peer->port = ntohs(address.sin_port);
	sv_loop_watch(loop, peer->fd, POLLIN, on_accept, peer);
	return peer;
}

void h2_free(struct h2_peer *peer)
{
	h2_drop(peer);
	sv_loop_unwatch(peer->loop, peer->fd);
	close(peer->fd);
	free(peer);
}

int h2_port(const struct h2_peer *peer)
{
	return peer->port;
}

void h2_become(struct h2_peer *peer, enum h2_kind kind)
{
	peer->kind = kind;
}

int h2_accepted(const struct h2_peer *peer)
{
	return peer->accepted;
}

int h2_connected(const struct h2_peer *peer)
{
	int n = 0;

	for (const struct link *link = peer->links; link; link = link->next)
		n++;
	return n;
}

int h2_streams(const struct h2_peer *peer)
{
	int n = 0;

	for (const struct link *link = peer->links; link; link = link->next) {
		for (const struct stream *stream = link->streams; stream;
		     stream = stream->next)
			n++;
	}
	return n;
}

size_t h2_taken(const struct h2_peer *peer)
{
	return peer->taken;
}

size_t h2_pending(const struct h2_peer *peer)
{
	size_t all = 0;

	for (const struct link *link = peer->links; link; link = link->next) {
		int n = 0;

		if (!ioctl(link->fd, FIONREAD, &n))
			all += (size_t)n;
	}
	return all;
}

int h2_cancelled(const struct h2_peer *peer)
{
	return peer->cancelled;
}

void h2_goaway(struct h2_peer *peer)
{
	for (struct link *link = peer->links; link; link = link->next) {
		nghttp2_submit_goaway(
			link->session, NGHTTP2_FLAG_NONE,
			nghttp2_session_get_last_proc_stream_id(link->session),
			NGHTTP2_NO_ERROR, (const uint8_t *)"max_age", 7);
		write_out(link);
	}
}

void h2_drop(struct h2_peer *peer)
{
	while (peer->links)
		free_link(peer->links);
}

void h2_freeze(struct h2_peer *peer)
{
	peer->frozen = true;
	for (struct link *link = peer->links; link; link = link->next)
		sv_loop_unwatch(peer->loop, link->fd);
}
