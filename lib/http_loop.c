/* http_loop: curl's sockets and its timer in the program's loop */
#include <poll.h>
#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/http_inside.h"

enum { CONNECTIONS = 32 }; /* kept, used or not */

static int act(struct sv_http *http, curl_socket_t fd, int what)
{
	int running;

	http->inside++;
	http->curl->multi_socket_action(http->multi, fd, what, &running);
	http->inside--;
	http_settle(http);
	return 0;
}

/* what a watch is told with, as the loop tells events alone */
struct watched {
	struct sv_http *http;
	int fd;
};

static int on_ready(void *arg, short revents)
{
	struct watched *watched = arg;
	int what = 0;

	/* what is wrong with a socket is told by reading or writing it */
	if (revents & (POLLIN | POLLHUP | POLLERR))
		what |= CURL_CSELECT_IN;
	if (revents & (POLLOUT | POLLERR))
		what |= CURL_CSELECT_OUT;
	return act(watched->http, watched->fd, what);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg,
                     void *socket_arg)
{
	struct sv_http *http = arg;
	struct watched *watched = socket_arg;
	struct sv_http_call *call = NULL;
	short events = 0;

	if (what == CURL_POLL_REMOVE) {
		sv_loop_unwatch(http->loop, fd);
		http->curl->multi_assign(http->multi, fd, NULL);
		free(watched);
		return 0;
	}
	if (!watched) {
		watched = sv_alloc(sizeof *watched);
		*watched = (struct watched){ http, fd };
		http->curl->multi_assign(http->multi, fd, watched);
	}
	if (what & CURL_POLL_IN)
		events |= POLLIN;
	if (what & CURL_POLL_OUT)
		events |= POLLOUT;
	sv_loop_watch(http->loop, fd, events, on_ready, watched);
	if (!http->curl->easy_getinfo(easy, CURLINFO_PRIVATE, (void *)&call) &&
	    call)
		call->fd = fd;
	return 0;
}

static int on_time(void *arg)
{
	return act(arg, CURL_SOCKET_TIMEOUT, 0);
}

static int on_timer(CURLM *multi, long wait_ms, void *arg)
{
	struct sv_http *http = arg;

	(void)multi;
	if (wait_ms < 0)
		sv_loop_disarm(http->loop, &http->timer);
	else
		sv_loop_arm(http->loop, &http->timer, sv_now_ms() + wait_ms);
	return 0;
}

void http_loop(struct sv_http *http)
{
	const struct sv_curl *curl = http->curl;

	http->timer = (struct sv_timer){ .fire = on_time, .arg = http };
	curl->multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl->multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
	curl->multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl->multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
	curl->multi_setopt(http->multi, CURLMOPT_MAXCONNECTS,
	                   (long)CONNECTIONS);
}
