/* crew.c: the processes that queue and send, and who looks after them */
#include "src/crm/crew.h"

#include <errno.h>
#include <fcntl.h>
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

#include "src/crm/handover.h"
#include "src/crm/hurry.h"
#include "src/crm/keeper.h"
#include "src/crm/sender.h"

enum {
	KEPT_BYTES = 64 << 20, /* of events that are not safe yet */
	SLOW_BYTES = 8 << 20,  /* that many may wait, then we wait, too */
	STALL_MS = 2000,       /* without a word: it is not slow but hangs */
	HANG_MS = 30000,       /* at the end it is given up */
	QUICK_MS = 10000,      /* and who sends, when it is to be quick */
	AGAIN_MOST_MS = 60000, /* between starts of one that dies */
	DEATHS_MAX = 5,        /* without getting anywhere */
};

struct worker {
	const char *what;
	int (*run)(const struct crew_part *part);
	pid_t pid; /* 0: none */
	int in;    /* to write to; -1 */
	int deaths;
	struct sv_timer again;
};

enum phase { PASSING, QUEUEING, SENDING, OVER };

struct crew {
	struct crew_options options;
	struct sv_loop *loop;
	struct order *order;
	struct handover events;
	struct worker keeper, sender;
	pid_t pid; /* ours */
	int words[2];
	struct sv_buf heard; /* of a line of words */
	struct sv_timer limit;
	int64_t heard_ms; /* when who queues last got somewhere */
	enum phase phase;
	bool quick, away, waiting, lost, gave_up;
	char *why; /* the store cannot be used */
	int code;  /* of who sends, or of the store when something is lost */
};

static void step(struct crew *crew);

/* --- starting --- */

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* The child's side: of the filter it has what it needs, and no more. Whoever
 * reads our output must see its end when we die. */
static void work(const struct crew *crew, const struct worker *worker, int in)
{
	struct crew_part part = {
		.options = crew->options.options,
		.engine = crew->options.engine,
		.crm = crew->options.crm,
		.order = crew->order,
		.parent = crew->pid,
		.words = crew->words[1],
		.in = in,
	};
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	close(null);
	close(crew->words[0]);
	if (crew->events.fd >= 0)
		close(crew->events.fd);
	if (crew->sender.in >= 0)
		close(crew->sender.in);
	hurry_listen();
	_exit(worker->run(&part));
}

/* Starts it, or tries so later. *to is the pipe it reads. */
static bool start(struct crew *crew, struct worker *worker, int *to)
{
	sigset_t blocked, before;
	int in[2];

	*to = -1;
	if (pipe2(in, O_CLOEXEC)) {
		sv_warn("%s: pipe: %s", worker->what, strerror(errno));
		return false;
	}
	/* a signal that comes before it listens waits */
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGINT);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	worker->pid = fork();
	if (worker->pid == 0) {
		close(in[1]);
		work(crew, worker, in[0]);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(in[0]);
	if (worker->pid < 0) {
		sv_warn("%s: fork: %s", worker->what, strerror(errno));
		worker->pid = 0;
		close(in[1]);
		return false;
	}
	fcntl(in[1], F_SETFL, O_NONBLOCK);
	*to = in[1];
	return true;
}

static void start_later(struct crew *crew, struct worker *worker)
{
	int64_t ms = entry_delay_ms(worker->deaths, AGAIN_MOST_MS);

	sv_loop_arm(crew->loop, &worker->again, sv_now_ms() + ms);
}

static void start_keeper(struct crew *crew)
{
	int to;

	crew->heard_ms = sv_now_ms();
	if (start(crew, &crew->keeper, &to))
		handover_to(&crew->events, to);
	else
		start_later(crew, &crew->keeper);
}

static void start_sender(struct crew *crew)
{
	if (crew->options.options->dry_run || crew->sender.pid ||
	    crew->sender.again.armed)
		return;
	if (!start(crew, &crew->sender, &crew->sender.in))
		start_later(crew, &crew->sender);
}

