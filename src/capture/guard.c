/* guard: a process for who waits for the end of one */
#include "src/capture/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/fail.h"

static volatile pid_t guarded;

static void hand_on(int number)
{
	kill(guarded, number);
}

/* Its whole group, unless that is our own, which is that of who started us. */
static void kill_group(pid_t pid)
{
	pid_t group = getpgid(pid);

	if (group > 1 && group != getpgrp())
		kill(-group, SIGKILL);
	else
		kill(pid, SIGKILL);
}

/* Whatever the child had started has become ours. */
static void kill_orphans(void)
{
	char path[64], *line = NULL, *at, *next;
	size_t size = 0;
	FILE *file;

	snprintf(path, sizeof path, "/proc/self/task/%d/children",
	         (int)getpid());
	file = fopen(path, "re");
	if (file && getline(&line, &size, file) > 0) {
		for (at = line; *at && *at != '\n'; at = next) {
			pid_t pid = (pid_t)strtol(at, &next, 10);

			if (next == at || pid <= 1)
				break;
			kill_group(pid);
			next += *next == ' ';
		}
	}
	free(line);
	if (file)
		fclose(file);
}

/* what to exit with: as the child says, or as it ended */
static int wait_for(int leash)
{
	int status = 0;
	char word;
	ssize_t n;

	do
		n = read(leash, &word, 1);
	while (n < 0 && errno == EINTR);
	if (n == 1)
		return 0;
	while (waitpid(guarded, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	kill_orphans();
	return EX_SOFTWARE;
}

static void stand(int leash, const int *fds, int n)
{
	struct sigaction action = { .sa_handler = hand_on };

	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	action.sa_handler = SIG_IGN; /* a terminal's goes to both of us */
	sigaction(SIGINT, &action, NULL);
	for (int i = 0; i < n; i++)
		close(fds[i]);
	_exit(wait_for(leash));
}

int guard_start(int *leash, const int *fds, int n)
{
	sigset_t all, before;
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return sv_fail(EX_OSERR, "make a pipe:");
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	sigfillset(&all); /* none is lost before somebody can hand it on */
	sigprocmask(SIG_BLOCK, &all, &before);
	pid = fork();
	if (pid < 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		return sv_fail(EX_OSERR, "fork:");
	}
	if (pid > 0) {
		guarded = pid;
		close(ends[1]);
		sigprocmask(SIG_SETMASK, &before, NULL);
		stand(ends[0], fds, n);
	}
	close(ends[0]);
	prctl(PR_SET_PDEATHSIG, SIGHUP);
	sigprocmask(SIG_SETMASK, &before, NULL);
	*leash = ends[1];
	return 0;
}

void guard_release(int *leash)
{
	if (*leash < 0)
		return;
	prctl(PR_SET_PDEATHSIG, 0);
	while (write(*leash, "", 1) < 0 && errno == EINTR)
		;
	close(*leash);
	*leash = -1;
}
