/* grpc: channels, and what is done to calls from outside */
#include "lib/grpc.h"

#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/curl.h"
#include "lib/fail.h"
#include "lib/grpc_frame.h"
#include "lib/grpc_inside.h"
#include "lib/log.h"

enum {
	SILENCE_MS = 15000,
	AGAIN_MS = 1000, /* until a lost connection is made again for warmth */
	AGAIN_DOUBLED = 5,
};

static int on_settle(void *arg)
{
	grpc_deliver(arg);
	return 0;
}

int sv_grpc_new(struct sv_grpc **made, struct sv_loop *loop,
                const struct sv_service *service)
{
	struct sv_grpc *channel;

	if (!sv_curl())
		return EX_UNAVAILABLE;
	channel = sv_alloc(sizeof *channel);
	channel->loop = loop;
	channel->service = service;
	channel->authority = sv_service_place(service);
	channel->news_end = &channel->news;
	channel->settle =
		(struct sv_timer){ .fire = on_settle, .arg = channel };
	channel->silence_ms = SILENCE_MS;
	*made = channel;
	return 0;
}

static void release(struct sv_grpc *channel)
{
	free(channel->authority);
	free(channel);
}

void sv_grpc_free(struct sv_grpc *channel)
{
	if (!channel)
		return;
	while (channel->calls)
		sv_grpc_cancel(channel->calls);
	while (channel->links)
		grpc_link_free(channel->links);
	sv_loop_disarm(channel->loop, &channel->settle);
	channel->freed = true;
	if (!channel->busy)
		release(channel);
}

void sv_grpc_patience(struct sv_grpc *channel, int silence_ms)
{
	channel->silence_ms = silence_ms;
}

/* --- telling --- */

void grpc_settle(struct sv_grpc *channel)
{
	if (!channel->busy)
		sv_loop_arm(channel->loop, &channel->settle, sv_now_ms());
}

static struct sv_grpc_call *next_news(struct sv_grpc *channel)
{
	struct sv_grpc_call *call = channel->news;

	if (!call)
		return NULL;
	channel->news = call->next_news;
	if (!channel->news)
		channel->news_end = &channel->news;
	call->news = false;
	return call;
}

static void leave_news(struct sv_grpc_call *call)
{
	struct sv_grpc *channel = call->channel;
	struct sv_grpc_call **at = &channel->news;

	while (*at && *at != call)
		at = &(*at)->next_news;
	if (!*at)
		return;
	*at = call->next_news;
	if (!*at)
		channel->news_end = at;
	call->news = false;
}

void grpc_call_forget(struct sv_grpc_call *call)
{
	struct sv_grpc_call **at = &call->channel->calls;

	while (*at && *at != call)
		at = &(*at)->next;
	if (*at)
		*at = call->next;
	leave_news(call);
	sv_loop_disarm(call->channel->loop, &call->deadline);
}

static void flush(struct sv_grpc *channel)
{
	for (struct grpc_link *link = channel->links; link; link = link->next)
		grpc_link_flush(link);
}

/* closes connections that nobody needs any more */
static void reap(struct sv_grpc *channel)
{
	struct grpc_link *link = channel->links, *next;

	for (; link; link = next) {
		next = link->next;
		if (link->lost || (link->going && !grpc_link_used(link)))
			grpc_link_free(link);
	}
}

void grpc_deliver(struct sv_grpc *channel)
{
	struct sv_grpc_call *call;

	if (channel->busy)
		return; /* who does it already will come to it */
	channel->busy = true;
	do {
		while ((call = next_news(channel)))
			grpc_call_tell(call);
		flush(channel);
	} while (channel->news);
	channel->busy = false;
	if (channel->freed) {
		release(channel);
		return;
	}
	sv_loop_disarm(channel->loop, &channel->settle);
	reap(channel);
	/* calls go on where no new one may: those to come need another */
	if (channel->links)
		sv_grpc_warm(channel);
}

/* --- connections --- */

/* the connection for new calls, or NULL */
static struct grpc_link *current(const struct sv_grpc *channel)
{
	struct grpc_link *link = channel->links;

	while (link && (link->going || link->lost))
		link = link->next;
	return link;
}

