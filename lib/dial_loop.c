/* dial_loop: libcurl's sockets and its timer in the program's loop */
#include <poll.h>
#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/dial_inside.h"

/* a socket that libcurl wants watched while it connects */
struct trial {
	struct sv_dial *dial;
	curl_socket_t fd;
};

static void check(struct sv_dial *dial)
{
	CURLMsg *message;
	int left;

	do
		message = sv_curl()->multi_info_read(dial->multi, &left);
	while (message && message->msg != CURLMSG_DONE);
	if (message)
		dial_done(dial, message->data.result);
}

static void act(struct sv_dial *dial, curl_socket_t fd, int what)
{
	int running;

	sv_curl()->multi_socket_action(dial->multi, fd, what, &running);
	check(dial);
}

static int on_trial(void *arg, short revents)
{
	struct trial *trial = arg;
	int what = 0;

	if (revents & (POLLIN | POLLHUP))
		what |= CURL_CSELECT_IN;
	if (revents & POLLOUT)
		what |= CURL_CSELECT_OUT;
	if (revents & (POLLERR | POLLNVAL))
		what |= CURL_CSELECT_ERR;
	act(trial->dial, trial->fd, what);
	return 0;
}

static int watch_trial(CURL *easy, curl_socket_t fd, int what, void *arg,
                       void *socket_arg)
{
	struct sv_dial *dial = arg;
	struct trial *trial = socket_arg;
	short events = 0;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (trial)
			sv_loop_unwatch(dial->loop, fd);
		free(trial);
		return 0;
	}
	if (!trial) {
		trial = sv_alloc(sizeof *trial);
		*trial = (struct trial){ dial, fd };
		sv_curl()->multi_assign(dial->multi, fd, trial);
	}
	events |= what & CURL_POLL_IN ? POLLIN : 0;
	events |= what & CURL_POLL_OUT ? POLLOUT : 0;
	sv_loop_watch(dial->loop, fd, events, on_trial, trial);
	return 0;
}

static int set_timer(CURLM *multi, long timeout_ms, void *arg)
{
	struct sv_dial *dial = arg;

	(void)multi;
	if (dial->up)
		return 0;
	if (timeout_ms < 0)
		sv_loop_disarm(dial->loop, &dial->timer);
	else
		sv_loop_arm(dial->loop, &dial->timer, sv_now_ms() + timeout_ms);
	return 0;
}

static int on_timer(void *arg)
{
	struct sv_dial *dial = arg;

	if (dial->up) /* what was left unread */
		dial->setup.ready(dial->setup.arg);
	else
		act(dial, CURL_SOCKET_TIMEOUT, 0);
	return 0;
}

void dial_drive(struct sv_dial *dial)
{
	const struct sv_curl *curl = sv_curl();
	int running;

	dial->timer = (struct sv_timer){ .fire = on_timer, .arg = dial };
	curl->multi_setopt(dial->multi, CURLMOPT_SOCKETFUNCTION, watch_trial);
	curl->multi_setopt(dial->multi, CURLMOPT_SOCKETDATA, dial);
	curl->multi_setopt(dial->multi, CURLMOPT_TIMERFUNCTION, set_timer);
	curl->multi_setopt(dial->multi, CURLMOPT_TIMERDATA, dial);
	curl->multi_add_handle(dial->multi, dial->easy);
	/* begun at once, the name and the handshake do not wait for the loop;
	 * what has come of it is looked at from there */
	curl->multi_socket_action(dial->multi, CURL_SOCKET_TIMEOUT, 0,
	                          &running);
	if (!running)
		sv_loop_arm(dial->loop, &dial->timer, sv_now_ms());
}