static int keeper_again(void *arg)
{
	start_keeper(arg);
	return 0;
}

static int sender_again(void *arg)
{
	struct crew *crew = arg;

	start_sender(crew);
	step(crew);
	return 0;
}

/* --- words --- */

static void let_go_on(struct crew *crew)
{
	if (!crew->waiting)
		return;
	crew->waiting = false;
	crew->options.room(crew->options.arg);
}

static void got_safe(struct crew *crew, size_t len)
{
	handover_safe(&crew->events, len);
	crew->keeper.deaths = 0;
	crew->heard_ms = sv_now_ms();
	if (handover_waiting(&crew->events) < SLOW_BYTES / 2)
		let_go_on(crew);
}

/* one byte is as good as many: a full pipe needs no more */
static void poke(struct crew *crew)
{
	if (crew->sender.in >= 0 && write(crew->sender.in, "q", 1) < 0)
		return;
}

/* What a process that was killed left half written is no line. */
static void pass_on(struct crew *crew, const char *line, size_t len)
{
	json_t *event = json_loadb(line, len, 0, NULL);

	if (event)
		crew->options.tell(crew->options.arg, line, len);
	json_decref(event);
}

static void hear_word(struct crew *crew, const char *line, size_t len)
{
	if (*line == '{') {
		pass_on(crew, line, len);
	} else if (!strncmp(line, "safe ", 5)) {
		got_safe(crew, strtoul(line + 5, NULL, 10));
	} else if (!strncmp(line, "why ", 4)) {
		free(crew->why);
		crew->why = sv_strndup(line + 4, len - 5);
	} else if (!strncmp(line, "queued\n", len)) {
		poke(crew);
	} else if (!strncmp(line, "away\n", len)) {
		crew->away = true;
		let_go_on(crew);
		step(crew);
	} else if (!strncmp(line, "ready\n", len)) {
		crew->away = false;
		start_sender(crew);
	}
}

/* all that is in the pipe now */
static void hear_all(struct crew *crew)
{
	char block[8192];
	ssize_t n;

	while ((n = read(crew->words[0], block, sizeof block)) > 0) {
		char *newline;
		size_t from = 0;

		sv_buf_add(&crew->heard, block, (size_t)n);
		while ((newline = memchr(crew->heard.data + from, '\n',
		                         crew->heard.len - from))) {
			size_t next = (size_t)(newline - crew->heard.data) + 1;

			hear_word(crew, crew->heard.data + from, next - from);
			from = next;
		}
		sv_buf_drop(&crew->heard, from);
	}
}

static int hear(void *arg, short revents)
{
	(void)revents;
	hear_all(arg);
	return 0;
}

/* --- the end, step by step --- */

static bool is_hopeless(int code)
{
	return code == EX_USAGE || code == EX_CONFIG;
}

static void limit(struct crew *crew, int64_t ms)
{
	sv_loop_arm(crew->loop, &crew->limit, sv_now_ms() + ms);
}

/* It took too long: who hangs is ended. Nothing that the store has is lost. */
static int on_limit(void *arg)
{
	struct crew *crew = arg;

	if (crew->phase == PASSING) {
		let_go_on(crew); /* it hangs: we do not */
	} else if (crew->phase == QUEUEING && crew->keeper.pid) {
		if (sv_now_ms() - crew->heard_ms >= HANG_MS) {
			crew->gave_up = true;
			kill(crew->keeper.pid, SIGKILL);
		} else {
			limit(crew, HANG_MS);
		}
	} else if (crew->phase == SENDING && crew->sender.pid) {
		kill(crew->sender.pid, SIGKILL);
	}
	return 0;
}

static void end_queueing(struct crew *crew)
{
	handover_end(&crew->events);
	if (crew->quick || crew->away) /* not to wait for the store */
		kill(crew->keeper.pid, SIGTERM);
}

static void end_sending(struct crew *crew)
{
	close_fd(&crew->sender.in);
	if (!crew->quick)
		return;
	kill(crew->sender.pid, SIGTERM);
	limit(crew, QUICK_MS);
}

