/* grpc_link: one HTTP/2 connection, framed by nghttp2 */
#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/grpc_inside.h"

enum {
	READ = 16 << 10,
	READS = 16, /* of them, until others have their turn */
	PING_AGAIN_MS =
		5 * 60000, /* a server may end it for more (gRPC core) */
};

/* --- the connection --- */

static void lose(struct grpc_link *link, int code)
{
	if (link->lost)
		return;
	link->lost = true;
	grpc_link_gone(link, code);
}

static void on_failed(void *arg, int code)
{
	struct grpc_link *link = arg;
	struct sv_grpc *channel = link->channel;

	lose(link, code);
	grpc_deliver(channel);
}

static void on_up(void *arg)
{
	struct grpc_link *link = arg;
	struct sv_grpc *channel = link->channel;
	int rc = grpc_link_speak(link);

	if (rc) {
		lose(link, rc);
	} else {
		channel->failures = 0;
		link->heard_ms = link->told_ms = sv_now_ms();
		for (struct sv_grpc_call *call = channel->calls; call;
		     call = call->next) {
			if (call->link == link)
				grpc_link_submit(link, call);
		}
		grpc_link_flush(link);
	}
	grpc_deliver(channel);
}

static void on_ready(void *arg)
{
	struct grpc_link *link = arg;
	struct sv_grpc *channel = link->channel;

	grpc_link_read(link);
	grpc_deliver(channel);
}

static void watch(struct grpc_link *link, int64_t due_ms)
{
	sv_loop_arm(link->channel->loop, &link->watch, due_ms);
}

/* Silence while something is due: is anybody there? Asking again without
 * having been told anything since is what servers do not allow. */
static void look(struct grpc_link *link, int64_t now)
{
	int silence = link->channel->silence_ms;
	int64_t silent = now - link->heard_ms;
	bool again = link->told_ms > link->pinged_ms ||
	             now - link->pinged_ms > PING_AGAIN_MS;

	if (link->pinged && link->heard_ms <= link->pinged_ms) {
		lose(link, sv_fail(EX_UNAVAILABLE,
		                   "nothing has come for %d ms, not even the "
		                   "answer to a PING",
		                   (int)silent));
	} else if (silent < silence || !again) {
		watch(link,
		      (silent < silence ? link->heard_ms : now) + silence);
	} else {
		link->pinged = true;
		link->pinged_ms = now;
		nghttp2_submit_ping(link->session, NGHTTP2_FLAG_NONE, NULL);
		watch(link, now + silence / 3);
	}
}

static int on_watch(void *arg)
{
	struct grpc_link *link = arg;
	struct sv_grpc *channel = link->channel;

	if (grpc_link_up(link) && grpc_link_used(link))
		look(link, sv_now_ms());
	grpc_deliver(channel);
	return 0;
}

int grpc_link_new(struct grpc_link **made, struct sv_grpc *channel)
{
	struct grpc_link *link = sv_alloc(sizeof *link);
	struct sv_dial_setup setup = { .service = channel->service,
		                       .h2 = true,
		                       .up = on_up,
		                       .ready = on_ready,
		                       .failed = on_failed,
		                       .arg = link };
	int rc;

	link->channel = channel;
	link->watch = (struct sv_timer){ .fire = on_watch, .arg = link };
	rc = sv_dial_open(&link->dial, channel->loop, &setup);
	if (rc) {
		free(link);
		return rc;
	}
	link->next = channel->links;
	channel->links = link;
	*made = link;
	return 0;
}

void grpc_link_free(struct grpc_link *link)
{
	struct grpc_link **at = &link->channel->links;

	while (*at != link)
		at = &(*at)->next;
	*at = link->next;
	sv_loop_disarm(link->channel->loop, &link->watch);
	nghttp2_session_del(link->session);
	sv_dial_close(link->dial);
	free(link);
}

bool grpc_link_up(const struct grpc_link *link)
{
	return link->session && !link->lost;
}

bool grpc_link_used(const struct grpc_link *link)
{
	const struct sv_grpc_call *call = link->channel->calls;

	while (call && call->link != link)
		call = call->next;
	return call != NULL;
}

void grpc_link_reset(struct grpc_link *link, int32_t stream, uint32_t code)
{
	nghttp2_submit_rst_stream(link->session, NGHTTP2_FLAG_NONE, stream,
	                          code);
}

static void finish(struct grpc_link *link)
{
	const struct sv_service *service = link->channel->service;
	const char *place = link->channel->authority;

	lose(link,
	     link->spoke
	             ? sv_fail(EX_UNAVAILABLE,
	                       "%s: the connection to %s has come to its end",
	                       service->name, place)
	             : sv_fail(EX_UNAVAILABLE,
	                       "%s: %s does not speak HTTP/2, which gRPC "
	                       "needs: check the setting %s.url",
	                       service->name, place, service->name));
}

void grpc_link_flush(struct grpc_link *link)
{
	nghttp2_session *session = link->session;

	if (!grpc_link_up(link))
		return;
	if (nghttp2_session_send(session))
		lose(link, sv_dial_code(link->dial));
	else if (!nghttp2_session_want_read(session) &&
	         !nghttp2_session_want_write(session))
		finish(link);
}

void grpc_link_read(struct grpc_link *link)
{
	uint8_t data[READ];
	ssize_t n = 1;
	int reads = 0;

	if (!grpc_link_up(link))
		return;
	for (; reads < READS && n > 0; reads++) {
		n = sv_dial_read(link->dial, data, sizeof data);
		if (n <= 0)
			break;
		link->heard_ms = sv_now_ms();
		if (nghttp2_session_mem_recv(link->session, data, (size_t)n) <
		    0) {
			finish(link);
			return;
		}
	}
	if (reads == READS)
		sv_dial_again(link->dial);
	if (n < 0)
		lose(link, sv_dial_code(link->dial));
}
