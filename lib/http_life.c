/* http_life: a call from its start to its end */
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/http_inside.h"
#include "lib/log.h"

/* --- a call's time --- */

static int64_t sooner(int64_t a, int64_t b)
{
	return !a || (b && b < a) ? b : a;
}

static void arm(struct sv_http_call *call)
{
	int idle_ms = call->request.idle_ms;
	int64_t due = sooner(call->deadline_ms,
	                     idle_ms ? call->last_ms + idle_ms : 0);

	if (due)
		sv_loop_arm(call->http->loop, &call->timer, due);
}

void http_heard(struct sv_http_call *call)
{
	call->heard = true;
	call->last_ms = sv_now_ms();
}

/* bytes of the request that have arrived at the other end's machine */
static int64_t arrived(const struct sv_http_call *call)
{
	const struct sv_curl *curl = call->http->curl;
	curl_off_t body = 0;
	long head = 0;
	int queued = 0;

	curl->easy_getinfo(call->easy, CURLINFO_REQUEST_SIZE, &head);
	curl->easy_getinfo(call->easy, CURLINFO_SIZE_UPLOAD_T, &body);
	if (call->fd >= 0 && ioctl(call->fd, SIOCOUTQ, &queued))
		queued = 0; /* is no socket any more */
	return head + body - queued;
}

/* Nothing came for idle_ms: whether nothing went, either. A large body may
 * take its time; and the time to connect is curl's affair. */
static bool is_idle(struct sv_http_call *call, int64_t now)
{
	int64_t gone;

	if (!call->request.idle_ms ||
	    now < call->last_ms + call->request.idle_ms)
		return false;
	gone = arrived(call);
	if (gone > 0 && gone == call->gone)
		return true;
	call->gone = gone;
	call->last_ms = now;
	return false;
}

/* --- from start to end --- */

void http_broken(struct sv_http_call *call, int code)
{
	call->code = code;
	free(call->why);
	call->why = code ? sv_strdup(sv_why()) : NULL;
}

void http_begin(struct sv_http_call *call)
{
	struct sv_http *http = call->http;

	if (http->inside) {
		call->state = HTTP_QUEUED;
		return;
	}
	call->state = HTTP_RUNNING;
	if (!call->code)
		http_broken(call, http_attempt(call));
	if (!call->code) {
		arm(call);
		return;
	}
	call->state = HTTP_STILLBORN;
	sv_loop_arm(http->loop, &call->timer, 0);
}

void http_unlink(struct sv_http_call *call)
{
	struct sv_http_call **at = &call->http->calls;

	while (*at != call)
		at = &(*at)->next;
	*at = call->next;
}

/* The call is over: out of the list first, so that whatever done() does finds
 * it gone. */
static void tell(struct sv_http_call *call, const struct sv_http_answer *answer)
{
	struct sv_http *http = call->http;

	http_unlink(call);
	sv_loop_disarm(http->loop, &call->timer);
	http_attempt_end(call);
	call->state = HTTP_DROPPED;
	http->calling++;
	if (!call->quiet)
		call->request.done(call->request.arg, answer);
	http->calling--;
	http_call_free(call);
}

static void log_end(const struct sv_http_call *call,
                    const struct sv_http_answer *answer, int wait_ms)
{
	const char *name = call->request.service->name;

	if (wait_ms >= 0)
		sv_info("%s; again in %d ms", sv_why(), wait_ms);
	else if (!answer->code)
		sv_info("%s: HTTP %ld, %d ms%s%s", name, answer->status,
		        (int)(sv_now_ms() - call->begun_ms),
		        *answer->request_id ? ", request " : "",
		        answer->request_id);
}

void http_finish(struct sv_http_call *call, CURLcode result)
{
	struct sv_http_answer answer = { 0 };
	char *why;
	int wait_ms;

	if (call->quiet) {
		tell(call, &answer);
		return;
	}
	http_judge(call, result, &answer);
	why = answer.code ? sv_strdup(sv_why()) : NULL;
	wait_ms = http_again(call, &answer);
	log_end(call, &answer, wait_ms);
	if (wait_ms >= 0) {
		http_attempt_end(call);
		call->retries_left--;
		call->state = HTTP_WAITING;
		sv_loop_arm(call->http->loop, &call->timer,
		            sv_now_ms() + wait_ms);
	} else {
		if (why)
			sv_fail(answer.code, "%s", why);
		tell(call, &answer);
	}
	free(why);
}

/* No more time: who was heard before is told apart from who never answered. */
static void run_out(struct sv_http_call *call, bool idle)
{
	const struct sv_http_request *request = &call->request;
	const char *what =
		idle ? "has said nothing more for" : "has not finished within";

	if (!call->heard)
		what = idle ? "has said nothing for"
		            : "has not answered within";
	if (!call->quiet) {
		sv_fail(EX_TEMPFAIL, "%s: %s %s %d ms", request->service->name,
		        call->place, what,
		        idle ? request->idle_ms : request->timeout_ms);
		http_broken(call, EX_TEMPFAIL);
	}
	call->retries_left = 0;
	http_finish(call, CURLE_OK);
}

int http_call_time(void *arg)
{
	struct sv_http_call *call = arg;
	struct sv_http *http = call->http;
	int64_t now = sv_now_ms();

	if (call->state == HTTP_STILLBORN)
		http_finish(call, CURLE_OK);
	else if (call->state == HTTP_WAITING)
		http_begin(call);
	else if (call->deadline_ms && now >= call->deadline_ms)
		run_out(call, false);
	else if (is_idle(call, now))
		run_out(call, true);
	else
		arm(call);
	http_settle(http);
	return 0;
}