/* Whether one that would be started later is to be started now. */
static bool start_now(struct crew *crew, struct worker *worker)
{
	bool later = worker->again.armed;

	sv_loop_disarm(crew->loop, &worker->again);
	return later;
}

/* Goes on to the next phase of the end when the last is over. */
static void step(struct crew *crew)
{
	if (crew->phase == QUEUEING && crew->keeper.pid)
		end_queueing(crew);
	if (crew->phase == QUEUEING && !crew->keeper.pid &&
	    !crew->keeper.again.armed) {
		sv_loop_disarm(crew->loop, &crew->limit);
		crew->phase = SENDING;
		if (start_now(crew, &crew->sender))
			start_sender(crew);
	}
	if (crew->phase != SENDING)
		return;
	if (crew->sender.pid && crew->sender.in >= 0)
		end_sending(crew);
	if (!crew->sender.pid && !crew->sender.again.armed) {
		crew->phase = OVER;
		sv_loop_stop(crew->loop);
	}
}

/* --- deaths --- */

static void say_death(const struct worker *worker, int status)
{
	if (WIFSIGNALED(status))
		sv_warn("%s was ended by signal %d: another takes its place",
		        worker->what, WTERMSIG(status));
}

/* What is not safe will not be. */
static void lose(struct crew *crew, int code)
{
	crew->lost = crew->lost || handover_unsafe(&crew->events) ||
	             crew->phase == QUEUEING;
	if (crew->lost)
		crew->code = code;
	handover_forget(&crew->events);
}

/* whether another would get further */
static bool is_worth_it(const struct crew *crew, int status)
{
	if (crew->phase == PASSING)
		return true;
	return WIFSIGNALED(status) && !crew->gave_up &&
	       crew->keeper.deaths <= DEATHS_MAX;
}

static int keeper_died(struct crew *crew, int status)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status)
	           : crew->gave_up   ? EX_TEMPFAIL
	                             : EX_SOFTWARE;

	handover_stop(&crew->events);
	if (!code && crew->phase != PASSING)
		return 0;
	if (is_hopeless(code))
		return sv_fail(code, "%s", crew->why ? crew->why : "store");
	if (crew->why)
		sv_warn("%s", crew->why);
	if (!crew->gave_up)
		say_death(&crew->keeper, status);
	crew->keeper.deaths++;
	crew->away = crew->away || WIFEXITED(status);
	let_go_on(crew);
	if (crew->keeper.deaths > DEATHS_MAX && WIFSIGNALED(status))
		lose(crew, code); /* what it dies of may be among them */
	if (is_worth_it(crew, status))
		start_later(crew, &crew->keeper);
	else
		lose(crew, code);
	return 0;
}

static void sender_died(struct crew *crew, int status)
{
	bool ending = crew->phase == SENDING;
	bool by_us = WIFSIGNALED(status) && crew->quick && ending;

	close_fd(&crew->sender.in);
	if (ending && (WIFEXITED(status) || by_us)) {
		if (WIFEXITED(status) && !crew->lost)
			crew->code = WEXITSTATUS(status);
		return;
	}
	crew->sender.deaths++;
	say_death(&crew->sender, status);
	if (ending && crew->sender.deaths > DEATHS_MAX)
		crew->code = EX_SOFTWARE;
	else
		start_later(crew, &crew->sender);
}

static bool has_died(struct worker *worker, int *status)
{
	if (!worker->pid || waitpid(worker->pid, status, WNOHANG) <= 0)
		return false;
	worker->pid = 0;
	return true;
}

static int on_child(void *arg)
{
	struct crew *crew = arg;
	int status, rc = 0;

	if (has_died(&crew->keeper, &status)) {
		hear_all(crew);
		rc = keeper_died(crew, status);
	}
	if (!rc && has_died(&crew->sender, &status)) {
		hear_all(crew);
		sender_died(crew, status);
	}
	if (!rc)
		step(crew);
	return rc;
}

/* --- for who passes the events on --- */

