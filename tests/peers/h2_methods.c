/* h2_methods: what the peer answers, well or badly */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "tests/peers/h2_inside.h"

/* --- answers --- */

static nghttp2_nv nv(const char *name, const char *value)
{
	return (nghttp2_nv){ (uint8_t *)(uintptr_t)name,
		             (uint8_t *)(uintptr_t)value, strlen(name),
		             strlen(value), 0 };
}

static ssize_t on_read(nghttp2_session *session, int32_t id, uint8_t *out,
                       size_t len, uint32_t *flags, nghttp2_data_source *source,
                       void *arg)
{
	struct stream *stream =
		nghttp2_session_get_stream_user_data(session, id);
	nghttp2_nv trailers[4];
	size_t n = 0;

	(void)source;
	(void)arg;
	if (!stream->out.len && !stream->closing)
		return NGHTTP2_ERR_DEFERRED;
	if (stream->piece && len > stream->piece)
		len = stream->piece;
	if (len > stream->out.len)
		len = stream->out.len;
	if (len)
		memcpy(out, stream->out.data, len);
	sv_buf_drop(&stream->out, len);
	if (stream->out.len || !stream->closing)
		return (ssize_t)len;
	if (stream->resets) {
		nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id,
		                          stream->reset);
		return len ? (ssize_t)len : NGHTTP2_ERR_DEFERRED;
	}
	*flags |= NGHTTP2_DATA_FLAG_EOF;
	if (stream->cut)
		return (ssize_t)len;
	*flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
	trailers[n++] = nv("grpc-status", stream->status);
	trailers[n++] = nv("x-request-id", "req-1");
	if (stream->message)
		trailers[n++] = nv("grpc-message", stream->message);
	if (stream->details)
		trailers[n++] = nv("grpc-status-details-bin", stream->details);
	nghttp2_submit_trailer(session, id, trailers, n);
	return (ssize_t)len;
}

/* the head of an answer, once */
static void answer(struct stream *stream)
{
	const nghttp2_data_provider body = { .read_callback = on_read };
	nghttp2_nv headers[SEEN_MAX + 4];
	size_t n = 0;
	const char *at = sv_buf_str(&stream->head);
	const char *end = at + stream->head.len;

	if (stream->answered)
		return;
	stream->answered = true;
	headers[n++] = nv(":status", "200");
	headers[n++] = nv("content-type", "application/grpc+proto");
	while (at < end && n < SEEN_MAX) {
		const char *value = at + strlen(at) + 1;

		if (!strncmp(at, "x-", 2))
			headers[n++] = nv(at, value);
		at = value + strlen(value) + 1;
	}
	nghttp2_submit_response(stream->link->session, stream->id, headers, n,
	                        &body);
}

static void go_on(struct stream *stream)
{
	nghttp2_session_resume_data(stream->link->session, stream->id);
}

static void raw(struct stream *stream, const void *data, size_t len)
{
	answer(stream);
	sv_buf_add(&stream->out, data, len);
	go_on(stream);
}

static void say(struct stream *stream, const char *data, size_t len)
{
	const unsigned char head[5] = { 0, (unsigned char)(len >> 24),
		                        (unsigned char)(len >> 16),
		                        (unsigned char)(len >> 8),
		                        (unsigned char)len };

	raw(stream, head, sizeof head);
	raw(stream, data, len);
}

void h2_trail(struct stream *stream, int code, const char *message)
{
	if (stream->closing)
		return;
	answer(stream);
	snprintf(stream->status, sizeof stream->status, "%d", code);
	stream->message = message;
	stream->closing = true;
	go_on(stream);
}

/* one block of headers and no more */
static void only(struct stream *stream, const char *http, const char *type,
                 const char *code)
{
	nghttp2_nv headers[6];
	size_t n = 0;

	stream->answered = stream->closing = true;
	headers[n++] = nv(":status", http);
	headers[n++] = nv("content-type", type);
	if (code)
		headers[n++] = nv("grpc-status", code);
	if (code)
		headers[n++] =
			nv("grpc-message", "no%20way: 100%25 %e2%82%ac %zz %F");
	if (code)
		headers[n++] = nv("grpc-status-details-bin", "CAgSBG5vbmU");
	nghttp2_submit_response(stream->link->session, stream->id, headers, n,
	                        NULL);
}

static void break_off(struct stream *stream, uint32_t code)
{
	if (!stream->answered) {
		nghttp2_submit_rst_stream(stream->link->session,
		                          NGHTTP2_FLAG_NONE, stream->id, code);
		return;
	}
	stream->reset = code;
	stream->resets = stream->closing = true;
	go_on(stream);
}

/* --- methods --- */

static void echo(struct stream *stream, const char *data, size_t len)
{
	say(stream, data, len);
}

static void fine(struct stream *stream)
{
	h2_trail(stream, 0, NULL);
}

static void count(struct stream *stream)
{
	char text[32];

	snprintf(text, sizeof text, "%d", stream->n_messages);
	say(stream, text, strlen(text));
	h2_trail(stream, 0, NULL);
}

static void unavailable(struct stream *stream)
{
	h2_trail(stream, 14, "come%20back later");
}

static void unavailable_at_once(struct stream *stream)
{
	only(stream, "200", "application/grpc", "14");
}

static void exhausted(struct stream *stream)
{
	only(stream, "200", "application/grpc", "8");
}

