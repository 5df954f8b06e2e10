/* portal_http: a request to its end, in a loop of our own */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/start.h"

#include "src/crm/portal_inside.h"

enum {
	LOOK_MS = 200,  /* between looks at whether to stop */
	STOP_MS = 5000, /* what is under way has so long then */
	ANSWER_MAX = 32 << 20,
};

void portal_reply_release(struct portal_reply *reply)
{
	free(reply->why);
	if (reply->body)
		explicit_bzero(reply->body, reply->len); /* OAuth's tokens */
	free(reply->body);
	*reply = (struct portal_reply){ 0 };
}

static void done(void *arg, const struct sv_http_answer *answer)
{
	struct portal_reply *reply = arg;

	*reply = (struct portal_reply){
		.code = answer->code,
		.why = answer->code ? sv_strdup(sv_why()) : NULL,
		.status = answer->status,
		.sent = answer->sent,
		.body = sv_strndup(answer->body, answer->len),
		.len = answer->len,
		.retry_after_ms = answer->retry_after_ms,
		.done = true,
	};
	reply->body = sv_realloc(reply->body, answer->len + 1);
	memcpy(reply->body, answer->body, answer->len);
	reply->body[answer->len] = '\0';
}

int64_t portal_until(const struct portal *portal)
{
	return portal->deadline_ms ? portal->deadline_ms : INT64_MAX;
}

bool portal_rest(const struct portal *portal, int wait_ms)
{
	const struct timespec slice = { .tv_nsec = LOOK_MS / 2 * 1000000L };
	int64_t end_ms = sv_now_ms() + wait_ms;

	if (end_ms >= portal_until(portal))
		return false;
	while (sv_now_ms() < end_ms && !sv_stopping())
		nanosleep(&slice, NULL);
	return !sv_stopping();
}

static int time_left(const struct portal *portal)
{
	int64_t left = portal_until(portal) - sv_now_ms();

	if (left < 1)
		return 1;
	return left < portal->answer_ms ? (int)left : portal->answer_ms;
}

static int start_http(struct portal *portal)
{
	if (portal->http)
		return 0;
	portal->loop = sv_loop_new();
	return sv_http_new(&portal->http, portal->loop);
}

int portal_http(struct portal *portal, struct sv_http_request *request,
                struct portal_reply *reply)
{
	int64_t stop_ms = INT64_MAX;
	struct sv_http_call *call;
	int rc = start_http(portal);

	*reply = (struct portal_reply){ .retry_after_ms = -1 };
	if (rc)
		return rc;
	request->timeout_ms = time_left(portal);
	request->most = ANSWER_MAX;
	request->done = done;
	request->arg = reply;
	call = sv_http_start(portal->http, request);
	while (!reply->done) {
		sv_loop_step(portal->loop, LOOK_MS);
		if (sv_stopping() && stop_ms == INT64_MAX)
			stop_ms = sv_now_ms() + STOP_MS;
		if (!reply->done && sv_now_ms() > stop_ms)
			break;
	}
	if (reply->done)
		return 0;
	sv_http_cancel(call);
	reply->code = EX_TEMPFAIL;
	reply->sent = true;
	reply->why = sv_strdup("bitrix24: told to stop before the portal has "
	                       "answered");
	return 0;
}
