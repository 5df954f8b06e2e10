/* feeder: events to the process that stores them, whatever the store does */
#include "src/report/feeder.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"

#include "src/report/loader.h"

enum {
	SLOW_BYTES = 8 << 20, /* that many may wait, then we wait, too */
	STALL_MS = 2000,      /* without a word a store is not slow but away */
	HANG_MS = 30000,      /* and at the end it is given up */
};

struct feeder {
	struct feeder_options options;
	struct sv_loop *loop;
	pid_t pid;
	int in, words; /* -1: closed */
	struct sv_buf queue;
	size_t start; /* of what is not yet handed over */
	struct sv_timer timer;
	int64_t heard_ms; /* when it last stored something, or had nothing to */
	int64_t taken, stored, lost;
	bool waiting; /* for room, outside */
	bool stalled, ended, gave_up;
	int code; /* what keeps it from storing */
	char why[LOADER_WHY];
};

/* how much may wait before we do */
static size_t slow_bytes(const struct feeder *feeder)
{
	size_t half = feeder->options.memory / 2;

	return half < SLOW_BYTES ? half : SLOW_BYTES;
}

static size_t queued(const struct feeder *feeder)
{
	return feeder->queue.len - feeder->start;
}

static void close_in(struct feeder *feeder)
{
	if (feeder->in < 0)
		return;
	sv_loop_unwatch(feeder->loop, feeder->in);
	close(feeder->in);
	feeder->in = -1;
}

static void drop_queue(struct feeder *feeder)
{
	sv_buf_cut(&feeder->queue, 0);
	feeder->start = 0;
}

static void let_go_on(struct feeder *feeder)
{
	if (!feeder->waiting)
		return;
	feeder->waiting = false;
	feeder->options.room(feeder->options.arg);
}

/* Killed, it leaves the store as after a power cut: with its last commit. */
static void give_up(struct feeder *feeder)
{
	feeder->gave_up = true;
	kill(feeder->pid, SIGKILL);
}

static int fire(void *arg);

static void arm(struct feeder *feeder)
{
	int wait_ms = STALL_MS;

	feeder->timer.fire = fire;
	feeder->timer.arg = feeder;
	if (feeder->ended)
		wait_ms = feeder->code ? feeder->options.timeout_ms : HANG_MS;
	sv_loop_arm(feeder->loop, &feeder->timer, feeder->heard_ms + wait_ms);
}

/* Nothing was stored for a while. */
static int fire(void *arg)
{
	struct feeder *feeder = arg;

	feeder->stalled = true;
	if (feeder->ended)
		give_up(feeder); /* its pipe ends, then we do */
	else
		let_go_on(feeder);
	return 0;
}

static int feed_some(void *arg, short revents)
{
	struct feeder *feeder = arg;
	ssize_t n = write(feeder->in, feeder->queue.data + feeder->start,
	                  queued(feeder));

	(void)revents;
	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		close_in(feeder); /* it has ended: why, it says or has said */
		return 0;
	}
	if (n > 0)
		feeder->start += (size_t)n;
	if (queued(feeder) < slow_bytes(feeder) / 2)
		let_go_on(feeder);
	if (queued(feeder))
		return 0;
	drop_queue(feeder);
	sv_loop_unwatch(feeder->loop, feeder->in);
	if (feeder->ended)
		close_in(feeder);
	return 0;
}

/* It is away, or back. */
static void listen_to(struct feeder *feeder, const struct loader_word *word)
{
	if (word->code) {
		bool new = !feeder->code;

		feeder->code = word->code;
		memcpy(feeder->why, word->why, sizeof feeder->why);
		if (new && !feeder->ended && !feeder_hopeless(feeder))
			sv_warn("%s: events are kept meanwhile", feeder->why);
		let_go_on(feeder);
	} else {
		if (feeder->code && !feeder->ended)
			sv_warn("the store works again");
		feeder->code = 0;
		feeder->stalled = false;
		feeder->heard_ms = sv_now_ms();
		feeder->stored += word->stored;
	}
	if (feeder->ended || feeder->waiting)
		arm(feeder);
}

