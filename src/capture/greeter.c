/* greeter: peers that have not yet said what they want */
#include "src/capture/greeter.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"

enum { LINGER_MS = 1000, AT_ONCE = 64 };

struct peer {
	int fd;
	const struct origin *origin; /* NULL for who is dismissed */
	struct sv_buf said;
	int64_t due_ms;
	struct peer *next, *before;
};

/* in the order in which they came, and so of their deadlines */
struct queue {
	struct peer *first, *last;
	size_t n;
};

struct greeter {
	struct sv_loop *loop;
	int set; /* epoll: a poll(2) over all of them would cost too much */
	size_t max;
	const int *timeout_ms;
	int (*known)(void *arg, struct arrival *arrival);
	void *arg;
	struct queue silent, dismissed;
	struct sv_timer timer;
	long n_silent, n_foreign;
};

static void append(struct queue *queue, struct peer *peer)
{
	peer->before = queue->last;
	if (queue->last)
		queue->last->next = peer;
	else
		queue->first = peer;
	queue->last = peer;
	queue->n++;
}

static void take_out(struct queue *queue, struct peer *peer)
{
	if (peer->before)
		peer->before->next = peer->next;
	else
		queue->first = peer->next;
	if (peer->next)
		peer->next->before = peer->before;
	else
		queue->last = peer->before;
	queue->n--;
}

static struct peer *take_first(struct queue *queue)
{
	struct peer *peer = queue->first;

	queue->first = peer->next;
	if (queue->first)
		queue->first->before = NULL;
	else
		queue->last = NULL;
	queue->n--;
	return peer;
}

static void release(struct peer *peer)
{
	sv_buf_release(&peer->said);
	free(peer);
}

/* Closing alone would not take it out of the set while a process just forked
 * off has not yet closed its copy. */
static void close_peer(const struct greeter *greeter, struct peer *peer)
{
	epoll_ctl(greeter->set, EPOLL_CTL_DEL, peer->fd, NULL);
	close(peer->fd);
	release(peer);
}

static void send_away(struct greeter *greeter, struct queue *queue,
                      struct peer *peer)
{
	take_out(queue, peer);
	close_peer(greeter, peer);
}

static int expire(void *arg);

static void set_timer(struct greeter *greeter)
{
	const struct peer *a = greeter->silent.first;
	const struct peer *b = greeter->dismissed.first;
	int64_t due_ms = a ? a->due_ms : INT64_MAX;

	if (b && b->due_ms < due_ms)
		due_ms = b->due_ms;
	if (!a && !b)
		sv_loop_disarm(greeter->loop, &greeter->timer);
	else if (!greeter->timer.armed || greeter->timer.due_ms != due_ms)
		sv_loop_arm(greeter->loop, &greeter->timer, due_ms);
}

static bool due(const struct queue *queue, int64_t now)
{
	return queue->first && queue->first->due_ms <= now;
}

static int expire(void *arg)
{
	struct greeter *greeter = arg;
	int64_t now = sv_now_ms();

	while (due(&greeter->silent, now)) {
		greeter->n_silent++;
		close_peer(greeter, take_first(&greeter->silent));
	}
	while (due(&greeter->dismissed, now))
		close_peer(greeter, take_first(&greeter->dismissed));
	set_timer(greeter);
	return 0;
}

static void make_room(struct greeter *greeter)
{
	if (greeter->silent.n + greeter->dismissed.n < greeter->max)
		return;
	if (greeter->silent.n) {
		greeter->n_silent++;
		close_peer(greeter, take_first(&greeter->silent));
	} else {
		close_peer(greeter, take_first(&greeter->dismissed));
	}
}

/* false when the system has no more to give; fd is taken either way */
static bool admit(struct greeter *greeter, struct peer *peer,
                  struct queue *queue)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = peer };

	if (epoll_ctl(greeter->set, EPOLL_CTL_ADD, peer->fd, &event)) {
		sv_warn("a connection is given up: %s", strerror(errno));
		close(peer->fd);
		free(peer);
		return false;
	}
	append(queue, peer);
	set_timer(greeter);
	return true;
}

