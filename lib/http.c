/* http: requests in the program's loop */
#include "lib/http.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/http_inside.h"

enum { WARMING_MS = 10000 }; /* for the answer to what warms one up */

/* --- what was put off while curl was at work --- */

static void sweep(struct sv_http *http)
{
	struct sv_http_call *call = http->calls, *next;

	for (; call; call = next) {
		next = call->next;
		if (call->state == HTTP_DROPPED) {
			http_unlink(call);
			http_call_free(call);
		} else if (call->state == HTTP_QUEUED) {
			http_begin(call);
		}
	}
}

static void destroy(struct sv_http *http)
{
	while (http->calls) {
		struct sv_http_call *call = http->calls;

		http_unlink(call);
		http_call_free(call);
	}
	http->curl->multi_cleanup(http->multi);
	while (http->sockets) {
		struct http_socket *socket = http->sockets;

		http->sockets = socket->next;
		http_socket_free(socket);
	}
	sv_loop_disarm(http->loop, &http->timer);
	free(http);
}

void http_settle(struct sv_http *http)
{
	CURLMsg *message = NULL;
	int left;

	if (http->inside)
		return;
	sweep(http);
	while (!http->gone &&
	       (message = http->curl->multi_info_read(http->multi, &left))) {
		struct sv_http_call *call = NULL;

		http->curl->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
		                         (void *)&call);
		http_finish(call, message->data.result);
	}
	if (http->gone && !http->calling)
		destroy(http);
}

/* --- the interface --- */

int sv_http_new(struct sv_http **made, struct sv_loop *loop)
{
	const struct sv_curl *curl = sv_curl();
	struct sv_http *http;

	*made = NULL;
	if (!curl)
		return EX_UNAVAILABLE;
	http = sv_alloc(sizeof *http);
	http->loop = loop;
	http->curl = curl;
	http->multi = curl->multi_init();
	if (!http->multi) {
		free(http);
		return sv_fail(EX_TEMPFAIL, "no memory for libcurl");
	}
	http_loop(http);
	*made = http;
	return 0;
}

void sv_http_free(struct sv_http *http)
{
	if (!http)
		return;
	http->gone = true;
	for (struct sv_http_call *call = http->calls; call; call = call->next) {
		call->state = HTTP_DROPPED;
		sv_loop_disarm(http->loop, &call->timer);
	}
	if (!http->inside && !http->calling)
		destroy(http);
}

struct sv_http_call *sv_http_start(struct sv_http *http,
                                   const struct sv_http_request *request)
{
	struct sv_http_call *call = http_call_new(http, request);

	call->begun_ms = sv_now_ms();
	call->timer = (struct sv_timer){ .fire = http_call_time, .arg = call };
	call->next = http->calls;
	http->calls = call;
	http_begin(call);
	return call;
}

void sv_http_cancel(struct sv_http_call *call)
{
	if (!call || call->state == HTTP_DROPPED)
		return;
	call->state = HTTP_DROPPED;
	sv_loop_disarm(call->http->loop, &call->timer);
	if (call->http->inside)
		return; /* sweep() */
	http_unlink(call);
	http_call_free(call);
}

/* open still, and nothing to be read: the other end has not closed it */
static bool is_alive(const struct http_socket *socket)
{
	struct pollfd look = { .fd = socket->fd, .events = POLLIN };
	struct stat info;

	return !fstat(socket->fd, &info) && info.st_ino == socket->inode &&
	       poll(&look, 1, 0) == 0;
}

/* whether a connection to the place is idle, as far as can be seen from here,
 * or being made */
static bool is_warm(const struct sv_http *http, const char *place)
{
	const struct http_socket *socket = http->sockets;
	const struct sv_http_call *call = http->calls;
	int idle = 0;

	for (; socket; socket = socket->next)
		idle += !strcmp(socket->place, place) && is_alive(socket);
	for (; call; call = call->next) {
		if (call->state == HTTP_DROPPED ||
		    strcmp(call->place, place) != 0)
			continue;
		if (call->quiet)
			return true;
		idle -= call->state == HTTP_RUNNING;
	}
	return idle > 0;
}

void sv_http_warm(struct sv_http *http, const struct sv_service *service)
{
	const struct sv_http_request request = { .service = service,
		                                 .method = "HEAD",
		                                 .timeout_ms = WARMING_MS };
	char *place = sv_service_place(service);

	/* while curl is at work it would have to be put off, and by then the
	 * service may be gone */
	if (!http->inside && !is_warm(http, place))
		sv_http_start(http, &request)->quiet = true;
	free(place);
}
