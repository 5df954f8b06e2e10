/* grpc_call: what happens to one call, until it is told */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/grpc_frame.h"
#include "lib/grpc_inside.h"
#include "lib/grpc_status.h"

enum {
	MOST = 4 << 20,     /* bytes of a message, where nobody said */
	AHEAD = 1 << 20,    /* what may come before it is handed out */
	OUT_MAX = 64 << 20, /* what a service that stands still may pile up */
	HEADERS_MAX = 64 << 10, /* of one block, counted as HTTP/2 does */
	HEADER_COST = 32,
	ID_MAX = 80,
};

static int on_deadline(void *arg)
{
	struct sv_grpc_call *call = arg;
	struct sv_grpc *channel = call->channel;

	grpc_call_over(call, SV_GRPC_DEADLINE_EXCEEDED, "no end in time",
	               NGHTTP2_CANCEL);
	grpc_deliver(channel);
	return 0;
}

struct sv_grpc_call *grpc_call_new(struct sv_grpc *channel,
                                   const struct sv_grpc_request *request)
{
	struct sv_grpc_call *call = sv_alloc(sizeof *call);

	call->channel = channel;
	call->request = *request;
	call->request.metadata = NULL;
	if (!call->request.most)
		call->request.most = MOST;
	call->path = sv_strdup(request->path);
	sv_buf_init(&call->out, OUT_MAX);
	sv_buf_init(&call->in, call->request.most + GRPC_FRAME_HEAD + AHEAD);
	call->deadline = (struct sv_timer){ .fire = on_deadline, .arg = call };
	if (request->deadline_ms > 0) {
		call->due_ms = sv_now_ms() + request->deadline_ms;
		sv_loop_arm(channel->loop, &call->deadline, call->due_ms);
	}
	return call;
}

static void wipe(struct sv_buf *buf)
{
	if (buf->data)
		explicit_bzero(buf->data, buf->cap);
	sv_buf_release(buf);
}

void grpc_call_free(struct sv_grpc_call *call)
{
	call->gone = true;
	if (call->telling)
		return;
	wipe(&call->metadata);
	sv_buf_release(&call->out);
	sv_buf_release(&call->in);
	free(call->path);
	free(call->request_id);
	free(call->result.message);
	free(call);
}

void grpc_call_join_news(struct sv_grpc_call *call)
{
	struct sv_grpc *channel = call->channel;

	if (call->news || call->telling)
		return;
	call->news = true;
	call->next_news = NULL;
	*channel->news_end = call;
	channel->news_end = &call->next_news;
	grpc_settle(channel);
}

void grpc_call_set_message(struct sv_grpc_call *call, const char *message)
{
	free(call->result.message);
	call->result.message = sv_strdup(message);
}

void grpc_call_leave(struct sv_grpc_call *call, uint32_t reset)
{
	struct grpc_link *link = call->link;

	call->link = NULL;
	if (link && call->stream && !link->lost) {
		nghttp2_session_set_stream_user_data(link->session,
		                                     call->stream, NULL);
		if (!call->remote_end || !call->eof)
			grpc_link_reset(link, call->stream, reset);
	}
	wipe(&call->metadata);
	sv_buf_release(&call->out);
	call->out_at = 0;
}

void grpc_call_over(struct sv_grpc_call *call, enum sv_grpc_code code,
                    const char *message, uint32_t reset)
{
	if (call->over)
		return;
	call->over = true;
	if (!call->known) {
		call->result.code = code;
		if (message)
			grpc_call_set_message(call, message);
	}
	sv_loop_disarm(call->channel->loop, &call->deadline);
	grpc_call_leave(call, reset);
	grpc_call_join_news(call);
}

/* --- what nghttp2 finds --- */

static bool is(const char *name, const char *other)
{
	return !strcmp(name, other);
}

static void keep_id(struct sv_grpc_call *call, const char *value, size_t len)
{
	if (!call->request_id)
		call->request_id =
			sv_strndup(value, len < ID_MAX ? len : ID_MAX);
}

static void read_status(struct sv_grpc_call *call, const char *value,
                        size_t len)
{
	call->known = true;
	call->result.answered = true;
	call->result.code = grpc_code_read(value, len);
}

void grpc_call_header(struct sv_grpc_call *call, const char *name,
                      const char *value, size_t len)
{
	call->header_bytes += strlen(name) + len + HEADER_COST;
	if (call->header_bytes > HEADERS_MAX) {
		grpc_call_over(call, SV_GRPC_RESOURCE_EXHAUSTED,
		               "the answer's metadata is larger than 64 KiB",
		               NGHTTP2_CANCEL);
		return;
	}
	if (is(name, ":status")) {
		call->http = (int)strtol(value, NULL, 10);
	} else if (is(name, "content-type")) {
		call->foreign = strncmp(value, "application/grpc", 16) != 0;
	} else if (is(name, "grpc-status")) {
		read_status(call, value, len);
	} else if (is(name, "grpc-message")) {
		free(call->result.message);
		call->result.message = grpc_message_read(value, len);
	} else if ((strncmp(name, "grpc-", 5) != 0 ||
	            is(name, "grpc-status-details-bin")) &&
	           *name != ':') {
		if (is(name, "x-request-id"))
			keep_id(call, value, len);
		grpc_metadata_tell(&call->request, name, value, len);
	}
}

/* The answer's end or its head shows that no status will come. */
static void without_status(struct sv_grpc_call *call)
{
	char message[96];

	if (call->http && call->http != 200)
		snprintf(message, sizeof message, "HTTP status %d", call->http);
	else
		snprintf(message, sizeof message,
		         call->foreign ? "the answer is no gRPC: check the URL"
		                       : "the answer ended without a status");
	call->result.answered = call->http && call->http != 200;
	grpc_call_over(call, grpc_code_of_http(call->http), message,
	               NGHTTP2_CANCEL);
}

void grpc_call_headers_end(struct sv_grpc_call *call, bool last)
{
	call->header_bytes = 0;
	call->remote_end = last;
	if (call->http >= 100 && call->http < 200)
		call->http = 0;
	else if (call->known)
		grpc_call_over(call, SV_GRPC_UNKNOWN, NULL, NGHTTP2_NO_ERROR);
	else if (last || call->http != 200 || call->foreign)
		without_status(call);
}

void grpc_call_data(struct sv_grpc_call *call, const void *data, size_t len)
{
	if (sv_buf_add(&call->in, data, len))
		grpc_call_over(call, SV_GRPC_RESOURCE_EXHAUSTED,
		               "more has come than can be taken",
		               NGHTTP2_CANCEL);
	grpc_call_join_news(call);
}

void grpc_call_end(struct sv_grpc_call *call)
{
	call->remote_end = true;
	without_status(call);
}

void grpc_call_closed(struct sv_grpc_call *call, uint32_t reset)
{
	char message[80];

	call->remote_end = call->eof = true; /* nothing to break off */
	snprintf(message, sizeof message, "the service broke it off (%s)",
	         nghttp2_http2_strerror(reset));
	grpc_call_over(call, grpc_code_of_reset(reset), message, reset);
}

void grpc_call_lost(struct sv_grpc_call *call, int code, const char *why)
{
	const char *name = call->channel->service->name;
	size_t len = strlen(name);

	if (call->over)
		return;
	/* the name stands before the code already */
	if (!strncmp(why, name, len) && !strncmp(why + len, ": ", 2))
		why += len + 2;
	grpc_call_over(call, SV_GRPC_UNAVAILABLE, why, NGHTTP2_NO_ERROR);
	if (code == EX_CONFIG && !call->known)
		call->result.exit = EX_CONFIG;
}
