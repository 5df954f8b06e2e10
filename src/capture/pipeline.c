/* pipeline.c: COMMAND's processes and descriptors */
#include "src/capture/pipeline.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/fail.h"

/* our descriptors stand above the six that COMMAND gets, so that putting one
 * of those in its place closes none of the others */
enum { ABOVE = 10 };

struct ends {
	int theirs[PIPELINE_FDS];
	int said[2]; /* how exec failed */
};

static bool theirs_to_read(int fd)
{
	return fd == 0 || fd == 4 || fd == 5;
}

/* pipe(2) with both ends above ABOVE */
static int make_pipe(int ends[2])
{
	int low[2];

	if (pipe2(low, O_CLOEXEC))
		return sv_fail(EX_OSERR, "pipe:");
	for (int i = 0; i < 2; i++)
		ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, ABOVE);
	close(low[0]);
	close(low[1]);
	if (ends[0] >= 0 && ends[1] >= 0)
		return 0;
	return sv_fail(EX_OSERR, "pipe:");
}

static int make_end(struct pipeline *pipeline, struct ends *ends, int fd)
{
	int made[2] = { -1, -1 };
	int rc = make_pipe(made);
	bool reads = theirs_to_read(fd);

	ends->theirs[fd] = made[reads ? 0 : 1];
	pipeline->fds[fd] = made[reads ? 1 : 0];
	if (!rc)
		fcntl(pipeline->fds[fd], F_SETFL, O_NONBLOCK);
	return rc;
}

static int make_ends(struct pipeline *pipeline, struct ends *ends,
                     const struct pipeline_order *order)
{
	int rc = make_pipe(ends->said);

	for (int fd = 0; !rc && fd < PIPELINE_FDS; fd++) {
		if ((order->silent && fd < 2) ||
		    (!order->diagnostics && fd == 2))
			continue;
		rc = make_end(pipeline, ends, fd);
	}
	return rc;
}

static void shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void shut_ends(struct ends *ends)
{
	for (int fd = 0; fd < PIPELINE_FDS; fd++)
		shut(&ends->theirs[fd]);
	shut(&ends->said[1]);
}

/* --- in the child --- */

static void limit_memory(int mb)
{
	struct rlimit limit = { (rlim_t)mb << 20, (rlim_t)mb << 20 };

	if (mb > 0)
		setrlimit(RLIMIT_AS, &limit);
}

/* what we have changed for ourselves, and who started us for us: exec would
 * hand it on */
static void reset_signals(void)
{
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool place_ends(const struct ends *ends, bool silent)
{
	int nothing;

	for (int fd = 0; fd < PIPELINE_FDS; fd++)
		if (ends->theirs[fd] >= 0 && dup2(ends->theirs[fd], fd) < 0)
			return false;
	if (!silent)
		return true;
	nothing = open("/dev/null", O_RDONLY);
	if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(2, 1) < 0)
		return false;
	return true;
}

/* All but 0 to 5 and `said` are closed by exec: they are O_CLOEXEC, each of
 * ours; and what we were started with is made so. */
static void run(const struct ends *ends, const struct pipeline_order *order)
{
	char *const *variable = order->environment;
	int error;

	setpgid(0, 0);
	if (place_ends(ends, order->silent)) {
		close_range(PIPELINE_FDS, ~0U, CLOSE_RANGE_CLOEXEC);
		for (; *variable; variable++)
			putenv(*variable);
		limit_memory(order->max_memory_mb);
		reset_signals();
		execvp(order->command[0], order->command);
	}
	error = errno;
	/* the pipe is empty: it goes in whole, or our parent has gone */
	_exit(write(ends->said[1], &error, sizeof error) > 0 ? 126 : 127);
}

/* --- in the parent --- */

/* Waits for exec, which closes `said`: some hundred microseconds, and then we
 * know. */
static int started(struct pipeline *pipeline, struct ends *ends,
                   const char *name)
{
	int error = 0;
	ssize_t n;

	do
		n = read(ends->said[0], &error, sizeof error);
	while (n < 0 && errno == EINTR);
	if (n > 0) {
		waitpid(pipeline->pid, NULL, 0);
		pipeline->pid = 0;
		errno = error;
		return sv_fail(EX_UNAVAILABLE, "run %s:", name);
	}
	pipeline->watch = pidfd_open(pipeline->pid, 0);
	if (pipeline->watch < 0)
		return sv_fail(EX_OSERR, "watch %s:", name);
	return 0;
}

int pipeline_open(struct pipeline *pipeline, const struct pipeline_order *order)
{
	struct ends ends = { .theirs = { -1, -1, -1, -1, -1, -1 },
		             .said = { -1, -1 } };
	int rc;

	*pipeline = (struct pipeline){ .watch = -1,
		                       .fds = { -1, -1, -1, -1, -1, -1 } };
	rc = make_ends(pipeline, &ends, order);
	if (!rc) {
		pipeline->pid = fork();
		if (!pipeline->pid)
			run(&ends, order);
		if (pipeline->pid < 0) {
			pipeline->pid = 0;
			rc = sv_fail(EX_OSERR, "fork:");
		}
	}
	shut_ends(&ends);
	if (!rc) {
		setpgid(pipeline->pid, pipeline->pid); /* both do: no race */
		rc = started(pipeline, &ends, order->command[0]);
	}
	shut(&ends.said[0]);
	if (rc)
		pipeline_close(pipeline);
	return rc;
}

void pipeline_shut(struct pipeline *pipeline, int fd)
{
	shut(&pipeline->fds[fd]);
}

/* It is not reaped before the end: until then nobody else can get its number,
 * which is the group's. */
bool pipeline_ended(struct pipeline *pipeline)
{
	siginfo_t info = { 0 };

	if (!pipeline->pid || pipeline->ended)
		return true;
	if (waitid(P_PID, (id_t)pipeline->pid, &info,
	           WEXITED | WNOHANG | WNOWAIT) ||
	    !info.si_pid)
		return false;
	pipeline->ended = true;
	pipeline->status = info.si_code == CLD_EXITED
	                           ? W_EXITCODE(info.si_status, 0)
	                           : W_EXITCODE(0, info.si_status);
	return true;
}

void pipeline_end_text(const struct pipeline *pipeline, char text[64])
{
	if (!pipeline->ended)
		snprintf(text, 64, "is silent for good");
	else if (WIFSIGNALED(pipeline->status))
		snprintf(text, 64, "was killed by signal %d",
		         WTERMSIG(pipeline->status));
	else
		snprintf(text, 64, "ended with %d",
		         WEXITSTATUS(pipeline->status));
}

void pipeline_kill(const struct pipeline *pipeline, int signal)
{
	if (pipeline->pid)
		kill(-pipeline->pid, signal);
}

void pipeline_close(struct pipeline *pipeline)
{
	for (int fd = 0; fd < PIPELINE_FDS; fd++)
		shut(&pipeline->fds[fd]);
	if (pipeline->pid) {
		pipeline_kill(pipeline, SIGKILL);
		waitpid(pipeline->pid, NULL, 0);
	}
	pipeline->pid = 0;
	shut(&pipeline->watch);
}