static struct crew *make(struct sv_loop *loop,
                         const struct crew_options *options)
{
	struct crew *crew = sv_alloc(sizeof *crew);

	crew->options = *options;
	crew->loop = loop;
	crew->pid = getpid();
	crew->order = order_new();
	crew->keeper = (struct worker){
		.what = "the process that queues",
		.run = keeper_run,
		.in = -1,
		.again = { .fire = keeper_again, .arg = crew },
	};
	crew->sender = (struct worker){
		.what = "the process that sends",
		.run = sender_run,
		.in = -1,
		.again = { .fire = sender_again, .arg = crew },
	};
	crew->limit.fire = on_limit;
	crew->limit.arg = crew;
	handover_init(&crew->events, loop, KEPT_BYTES);
	sv_buf_init(&crew->heard, 2 * SV_EVENT_MAX);
	return crew;
}

int crew_start(struct crew **made, struct sv_loop *loop,
               const struct crew_options *options)
{
	struct crew *crew;
	int words[2];

	*made = NULL;
	if (pipe2(words, O_CLOEXEC))
		return sv_fail(EX_OSERR, "pipe:");
	fcntl(words[0], F_SETFL, O_NONBLOCK);
	crew = make(loop, options);
	memcpy(crew->words, words, sizeof words);
	sv_loop_watch(loop, words[0], POLLIN, hear, crew);
	sv_loop_on_signal(loop, SIGCHLD, on_child, crew);
	start_keeper(crew);
	*made = crew;
	return 0;
}

void crew_take(struct crew *crew, const struct sv_event *event)
{
	int64_t lost = crew->events.lost;

	if (!handover_unsafe(&crew->events))
		crew->heard_ms = sv_now_ms();
	handover_put(&crew->events, event->line, event->len);
	if (crew->events.lost && !lost)
		sv_warn("events that wait for the store fill %d MiB: what "
		        "comes now is not queued",
		        KEPT_BYTES >> 20);
}

bool crew_full(struct crew *crew)
{
	int64_t stall_ms = crew->heard_ms + STALL_MS - sv_now_ms();

	if (handover_waiting(&crew->events) < SLOW_BYTES || crew->away ||
	    crew->events.fd < 0 || stall_ms <= 0)
		return false;
	crew->waiting = true;
	limit(crew, stall_ms);
	return true;
}

void crew_end(struct crew *crew, bool quick)
{
	crew->quick = crew->quick || quick;
	crew->waiting = false;
	if (crew->phase == PASSING) {
		crew->phase = QUEUEING;
		crew->heard_ms = sv_now_ms();
		limit(crew, HANG_MS);
		if (start_now(crew, &crew->keeper))
			start_keeper(crew);
	} else if (crew->phase == SENDING && quick && crew->sender.pid) {
		end_sending(crew);
	}
	step(crew);
}

static void end_worker(struct worker *worker)
{
	if (!worker->pid)
		return;
	kill(worker->pid, SIGKILL);
	waitpid(worker->pid, NULL, 0);
}

/* The consequence; the cause was said when it came up. */
static int lacking(const struct crew *crew)
{
	if (crew->lost || crew->events.lost)
		return sv_fail(crew->code ? crew->code : EX_TEMPFAIL,
		               "not all calls are in the outbox: feed "
		               "the events again when that is mended");
	if (crew->code)
		return sv_fail(crew->code,
		               "not all calls are in the CRM: they wait in the "
		               "outbox, sv-crm send tries again");
	return 0;
}

int crew_finish(struct crew *crew)
{
	int rc = 0;

	if (!crew)
		return 0;
	rc = lacking(crew);
	signal(SIGCHLD, SIG_DFL);
	end_worker(&crew->keeper);
	end_worker(&crew->sender);
	close_fd(&crew->sender.in);
	handover_release(&crew->events);
	sv_buf_release(&crew->heard);
	close_fd(&crew->words[0]);
	close_fd(&crew->words[1]);
	order_free(crew->order);
	free(crew->why);
	free(crew);
	return rc;
}
