/* ends.c: a live call's pipeline from the other side */
#include "src/replay/ends.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/fail.h"
#include "lib/io.h"
#include "lib/start.h"

/* a model may be loaded first */
enum { STILL_MS = 60000, ABOVE = 10, SOUND = 65536 };

static bool theirs_to_read(int fd)
{
	return fd == 0 || fd == 4 || fd == 5;
}

static void close_all(int fds[ENDS])
{
	int fd;

	for (fd = 0; fd < ENDS; fd++) {
		if (fds[fd] >= 0)
			close(fds[fd]);
		fds[fd] = -1;
	}
}

/* a pipe for each but diagnostics, above the numbers they will have */
static int make_pipes(struct ends *ends, int theirs[ENDS])
{
	int fd, made[2];

	for (fd = 0; fd < ENDS; fd++) {
		bool reads = theirs_to_read(fd);

		if (fd == STDERR_FILENO)
			continue;
		if (pipe2(made, O_CLOEXEC))
			return sv_fail(EX_TEMPFAIL, "a pipe:");
		theirs[fd] = fcntl(made[!reads], F_DUPFD_CLOEXEC, ABOVE);
		ends->fds[fd] = fcntl(made[reads], F_DUPFD_CLOEXEC, ABOVE);
		close(made[0]);
		close(made[1]);
		if (theirs[fd] < 0 || ends->fds[fd] < 0)
			return sv_fail(EX_TEMPFAIL, "a pipe:");
	}
	fcntl(ends->fds[1], F_SETFL, O_NONBLOCK);
	return 0;
}

static void run(const int theirs[ENDS], char *const argv[],
                char *const environment[])
{
	sigset_t none;
	int fd;

	setpgid(0, 0);
	for (fd = 0; fd < ENDS; fd++)
		if (theirs[fd] >= 0)
			dup2(theirs[fd], fd);
	for (; *environment; environment++)
		putenv(*environment);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	execvp(argv[0], argv);
	_exit(errno == ENOENT ? 127 : 126);
}

int ends_open(struct ends *ends, char *const argv[], char *const environment[])
{
	int theirs[ENDS] = { -1, -1, -1, -1, -1, -1 };
	int rc;

	*ends = (struct ends){ .name = argv[0],
		               .fds = { -1, -1, -1, -1, -1, -1 } };
	rc = make_pipes(ends, theirs);
	if (!rc) {
		ends->pid = fork();
		if (!ends->pid)
			run(theirs, argv, environment);
		if (ends->pid < 0)
			rc = sv_fail(EX_TEMPFAIL, "fork:");
	}
	close_all(theirs);
	if (rc) {
		close_all(ends->fds);
		return rc;
	}
	ends->events = sv_events_new(ends->fds[3], "the pipeline");
	return 0;
}

int ends_write(struct ends *ends, int fd, const void *data, size_t len)
{
	int rc = ends->fds[fd] < 0
	                 ? 0
	                 : sv_write(ends->fds[fd], data, len, "the pipeline");

	return rc == SV_GONE ? 0 : rc;
}

void ends_shut(struct ends *ends, int fd)
{
	if (ends->fds[fd] >= 0)
		close(ends->fds[fd]);
	ends->fds[fd] = -1;
}

static void drop_sound(struct ends *ends)
{
	char sound[SOUND];
	ssize_t n = read(ends->fds[1], sound, sizeof sound);

	if (!n || (n < 0 && errno != EAGAIN && errno != EINTR))
		ends_shut(ends, 1);
}

static int take_events(struct ends *ends,
                       int (*take)(void *arg, const struct sv_event *event),
                       void *arg)
{
	struct sv_event event;
	int more = sv_events_fill(ends->events);
	int rc = 0, got = 0;

	if (more < 0)
		return sv_events_code(ends->events);
	while (!rc && (got = sv_events_pop(ends->events, &event)) > 0)
		rc = take(arg, &event);
	if (!rc && got < 0)
		rc = sv_events_code(ends->events);
	if (!more)
		ends_shut(ends, 3);
	return rc;
}

int ends_wait(struct ends *ends,
              int (*take)(void *arg, const struct sv_event *event), void *arg,
              bool *more)
{
	struct pollfd fds[2] = { { .fd = ends->fds[1], .events = POLLIN },
		                 { .fd = ends->fds[3], .events = POLLIN } };
	int ready, rc = 0;

	*more = ends->fds[1] >= 0 || ends->fds[3] >= 0;
	if (!*more)
		return 0;
	ready = poll(fds, 2, STILL_MS);
	if (sv_stopping())
		return SV_GONE;
	if (!ready)
		return sv_fail(EX_TEMPFAIL,
		               "%s has not gone on for %d s: does each of its "
		               "programs know --clock call?",
		               ends->name, STILL_MS / 1000);
	if (fds[0].revents)
		drop_sound(ends);
	if (fds[1].revents)
		rc = take_events(ends, take, arg);
	return rc;
}

int ends_close(struct ends *ends, bool kill_it)
{
	int status = 0;
	int rc = 0;

	close_all(ends->fds);
	sv_events_free(ends->events);
	ends->events = NULL;
	if (ends->pid <= 0)
		return 0;
	if (kill_it)
		kill(-ends->pid, SIGKILL);
	if (waitpid(ends->pid, &status, 0) > 0 && !kill_it &&
	    (WIFSIGNALED(status) ||
	     (WEXITSTATUS(status) && WEXITSTATUS(status) != EX_DATAERR)))
		rc = WIFSIGNALED(status)
		             ? sv_fail(EX_UNAVAILABLE,
		                       "%s was ended by signal %d", ends->name,
		                       WTERMSIG(status))
		             : sv_fail(EX_UNAVAILABLE,
		                       "%s failed with exit code %d",
		                       ends->name, WEXITSTATUS(status));
	kill(-ends->pid, SIGKILL); /* what it left behind */
	ends->pid = 0;
	return rc;
}