static int hear(void *arg, short revents)
{
	struct feeder *feeder = arg;
	struct loader_word word;
	ssize_t n = read(feeder->words, &word, sizeof word);

	(void)revents;
	if (n < 0 && errno == EINTR)
		return 0;
	if (n == (ssize_t)sizeof word) {
		listen_to(feeder, &word);
		return 0;
	}
	sv_loop_disarm(feeder->loop, &feeder->timer);
	sv_loop_unwatch(feeder->loop, feeder->words);
	close(feeder->words);
	feeder->words = -1;
	close_in(feeder);
	drop_queue(feeder);
	let_go_on(feeder);
	return feeder_hopeless(feeder) ? feeder->code : 0;
}

int feeder_start(struct feeder **made, struct sv_loop *loop,
                 const struct feeder_options *options)
{
	struct feeder *feeder = sv_alloc(sizeof *feeder);
	int rc = loader_start(&feeder->pid, &feeder->in, &feeder->words,
	                      options->dsn);

	if (rc) {
		free(feeder);
		return rc;
	}
	feeder->options = *options;
	feeder->loop = loop;
	feeder->heard_ms = sv_now_ms();
	sv_buf_init(&feeder->queue, options->memory);
	sv_loop_watch(loop, feeder->words, POLLIN, hear, feeder);
	*made = feeder;
	return 0;
}

static void lose(struct feeder *feeder)
{
	if (!feeder->lost++)
		sv_warn("events that wait for the store fill %zu MiB: what "
		        "comes now is not stored",
		        feeder->options.memory >> 20);
}

void feeder_put(struct feeder *feeder, const char *line, size_t len)
{
	bool idle = !queued(feeder);

	feeder->taken++;
	if (feeder->in < 0)
		return;
	if (feeder->start > feeder->queue.len / 2) {
		sv_buf_drop(&feeder->queue, feeder->start);
		feeder->start = 0;
	}
	if (sv_buf_add(&feeder->queue, line, len)) {
		lose(feeder);
		return;
	}
	/* what was stored until now says nothing of what waits from now on */
	if (idle && feeder->stored == feeder->taken - 1)
		feeder->heard_ms = sv_now_ms();
	if (idle)
		sv_loop_watch(feeder->loop, feeder->in, POLLOUT, feed_some,
		              feeder);
}

bool feeder_full(struct feeder *feeder)
{
	if (feeder->in < 0 || feeder->code || feeder->stalled ||
	    queued(feeder) < slow_bytes(feeder))
		return false;
	feeder->waiting = true;
	arm(feeder);
	return true;
}

bool feeder_hopeless(const struct feeder *feeder)
{
	return feeder->code == EX_USAGE || feeder->code == EX_CONFIG;
}

void feeder_end(struct feeder *feeder)
{
	if (feeder->ended)
		return;
	feeder->ended = true;
	feeder->waiting = false;
	feeder->heard_ms = sv_now_ms();
	if (feeder->words >= 0)
		arm(feeder);
	if (feeder->in >= 0 && !queued(feeder))
		close_in(feeder);
}

/* what is missing, and why */
static int tell(const struct feeder *feeder, int status)
{
	int64_t missing = feeder->taken - feeder->stored;

	if (feeder_hopeless(feeder))
		return sv_fail(feeder->code, "%s", feeder->why);
	if (!missing && !feeder->code)
		return 0;
	if (feeder->code)
		return sv_fail(feeder->code,
		               "%s: %" PRId64 " of %" PRId64
		               " events were not stored: feed them again",
		               feeder->why, missing, feeder->taken);
	if (WIFSIGNALED(status) && !feeder->gave_up)
		return sv_fail(EX_SOFTWARE,
		               "what stores events was ended by signal %d: "
		               "%" PRId64 " of %" PRId64
		               " were not stored: feed them again",
		               WTERMSIG(status), missing, feeder->taken);
	return sv_fail(EX_TEMPFAIL,
	               "the store gave no answer in time: %" PRId64
	               " of %" PRId64
	               " events were not stored: feed them again",
	               missing, feeder->taken);
}

int feeder_finish(struct feeder *feeder)
{
	int status = 0, rc;

	if (!feeder)
		return 0;
	close_in(feeder);
	if (feeder->words >= 0) { /* the loop was told to end at once */
		close(feeder->words);
		give_up(feeder);
	}
	while (waitpid(feeder->pid, &status, 0) < 0 && errno == EINTR)
		;
	rc = tell(feeder, status);
	sv_buf_release(&feeder->queue);
	free(feeder);
	return rc;
}