static void unavailable_midway(struct stream *stream, const char *data,
                               size_t len)
{
	if (stream->closing)
		return;
	say(stream, data, len);
	h2_trail(stream, 14, NULL);
}

static void early(struct stream *stream, const char *data, size_t len)
{
	if (stream->closing)
		return;
	say(stream, data, len);
	h2_trail(stream, 0, NULL);
}

static void reset_in_data(struct stream *stream, const char *data, size_t len)
{
	if (stream->closing)
		return;
	raw(stream, "\0\0\0\0\144half", 9);
	(void)data;
	(void)len;
	break_off(stream, NGHTTP2_INTERNAL_ERROR);
}

static void refuse(struct stream *stream)
{
	break_off(stream, NGHTTP2_REFUSED_STREAM);
}

static void calm(struct stream *stream)
{
	break_off(stream, NGHTTP2_ENHANCE_YOUR_CALM);
}

static void trickle(struct stream *stream)
{
	stream->piece = 1;
	answer(stream);
}

static void at_once(struct stream *stream)
{
	answer(stream);
}

static void unauthorised_once(struct stream *stream)
{
	if (!stream->link->peer->unauthorised++)
		only(stream, "401", "text/plain", NULL);
}

static void packed(struct stream *stream)
{
	raw(stream, "\1\0\0\0\4abcd", 9);
	h2_trail(stream, 0, NULL);
}

static void big(struct stream *stream, size_t len)
{
	char *data = sv_alloc(len);

	memset(data, 'x', len);
	say(stream, data, len);
	free(data);
	h2_trail(stream, 0, NULL);
}

static void four(struct stream *stream)
{
	big(stream, 4 << 20);
}

static void more_than_four(struct stream *stream)
{
	big(stream, (4 << 20) + 1);
}

static void goaway(struct stream *stream, const char *data, size_t len)
{
	say(stream, data, len);
	if (stream->n_messages == 1)
		nghttp2_submit_goaway(stream->link->session, NGHTTP2_FLAG_NONE,
		                      stream->id, NGHTTP2_NO_ERROR, NULL, 0);
}

static void many(struct stream *stream)
{
	raw(stream, "\0\0\0\0\1a\0\0\0\0\0\0\0\0\0\2bc", 18);
	h2_trail(stream, 0, NULL);
}

static void cut(struct stream *stream)
{
	raw(stream, "\0\0\0\0\1a\0\0\0\0\2b", 12);
	h2_trail(stream, 0, NULL);
}

static void no_status(struct stream *stream)
{
	say(stream, "a", 1);
	stream->cut = stream->closing = true;
	go_on(stream);
}

static void busy(struct stream *stream)
{
	only(stream, "503", "text/html", NULL);
}

static void page(struct stream *stream)
{
	only(stream, "200", "text/html", NULL);
}

static void drop(struct stream *stream, const char *data, size_t len)
{
	(void)data;
	(void)len;
	stream->link->closing = true;
}

static void heavy(struct stream *stream)
{
	static char value[4000];
	nghttp2_nv headers[34];
	size_t n = 0;

	memset(value, 'v', sizeof value - 1);
	headers[n++] = nv(":status", "200");
	headers[n++] = nv("content-type", "application/grpc");
	while (n < 34)
		headers[n++] = nv("x-heavy", value);
	stream->answered = stream->closing = true;
	nghttp2_submit_headers(stream->link->session, NGHTTP2_FLAG_NONE,
	                       stream->id, NULL, headers, n, NULL);
}

static void informed(struct stream *stream)
{
	const nghttp2_nv head = nv(":status", "103");

	nghttp2_submit_headers(stream->link->session, NGHTTP2_FLAG_NONE,
	                       stream->id, NULL, &head, 1, NULL);
}

static const struct method methods[] = {
	{ "Echo", at_once, echo, fine },
	{ "Count", NULL, NULL, count }, /* of the messages, at the end */
	{ "Informed", informed, echo, fine },
	{ "Unavailable", unavailable_at_once, NULL, NULL },
	{ "Midway", NULL, unavailable_midway, NULL },
	{ "After", NULL, echo, unavailable },
	{ "Exhausted", exhausted, NULL, NULL },
	{ "Silent", at_once, NULL, NULL },
	{ "Never", NULL, NULL, NULL },
	{ "Reset", NULL, reset_in_data, NULL },
	{ "Refuse", refuse, NULL, NULL },
	{ "Calm", calm, NULL, NULL },
	{ "Trickle", trickle, echo, fine },
	{ "Once", unauthorised_once, echo, fine },
	{ "Packed", NULL, NULL, packed },
	{ "Four", NULL, NULL, four },
	{ "More", NULL, NULL, more_than_four },
	{ "Goaway", NULL, goaway, fine },
	{ "Early", NULL, early, NULL },
	{ "Many", NULL, NULL, many },
	{ "Cut", NULL, NULL, cut },
	{ "NoStatus", NULL, NULL, no_status },
	{ "Busy", busy, NULL, NULL },
	{ "Page", page, NULL, NULL },
	{ "Drop", NULL, drop, NULL },
	{ "Heavy", heavy, NULL, NULL },
};

const struct method *h2_method(const char *path)
{
	if (strncmp(path, "/t.T/", 5) != 0)
		return NULL;
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
		if (!strcmp(methods[i].name, path + 5))
			return &methods[i];
	}
	return NULL;
}