static int hand_over(struct greeter *greeter, struct peer *peer, int what)
{
	struct sv_buf said = peer->said;
	struct arrival arrival = { .transport = peer->origin->transport,
		                   .url = &peer->origin->url,
		                   .fd = peer->fd,
		                   .greeting = (const uint8_t *)said.data,
		                   .len = said.len,
		                   .what = what };
	int rc;

	peer->said = (struct sv_buf){ 0 };
	epoll_ctl(greeter->set, EPOLL_CTL_DEL, peer->fd, NULL);
	take_out(&greeter->silent, peer);
	release(peer);
	rc = greeter->known(greeter->arg, &arrival);
	sv_buf_release(&said);
	return rc;
}

static int listen_to(struct greeter *greeter, struct peer *peer)
{
	char piece[GREETING_MAX];
	ssize_t n = recv(peer->fd, piece, sizeof piece - peer->said.len, 0);
	int what;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (!peer->origin) {
		if (n <= 0)
			send_away(greeter, &greeter->dismissed, peer);
		return 0;
	}
	if (n <= 0) {
		greeter->n_silent++;
		send_away(greeter, &greeter->silent, peer);
		return 0;
	}
	sv_buf_add(&peer->said, piece, (size_t)n);
	what = peer->origin->transport->greeting(
		(const uint8_t *)peer->said.data, peer->said.len);
	if (what == GREETING_CALL || what == GREETING_QUESTION)
		return hand_over(greeter, peer, what);
	if (what == GREETING_MORE && peer->said.len < GREETING_MAX)
		return 0;
	greeter->n_foreign++;
	sv_info("%s: %s", peer->origin->url.text,
	        what == GREETING_MORE ? "a peer that never comes to the point"
	                              : sv_why());
	send_away(greeter, &greeter->silent, peer);
	return 0;
}

/* One at a time: serving a peer may send another one away. */
static int ready(void *arg, short revents)
{
	struct greeter *greeter = arg;
	struct epoll_event event;
	int rc = 0;

	(void)revents;
	for (int i = 0; !rc && i < AT_ONCE; i++) {
		if (epoll_wait(greeter->set, &event, 1, 0) != 1)
			break;
		rc = listen_to(greeter, event.data.ptr);
	}
	set_timer(greeter);
	return rc;
}

struct greeter *greeter_new(struct sv_loop *loop, size_t max,
                            const int *timeout_ms,
                            int (*known)(void *arg, struct arrival *arrival),
                            void *arg)
{
	struct greeter *greeter = sv_alloc(sizeof *greeter);

	*greeter = (struct greeter){ .loop = loop,
		                     .set = epoll_create1(EPOLL_CLOEXEC),
		                     .max = max,
		                     .timeout_ms = timeout_ms,
		                     .known = known,
		                     .arg = arg };
	greeter->timer.fire = expire;
	greeter->timer.arg = greeter;
	sv_loop_watch(loop, greeter->set, POLLIN, ready, greeter);
	return greeter;
}

/* The set is shared with the process that forked us off, or that we forked:
 * nothing is taken out of it here. */
static void drop_all(struct queue *queue)
{
	while (queue->first) {
		struct peer *peer = take_first(queue);

		close(peer->fd);
		release(peer);
	}
}

void greeter_free(struct greeter *greeter)
{
	if (!greeter)
		return;
	drop_all(&greeter->silent);
	drop_all(&greeter->dismissed);
	sv_loop_disarm(greeter->loop, &greeter->timer);
	close(greeter->set);
	free(greeter);
}

int greeter_add(struct greeter *greeter, int fd, const struct origin *origin)
{
	struct peer *peer = sv_alloc(sizeof *peer);

	make_room(greeter);
	peer->fd = fd;
	peer->origin = origin;
	peer->due_ms = sv_now_ms() + *greeter->timeout_ms;
	sv_buf_init(&peer->said, GREETING_MAX);
	/* most have spoken by now */
	return admit(greeter, peer, &greeter->silent) ? listen_to(greeter, peer)
	                                              : 0;
}

void greeter_dismiss(struct greeter *greeter, int fd)
{
	struct peer *peer = sv_alloc(sizeof *peer);

	make_room(greeter);
	peer->fd = fd;
	peer->due_ms = sv_now_ms() + LINGER_MS;
	shutdown(fd, SHUT_WR);
	admit(greeter, peer, &greeter->dismissed);
}

struct greeter_count greeter_count(const struct greeter *greeter)
{
	return (struct greeter_count){
		.waiting = greeter->silent.n,
		.silent = greeter->n_silent,
		.foreign = greeter->n_foreign,
	};
}
