/* grpc_session: HTTP/2 by nghttp2, and what of it belongs to which call */
#include <string.h>

#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/grpc_inside.h"
#include "lib/log.h"

enum {
	/* what may be on its way to us: half a minute of speech at 16 kHz; and
	 * of all calls together */
	STREAM_WINDOW = 1 << 20,
	WINDOW = 4 << 20,
	HEADERS_MAX = 64 << 10,
};

static struct sv_grpc_call *call_of(nghttp2_session *session, int32_t stream)
{
	return nghttp2_session_get_stream_user_data(session, stream);
}

/* --- nghttp2's callbacks --- */

static ssize_t on_send(nghttp2_session *session, const uint8_t *data,
                       size_t len, int flags, void *arg)
{
	struct grpc_link *link = arg;
	ssize_t n = sv_dial_write(link->dial, data, len);

	(void)session;
	(void)flags;
	if (n < 0)
		return NGHTTP2_ERR_CALLBACK_FAILURE;
	return n ? n : NGHTTP2_ERR_WOULDBLOCK;
}

/* NOLINTNEXTLINE(readability-function-size): nghttp2 gives it so */
static int on_header(nghttp2_session *session, const nghttp2_frame *frame,
                     const uint8_t *name, size_t name_len, const uint8_t *value,
                     size_t len, uint8_t flags, void *arg)
{
	struct sv_grpc_call *call = call_of(session, frame->hd.stream_id);

	(void)name_len; /* nghttp2 puts a NUL behind both */
	(void)flags;
	(void)arg;
	if (call)
		grpc_call_header(call, (const char *)name, (const char *)value,
		                 len);
	return 0;
}

/* NOLINTNEXTLINE(readability-function-size): nghttp2 gives it so */
static int on_data(nghttp2_session *session, uint8_t flags, int32_t stream,
                   const uint8_t *data, size_t len, void *arg)
{
	struct sv_grpc_call *call = call_of(session, stream);

	(void)flags;
	(void)arg;
	if (call)
		grpc_call_data(call, data, len);
	return 0;
}

static void on_goaway(struct grpc_link *link, const nghttp2_goaway *frame)
{
	link->going = true;
	sv_debug(
		"%s: the service wants another connection (%s%s%.*s)",
		link->channel->service->name,
		nghttp2_http2_strerror(frame->error_code),
		frame->opaque_data_len ? ": " : "", (int)frame->opaque_data_len,
		frame->opaque_data_len ? (const char *)frame->opaque_data : "");
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame,
                    void *arg)
{
	struct sv_grpc_call *call = call_of(session, frame->hd.stream_id);
	bool last = frame->hd.flags & NGHTTP2_FLAG_END_STREAM;
	struct grpc_link *link = arg;

	link->spoke = true;
	if (call)
		link->told_ms = sv_now_ms();
	if (frame->hd.type == NGHTTP2_GOAWAY)
		on_goaway(link, &frame->goaway);
	else if (frame->hd.type == NGHTTP2_PING)
		link->pinged &= !(frame->hd.flags & NGHTTP2_FLAG_ACK);
	else if (frame->hd.type == NGHTTP2_HEADERS && call)
		grpc_call_headers_end(call, last);
	else if (frame->hd.type == NGHTTP2_DATA && call && last)
		grpc_call_end(call);
	return 0;
}

static int on_close(nghttp2_session *session, int32_t stream, uint32_t code,
                    void *arg)
{
	struct sv_grpc_call *call = call_of(session, stream);

	(void)arg;
	if (call)
		grpc_call_closed(call, code);
	return 0;
}

/* A request that was still queued when the connection was told to go. */
static int on_not_sent(nghttp2_session *session, const nghttp2_frame *frame,
                       int error, void *arg)
{
	struct grpc_link *link = arg;
	struct sv_grpc_call *call;

	(void)session;
	(void)error;
	for (call = link->channel->calls; call; call = call->next) {
		if (frame->hd.type == NGHTTP2_HEADERS && call->link == link &&
		    call->stream == frame->hd.stream_id)
			break;
	}
	if (call)
		grpc_call_closed(call, NGHTTP2_REFUSED_STREAM);
	return 0;
}

/* NOLINTNEXTLINE(readability-function-size): nghttp2 gives it so */
static ssize_t on_read(nghttp2_session *session, int32_t stream, uint8_t *out,
                       size_t len, uint32_t *flags, nghttp2_data_source *source,
                       void *arg)
{
	struct sv_grpc_call *call = call_of(session, stream);
	size_t left;

	(void)source;
	(void)arg;
	if (!call)
		return NGHTTP2_ERR_DEFERRED;
	left = call->out.len - call->out_at;
	len = len < left ? len : left;
	if (!len && !call->ended)
		return NGHTTP2_ERR_DEFERRED;
	if (len)
		memcpy(out, call->out.data + call->out_at, len);
	call->out_at += len;
	if (call->out_at > call->out.len / 2) {
		sv_buf_drop(&call->out, call->out_at);
		call->out_at = 0;
	}
	call->eof = call->ended && len == left;
	*flags |= call->eof ? NGHTTP2_DATA_FLAG_EOF : 0;
	return (ssize_t)len;
}

int grpc_link_speak(struct grpc_link *link)
{
	const nghttp2_settings_entry settings[] = {
		{ NGHTTP2_SETTINGS_ENABLE_PUSH, 0 },
		{ NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, STREAM_WINDOW },
		{ NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, HEADERS_MAX },
	};
	nghttp2_session_callbacks *callbacks;
	int rc;

	if (nghttp2_session_callbacks_new(&callbacks))
		return sv_fail(EX_TEMPFAIL, "no memory for HTTP/2");
	nghttp2_session_callbacks_set_send_callback(callbacks, on_send);
	nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks,
	                                                          on_data);
	nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks,
	                                                     on_frame);
	nghttp2_session_callbacks_set_on_stream_close_callback(callbacks,
	                                                       on_close);
	nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks,
	                                                         on_not_sent);
	rc = nghttp2_session_client_new(&link->session, callbacks, link);
	nghttp2_session_callbacks_del(callbacks);
	if (!rc)
		rc = nghttp2_submit_settings(
			link->session, NGHTTP2_FLAG_NONE, settings,
			sizeof settings / sizeof *settings);
	if (!rc)
		rc = nghttp2_session_set_local_window_size(
			link->session, NGHTTP2_FLAG_NONE, 0, WINDOW);
	return rc ? sv_fail(EX_TEMPFAIL, "no memory for HTTP/2") : 0;
}

void grpc_link_submit(struct grpc_link *link, struct sv_grpc_call *call)
{
	const nghttp2_data_provider body = { .read_callback = on_read };
	nghttp2_nv headers[GRPC_HEADERS_MAX];
	char timeout[GRPC_TIMEOUT_LEN];
	size_t n = grpc_headers(call, headers, timeout);
	int32_t id = nghttp2_submit_request(link->session, NULL, headers, n,
	                                    &body, call);

	if (id < 0) {
		link->going = true;
		grpc_call_over(call, SV_GRPC_UNAVAILABLE, nghttp2_strerror(id),
		               NGHTTP2_NO_ERROR);
		return;
	}
	call->stream = id;
	if (!link->watch.armed)
		sv_loop_arm(link->channel->loop, &link->watch,
		            sv_now_ms() + link->channel->silence_ms);
}
