/* crew_start.c: the two processes, started */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/log.h"

#include "src/crm/crew_inside.h"
#include "src/crm/hurry.h"

enum {
	AGAIN_MOST_MS = 60000, /* between starts of one that dies */
	NICE = 5,
};

void crew_close(int *fd)
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
	/* who passes events on comes first, as do the calls themselves */
	errno = 0; /* -1 may be what it is now */
	if (nice(NICE) < 0 && errno)
		sv_debug("nice: %s", strerror(errno));
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

void crew_start_later(struct crew *crew, struct worker *worker)
{
	int64_t ms = entry_delay_ms(worker->deaths, AGAIN_MOST_MS);

	sv_loop_arm(crew->loop, &worker->again, sv_now_ms() + ms);
}

void crew_start_keeper(struct crew *crew)
{
	int to;

	crew->heard_ms = sv_now_ms();
	if (start(crew, &crew->keeper, &to))
		handover_to(&crew->events, to);
	else
		crew_start_later(crew, &crew->keeper);
}

void crew_start_sender(struct crew *crew)
{
	if (crew->options.options->dry_run || crew->sender.pid ||
	    crew->sender.again.armed)
		return;
	if (!start(crew, &crew->sender, &crew->sender.in))
		crew_start_later(crew, &crew->sender);
}

int crew_keeper_again(void *arg)
{
	crew_start_keeper(arg);
	return 0;
}

int crew_sender_again(void *arg)
{
	struct crew *crew = arg;

	crew_start_sender(crew);
	crew_step(crew);
	return 0;
}

/* Whether one that would be started later is to be started now. */
bool crew_start_now(struct crew *crew, struct worker *worker)
{
	bool later = worker->again.armed;

	sv_loop_disarm(crew->loop, &worker->again);
	return later;
}
