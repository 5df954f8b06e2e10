/* loop: poll, timers and signals */
#include "lib/loop.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/start.h"

enum { SIGNALS_MAX = 4 }; /* that one loop listens to */

static volatile sig_atomic_t came[NSIG];

struct listener {
	int number;
	int (*come)(void *arg);
	void *arg;
};

struct watch {
	int (*ready)(void *arg, short revents);
	void *arg;
};

struct sv_loop {
	struct pollfd *polls; /* fd -1 marks one that was let go */
	struct watch *watches;
	size_t n, size;
	struct sv_timer *timers; /* by due time, the earliest first */
	struct listener listeners[SIGNALS_MAX];
	size_t n_listeners;
	int (*stop)(void *arg);
	void *stop_arg;
	bool stopped, told;
};

struct sv_loop *sv_loop_new(void)
{
	return sv_alloc(sizeof(struct sv_loop));
}

void sv_loop_free(struct sv_loop *loop)
{
	if (!loop)
		return;
	free(loop->polls);
	free(loop->watches);
	free(loop);
}

static size_t find(const struct sv_loop *loop, int fd)
{
	size_t i = 0;

	while (i < loop->n && loop->polls[i].fd != fd)
		i++;
	return i;
}

void sv_loop_watch(struct sv_loop *loop, int fd, short events,
                   int (*ready)(void *arg, short revents), void *arg)
{
	size_t i = find(loop, fd);

	if (i == loop->n && loop->n == loop->size) {
		loop->size = loop->size ? 2 * loop->size : 8;
		loop->polls = sv_realloc(loop->polls,
		                         loop->size * sizeof *loop->polls);
		loop->watches = sv_realloc(loop->watches,
		                           loop->size * sizeof *loop->watches);
	}
	if (i == loop->n) {
		loop->n++;
		loop->polls[i] = (struct pollfd){ .fd = fd };
	}
	loop->polls[i].events = events; /* what poll has found stays due */
	loop->watches[i] = (struct watch){ ready, arg };
}

void sv_loop_unwatch(struct sv_loop *loop, int fd)
{
	size_t i = find(loop, fd);

	if (i < loop->n)
		loop->polls[i] = (struct pollfd){ .fd = -1 };
}

void sv_loop_disarm(struct sv_loop *loop, struct sv_timer *timer)
{
	struct sv_timer **at = &loop->timers;

	while (*at && *at != timer)
		at = &(*at)->next;
	if (*at)
		*at = timer->next;
	timer->armed = false;
}

void sv_loop_arm(struct sv_loop *loop, struct sv_timer *timer, int64_t due_ms)
{
	struct sv_timer **at = &loop->timers;

	if (timer->armed)
		sv_loop_disarm(loop, timer);
	while (*at && (*at)->due_ms <= due_ms)
		at = &(*at)->next;
	timer->due_ms = due_ms;
	timer->armed = true;
	timer->next = *at;
	*at = timer;
}

void sv_loop_on_stop(struct sv_loop *loop, int (*stop)(void *arg), void *arg)
{
	loop->stop = stop;
	loop->stop_arg = arg;
}

static void on_signal(int number)
{
	came[number] = 1;
}

void sv_loop_on_signal(struct sv_loop *loop, int number, int (*come)(void *arg),
                       void *arg)
{
	struct sigaction action = { .sa_handler = on_signal };
	size_t i = 0;

	while (i < loop->n_listeners && loop->listeners[i].number != number)
		i++;
	assert(i < SIGNALS_MAX);
	if (i == loop->n_listeners)
		loop->n_listeners++;
	loop->listeners[i] = (struct listener){ number, come, arg };
	sigaction(number, &action, NULL);
}

void sv_loop_stop(struct sv_loop *loop)
{
	loop->stopped = true;
}

/* the slots of those let go, closed up while no handler runs */
static void compact(struct sv_loop *loop)
{
	size_t kept = 0;

	for (size_t i = 0; i < loop->n; i++) {
		if (loop->polls[i].fd < 0)
			continue;
		loop->polls[kept] = loop->polls[i];
		loop->watches[kept++] = loop->watches[i];
	}
	loop->n = kept;
}

static int fire_timers(struct sv_loop *loop)
{
	int64_t now = sv_now_ms();
	int rc = 0;

	while (!rc && !loop->stopped && loop->timers &&
	       loop->timers->due_ms <= now) {
		struct sv_timer *timer = loop->timers;

		sv_loop_disarm(loop, timer);
		rc = timer->fire(timer->arg);
	}
	return rc;
}

static int serve(struct sv_loop *loop, int ready)
{
	size_t n = loop->n; /* those added meanwhile have their turn later */
	int rc = 0;

	for (size_t i = 0; !rc && ready && !loop->stopped && i < n; i++) {
		short revents = loop->polls[i].revents;

		if (loop->polls[i].fd < 0 || !revents)
			continue;
		loop->polls[i].revents = 0;
		ready--;
		rc = loop->watches[i].ready(loop->watches[i].arg, revents);
	}
	return rc;
}

static int serve_signals(struct sv_loop *loop)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < loop->n_listeners; i++) {
		struct listener *listener = &loop->listeners[i];

		if (!came[listener->number])
			continue;
		came[listener->number] = 0;
		if (listener->come)
			rc = listener->come(listener->arg);
	}
	return rc;
}

/* Signals are let in only while we wait: none can come between the look at
 * what came and the poll. */
static int wait_ready(struct sv_loop *loop, int most_ms, const sigset_t *open)
{
	struct timespec left = { 0 };
	int64_t ms = most_ms;

	if (loop->timers) {
		ms = loop->timers->due_ms - sv_now_ms();
		ms = ms < 0 ? 0 : ms;
		if (most_ms >= 0 && ms > most_ms)
			ms = most_ms;
	}
	left = (struct timespec){ ms / 1000, ms % 1000 * 1000000 };
	return ppoll(loop->polls, loop->n, ms < 0 ? NULL : &left, open);
}

/* waits for what comes first, and serves it */
static int serve_next(struct sv_loop *loop, int most_ms, const sigset_t *open)
{
	int ready = wait_ready(loop, most_ms, open);
	int rc;

	if (ready < 0 && errno != EINTR)
		return sv_fail(EX_OSERR, "poll:");
	rc = ready > 0 ? serve(loop, ready) : 0;
	return rc ? rc : fire_timers(loop);
}

static int turn(struct sv_loop *loop, const sigset_t *open)
{
	int rc;

	if (sv_stopping() && !loop->told) {
		loop->told = true;
		if (!loop->stop)
			loop->stopped = true;
		return loop->stop ? loop->stop(loop->stop_arg) : 0;
	}
	rc = serve_signals(loop);
	return rc || loop->stopped ? rc : serve_next(loop, -1, open);
}

int sv_loop_step(struct sv_loop *loop, int wait_ms)
{
	loop->stopped = false;
	compact(loop);
	return serve_next(loop, wait_ms, NULL);
}

int sv_loop_run(struct sv_loop *loop)
{
	sigset_t blocked, before;
	int rc = 0;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGINT);
	for (size_t i = 0; i < loop->n_listeners; i++)
		sigaddset(&blocked, loop->listeners[i].number);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	loop->stopped = false;
	while (!rc && !loop->stopped) {
		compact(loop);
		if (!loop->n && !loop->timers)
			break;
		rc = turn(loop, &before);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return rc;
}
