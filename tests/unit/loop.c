/* loop: what is ready is served, timers fire in order, signals end it */
#include "lib/loop.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/start.h"

#include "tests/unit/tap.h"

static struct sv_loop *loop;
static char order[16];
static int fds[2];

static int fire(void *arg)
{
	strncat(order, arg, 1);
	return 0;
}

static int ready(void *arg, short revents)
{
	char c = '\0';

	ok(revents & POLLIN);
	ok(read(fds[0], &c, 1) == 1);
	strncat(order, &c, 1);
	sv_loop_unwatch(loop, fds[0]);
	return *(int *)arg;
}

static int raise_term(void *arg)
{
	(void)arg;
	raise(SIGTERM);
	return 0;
}

static int raise_hup(void *arg)
{
	(void)arg;
	raise(SIGHUP);
	return 0;
}

static int hung_up(void *arg)
{
	strncat(order, arg, 1);
	sv_loop_stop(loop);
	return 0;
}

static int stopped(void *arg)
{
	strncat(order, arg, 1);
	sv_loop_stop(loop);
	return 0;
}

static int go_on(void *arg)
{
	(void)arg;
	return 0;
}

int main(int argc, char *argv[])
{
	static const struct sv_command command = { .name = "sv-loop" };
	char a[] = "a", b[] = "b", c[] = "c", s[] = "s", h[] = "h";
	struct sv_timer first = { .fire = fire, .arg = a };
	struct sv_timer second = { .fire = fire, .arg = b };
	struct sv_timer third = { .fire = fire, .arg = c };
	struct sv_timer term = { .fire = raise_term };
	struct sv_timer hup = { .fire = raise_hup };
	int64_t now = sv_now_ms();
	int code = 7;

	sv_start(&command, argc, argv);
	loop = sv_loop_new();
	ok(!sv_loop_run(loop)); /* nothing to wait for */

	sv_loop_arm(loop, &second, now + 2);
	sv_loop_arm(loop, &first, now + 1);
	sv_loop_arm(loop, &third, now + 3);
	sv_loop_disarm(loop, &third);
	ok(!third.armed);
	sv_loop_arm(loop, &first, now + 4); /* moved behind the second */
	ok(!sv_loop_run(loop));
	is(order, "ba");

	ok(!pipe(fds) && write(fds[1], "x", 1) == 1);
	sv_loop_watch(loop, fds[0], POLLIN, ready, &code);
	ok(sv_loop_run(loop) == 7);
	is(order, "bax");

	sv_loop_watch(loop, fds[0], POLLIN, ready, &code);
	sv_loop_arm(loop, &term, sv_now_ms() + 1);
	sv_loop_on_stop(loop, stopped, s);
	ok(!sv_loop_run(loop));
	is(order, "baxs");
	ok(sv_stopping());
	sv_loop_free(loop);

	loop = sv_loop_new();
	sv_loop_on_stop(loop, go_on, NULL);
	sv_loop_on_signal(loop, SIGHUP, hung_up, h);
	sv_loop_arm(loop, &hup, sv_now_ms() + 1);
	sv_loop_watch(loop, fds[0], POLLIN, ready, &code);
	ok(!sv_loop_run(loop));
	is(order, "baxsh");
	raise(SIGHUP); /* before it runs */
	ok(!sv_loop_run(loop));
	is(order, "baxshh");
	sv_loop_free(loop);
	return tap_end();
}
