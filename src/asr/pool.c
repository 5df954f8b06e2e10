/* pool.c: the workers */
#include "src/asr/pool.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"

#include "src/asr/worker.h"

enum { LINES_MAX = 256 << 20 };

void pool_init(struct pool *pool, size_t n)
{
	pool->workers = sv_calloc(n, sizeof *pool->workers);
	pool->n = n;
	for (size_t i = 0; i < n; i++) {
		pool->workers[i].pool = pool;
		pool->workers[i].fd = -1;
		frame_buf_init(&pool->workers[i].in);
		sv_buf_init(&pool->workers[i].lines, LINES_MAX);
	}
}

/* In the child. A terminal's interrupt is for the parent to answer, and when
 * the parent dies, however it does, there is nobody left to work for. */
static void serve(struct pool *pool, pid_t parent, int fd)
{
	sigset_t none;

	for (size_t i = 0; i < pool->n; i++) {
		if (pool->workers[i].fd >= 0)
			close(pool->workers[i].fd);
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EX_OK);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	_exit(worker_run(fd, pool->config, pool->loaded));
}

static void reap(struct worker *worker, char *how, size_t len)
{
	int status = 0;

	sv_loop_unwatch(worker->pool->loop, worker->fd);
	close(worker->fd);
	while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (worker->late)
		snprintf(how, len, "stood still and was ended");
	else if (WIFSIGNALED(status))
		snprintf(how, len, "died of signal %d (%s)", WTERMSIG(status),
		         strsignal(WTERMSIG(status)));
	else
		snprintf(how, len, "ended with %d", WEXITSTATUS(status));
	worker->fd = -1;
	worker->pid = 0;
	worker->lost = worker->busy;
	worker->busy = false;
	sv_buf_release(&worker->in);
	sv_buf_release(&worker->lines);
}

static int ready(void *arg, short revents)
{
	struct worker *worker = arg;
	struct pool *pool = worker->pool;
	struct frame frame;
	char how[80];
	int rc = 0;

	(void)revents;
	worker->heard_ms = sv_now_ms();
	if (!frame_fill(worker->fd, &worker->in)) {
		reap(worker, how, sizeof how);
		return pool->owner.died(pool->owner.arg, worker, how);
	}
	while (!rc && frame_look(&worker->in, &frame) > 0) {
		rc = pool->owner.frame(pool->owner.arg, worker, &frame);
		frame_drop(&worker->in, &frame);
	}
	return rc;
}

static int start(struct worker *worker)
{
	struct pool *pool = worker->pool;
	pid_t parent = getpid();
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return sv_fail(EX_TEMPFAIL, "a socket for a worker:");
	fflush(stdout);
	worker->pid = fork();
	if (worker->pid < 0) {
		worker->pid = 0;
		close(ends[0]);
		close(ends[1]);
		return sv_fail(EX_TEMPFAIL, "start a worker:");
	}
	if (!worker->pid) {
		close(ends[0]);
		serve(pool, parent, ends[1]);
	}
	close(ends[1]);
	worker->fd = ends[0];
	sv_loop_watch(pool->loop, worker->fd, POLLIN, ready, worker);
	return 0;
}

int pool_give(struct worker *worker, size_t job, const char *path)
{
	int rc = worker->pid ? 0 : start(worker);

	if (rc)
		return rc;
	worker->busy = true;
	worker->late = worker->overfull = false;
	worker->job = job;
	worker->permille = 0;
	worker->heard_ms = sv_now_ms();
	rc = frame_send(worker->fd, FRAME_FILE, path, strlen(path));
	/* if it has left, its end of the socket will say so */
	return rc == SV_GONE ? 0 : rc;
}

void pool_check(struct pool *pool, int timeout_ms)
{
	int64_t now_ms = sv_now_ms();

	for (size_t i = 0; i < pool->n; i++) {
		struct worker *worker = &pool->workers[i];

		if (!worker->busy || worker->late ||
		    now_ms < worker->heard_ms + timeout_ms)
			continue;
		worker->late = true;
		kill(worker->pid, SIGKILL);
	}
}

void pool_release(struct pool *pool)
{
	char how[80];

	for (size_t i = 0; i < pool->n; i++) {
		struct worker *worker = &pool->workers[i];

		if (worker->pid) {
			kill(worker->pid, SIGKILL);
			reap(worker, how, sizeof how);
		}
	}
	free(pool->workers);
	pool->workers = NULL;
	pool->n = 0;
}
