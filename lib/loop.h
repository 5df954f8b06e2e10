/*
 * poll(2), timers and signals: the one loop of a program that waits for more
 * than one thing. A handler returns 0 to go on; any other value ends
 * sv_loop_run(), which returns it. Handlers return within a frame (20 ms).
 */
#ifndef SV_LOOP_H
#define SV_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct sv_loop;

/* owned by who declares it, all zero at first; due_ms is monotonic */
struct sv_timer {
	int64_t due_ms;
	int (*fire)(void *arg);
	void *arg;
	bool armed;
	struct sv_timer *next;
};

struct sv_loop *sv_loop_new(void);
void sv_loop_free(struct sv_loop *loop);

/* Calls ready(arg, revents) when poll says so; events as for poll(2). An fd
 * already watched gets the new events and handler. */
void sv_loop_watch(struct sv_loop *loop, int fd, short events,
                   int (*ready)(void *arg, short revents), void *arg);
void sv_loop_unwatch(struct sv_loop *loop, int fd);

/* (Re)arms the timer to fire once at due_ms; the struct must stay until it
 * fired or was disarmed. */
void sv_loop_arm(struct sv_loop *loop, struct sv_timer *timer, int64_t due_ms);
void sv_loop_disarm(struct sv_loop *loop, struct sv_timer *timer);

/* One turn: waits wait_ms at most for the first thing to happen (-1: as long as
 * it takes), and serves what has happened. For an engine that must wait while
 * its program goes on, in a loop of its own. Signals are left to the loop that
 * runs. 0 or the handler's code. */
int sv_loop_step(struct sv_loop *loop, int wait_ms);

/* Called once when the first SIGTERM or SIGINT has come; without it the loop
 * just ends. A second signal always ends the loop. */
void sv_loop_on_stop(struct sv_loop *loop, int (*stop)(void *arg), void *arg);

/* Calls come(arg), or nothing when that is NULL, once or more after a signal
 * other than those two has come (SIGHUP, SIGCHLD ...), from the loop and not
 * from the signal's handler. From now on, which is before the loop runs, it no
 * longer does what it does by default. A process forked off has the handlers,
 * too; what it executes has not. */
void sv_loop_on_signal(struct sv_loop *loop, int number, int (*come)(void *arg),
                       void *arg);

/* Runs until a handler returns non-zero (that value), until sv_loop_stop(),
 * a stop signal, or nothing is left to wait for (0). */
int sv_loop_run(struct sv_loop *loop);
void sv_loop_stop(struct sv_loop *loop);

#endif