/* the next is made for a call, or after a while */
static void wait_to_warm(struct sv_grpc *channel)
{
	int doubled = channel->failures < AGAIN_DOUBLED ? channel->failures
	                                                : AGAIN_DOUBLED;

	channel->not_before_ms = sv_now_ms() + (AGAIN_MS << doubled) -
	                         sv_now_us() % (AGAIN_MS / 4);
}

void grpc_link_gone(struct grpc_link *link, int code)
{
	struct sv_grpc *channel = link->channel;
	char *why = sv_strdup(sv_why());

	if (!link->going)
		wait_to_warm(channel);
	if (!link->session)
		channel->failures++;
	if (!grpc_link_used(link) && !link->going)
		sv_debug("%s", why);
	for (struct sv_grpc_call *call = channel->calls; call;
	     call = call->next) {
		if (call->link == link)
			grpc_call_lost(call, code, why);
	}
	free(why);
	grpc_settle(channel); /* it is to be closed */
}

void sv_grpc_warm(struct sv_grpc *channel)
{
	struct grpc_link *link;

	if (current(channel) || sv_now_ms() < channel->not_before_ms)
		return;
	if (grpc_link_new(&link, channel))
		wait_to_warm(channel);
}

bool sv_grpc_ready(const struct sv_grpc *channel)
{
	const struct grpc_link *link = current(channel);

	return link && grpc_link_up(link);
}

/* --- calls --- */

static void place(struct sv_grpc_call *call)
{
	struct sv_grpc *channel = call->channel;
	struct grpc_link *link = current(channel);
	int rc = 0;

	/* the service may have closed it, or asked for another, while nobody
	 * looked */
	if (link && !channel->busy) {
		grpc_link_read(link);
		link = current(channel);
	}
	if (!link)
		rc = grpc_link_new(&link, channel);
	if (rc) {
		grpc_call_lost(call, rc, sv_why());
		return;
	}
	call->link = link;
	if (!grpc_link_up(link))
		return;
	grpc_link_submit(link, call);
	grpc_link_flush(link);
}

struct sv_grpc_call *sv_grpc_start(struct sv_grpc *channel,
                                   const struct sv_grpc_request *request)
{
	struct sv_grpc_call *call = grpc_call_new(channel, request);
	const char *wrong =
		grpc_metadata_copy(&call->metadata, request->metadata);

	call->next = channel->calls;
	channel->calls = call;
	if (wrong)
		grpc_call_over(call, SV_GRPC_INVALID_ARGUMENT, wrong,
		               NGHTTP2_NO_ERROR);
	else
		place(call);
	return call;
}

/* something new is there to be sent */
static void resume(struct sv_grpc_call *call)
{
	struct grpc_link *link = call->link;

	if (!link || !call->stream)
		return;
	nghttp2_session_resume_data(link->session, call->stream);
	grpc_link_flush(link);
}

void sv_grpc_send(struct sv_grpc_call *call, const void *message, size_t len)
{
	unsigned char head[GRPC_FRAME_HEAD];

	if (!call || call->over || call->ended)
		return;
	grpc_frame_head(head, len);
	if (len > call->out.max - call->out.len - sizeof head) {
		grpc_call_over(call, SV_GRPC_RESOURCE_EXHAUSTED,
		               "the service does not take what is sent",
		               NGHTTP2_CANCEL);
		return;
	}
	sv_buf_add(&call->out, head, sizeof head);
	sv_buf_add(&call->out, message, len);
	resume(call);
}

size_t sv_grpc_waiting(const struct sv_grpc_call *call)
{
	return call ? call->out.len - call->out_at : 0;
}

void sv_grpc_end(struct sv_grpc_call *call)
{
	if (!call || call->over || call->ended)
		return;
	call->ended = true;
	resume(call);
}

void sv_grpc_cancel(struct sv_grpc_call *call)
{
	struct grpc_link *link;

	if (!call)
		return;
	link = call->link;
	call->over = true;
	grpc_call_leave(call, NGHTTP2_CANCEL);
	if (link)
		grpc_link_flush(link);
	grpc_call_forget(call);
	grpc_call_free(call);
}
