/* child.c: a program that answers events */
#include "src/replay/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/start.h"

/* a model may be loaded first */
enum { STILL_MS = 60000 };

struct child {
	const char *name;
	pid_t pid;
	int in, out; /* its stdin and stdout, our ends */
	struct sv_events *events;
};

/* A replay must not be taken for a call: it reads no descriptor of one,
 * resumes none, and its calls are not of this moment. */
void child_environment(bool by_call)
{
	unsetenv("SV_CALL_FDS");
	unsetenv("SV_CALL_ID");
	unsetenv("SV_CALL_TIME");
	unsetenv("SV_CALLER");
	unsetenv("SV_CALLEE");
	unsetenv("SV_DIRECTION");
	setenv("SV_DIALOG_STATE", "", 1);
	setenv("SV_CLOCK", by_call ? "call" : "wall", 1);
}

static void run_child(char *const argv[], bool by_call, int in, int out)
{
	sigset_t none;

	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	child_environment(by_call);
	execvp(argv[0], argv);
	_exit(errno == ENOENT ? 127 : 126);
}

int child_start(struct child **made, char *const argv[], bool by_call)
{
	struct child *child = sv_alloc(sizeof *child);
	int in[2] = { -1, -1 };
	int out[2] = { -1, -1 };

	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC)) {
		free(child);
		return sv_fail(EX_TEMPFAIL, "a pipe:");
	}
	child->name = argv[0];
	child->pid = fork();
	if (!child->pid)
		run_child(argv, by_call, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	child->in = in[1];
	child->out = out[0];
	fcntl(child->in, F_SETFL, O_NONBLOCK);
	child->events = sv_events_new(child->out, child->name);
	*made = child;
	return child->pid < 0 ? sv_fail(EX_TEMPFAIL, "fork:") : 0;
}

/* why it is no more */
static int ended(struct child *child)
{
	int status = 0;

	if (child->pid > 0 && waitpid(child->pid, &status, 0) < 0)
		status = 0;
	child->pid = 0;
	if (WIFSIGNALED(status))
		return sv_fail(EX_UNAVAILABLE, "%s was ended by signal %d",
		               child->name, WTERMSIG(status));
	if (WEXITSTATUS(status) == 127)
		return sv_fail(EX_UNAVAILABLE, "%s: no such program",
		               child->name);
	return sv_fail(EX_UNAVAILABLE, "%s ended in mid-call with exit code %d",
	               child->name, WEXITSTATUS(status));
}

static int send_some(struct child *child, struct sv_buf *out)
{
	ssize_t n = write(child->in, out->data, out->len);

	if (n > 0)
		sv_buf_drop(out, (size_t)n);
	if (n >= 0 || errno == EAGAIN || errno == EINTR)
		return 0;
	if (errno == EPIPE)
		return ended(child);
	return sv_fail(EX_IOERR, "write to %s:", child->name);
}

static int take_some(struct child *child, size_t *clocks,
                     int (*take)(void *arg, const struct sv_event *event),
                     void *arg)
{
	struct sv_event event;
	int more = sv_events_fill(child->events);
	int rc = 0, got;

	if (more < 0)
		return sv_events_code(child->events);
	while (!rc && (got = sv_events_pop(child->events, &event))) {
		if (got < 0)
			return sv_events_code(child->events);
		*clocks -= *clocks && !strcmp(event.type, "clock");
		rc = take(arg, &event);
	}
	if (!rc && !more && *clocks)
		rc = ended(child);
	return rc;
}

/* Waits until there is something to read, or room for what is to be sent. 0
 * or a code. */
static int await(struct child *child, bool sending, struct pollfd fds[2])
{
	int ready;

	fds[0] = (struct pollfd){ .fd = child->out, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = sending ? child->in : -1,
		                  .events = POLLOUT };
	ready = poll(fds, 2, STILL_MS);
	if (sv_stopping())
		return SV_GONE;
	if (ready > 0 || (ready < 0 && errno == EINTR))
		return 0;
	return sv_fail(EX_TEMPFAIL,
	               "%s has not answered for %d s: does each of its "
	               "programs know --clock call?",
	               child->name, STILL_MS / 1000);
}

int child_talk(struct child *child, struct sv_buf *out, size_t clocks,
               int (*take)(void *arg, const struct sv_event *event), void *arg)
{
	struct pollfd fds[2];
	int rc = 0;

	while (!rc && (clocks || out->len)) {
		rc = await(child, out->len > 0, fds);
		if (!rc && fds[0].revents)
			rc = take_some(child, &clocks, take, arg);
		if (!rc && fds[1].revents)
			rc = send_some(child, out);
	}
	return rc;
}

int child_stop(struct child *child)
{
	int status = 0;
	int rc = 0;
	char rest[4096];

	if (!child)
		return 0;
	close(child->in);
	while (child->pid > 0 && read(child->out, rest, sizeof rest) > 0)
		;
	close(child->out);
	if (child->pid > 0 && waitpid(child->pid, &status, 0) > 0 &&
	    WIFEXITED(status) && WEXITSTATUS(status))
		rc = sv_fail(EX_UNAVAILABLE, "%s failed with exit code %d",
		             child->name, WEXITSTATUS(status));
	sv_events_free(child->events);
	free(child);
	return rc;
}
