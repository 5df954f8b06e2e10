/* tool.c: a program, run within limits */
#include "src/dialog/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/fail.h"

enum { NOT_RUN = 127 };

struct tool_run {
	struct sv_loop *loop;
	const struct tool *tool;
	void (*done)(void *arg, const struct tool_end *end);
	void *arg;
	pid_t pid;
	int pidfd, in, out; /* in is its stdin, out its stdout; -1: closed */
	struct sv_buf input, output;
	bool too_much;
	struct sv_timer timer;
	int64_t begun_ms;
};

static void shut(struct tool_run *run, int *fd)
{
	if (*fd < 0)
		return;
	sv_loop_unwatch(run->loop, *fd);
	close(*fd);
	*fd = -1;
}

/* What it left behind of itself goes, too. Returns how it ended. */
static int reap(struct tool_run *run)
{
	int status = 0;

	kill(-run->pid, SIGKILL);
	while (waitpid(run->pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
	                           : WEXITSTATUS(status);
}

static void release(struct tool_run *run)
{
	shut(run, &run->in);
	shut(run, &run->out);
	shut(run, &run->pidfd);
	sv_loop_disarm(run->loop, &run->timer);
	sv_buf_release(&run->input);
	sv_buf_release(&run->output);
	free(run);
}

void tool_cancel(struct tool_run *run)
{
	reap(run);
	release(run);
}

/* Why what it did is of no use; NULL. *result gets what it wrote. */
static const char *judge(const struct tool_run *run, int code, json_t **result)
{
	if (run->too_much)
		return "it wrote too much";
	if (code == NOT_RUN)
		return "it could not be run";
	if (code > 128)
		return "it was killed";
	if (code)
		return "it failed";
	*result = json_loadb(sv_buf_str(&run->output), run->output.len,
	                     JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
	return *result ? NULL : "what it wrote is no JSON";
}

static int finish(struct tool_run *run, const char *why)
{
	json_t *result = NULL;
	struct tool_end end = { .code = reap(run) };

	end.why = why ? why : judge(run, end.code, &result);
	end.result = result;
	end.ms = (int)(sv_now_ms() - run->begun_ms);
	run->done(run->arg, &end);
	json_decref(result);
	release(run);
	return 0;
}

/* Reads what is there; closes its end when nothing more will come. */
static void read_all(struct tool_run *run)
{
	char bytes[4096];
	ssize_t n = 1;

	while (run->out >= 0 && n > 0 && !run->too_much) {
		n = read(run->out, bytes, sizeof bytes);
		if (n > 0 && sv_buf_add(&run->output, bytes, (size_t)n))
			run->too_much = true;
		if (!n || (n < 0 && errno != EAGAIN && errno != EINTR))
			shut(run, &run->out);
	}
}

static int on_output(void *arg, short revents)
{
	struct tool_run *run = arg;

	(void)revents;
	read_all(run);
	return run->too_much ? finish(run, NULL) : 0;
}

static int on_exit_of(void *arg, short revents)
{
	struct tool_run *run = arg;

	(void)revents;
	read_all(run);
	return finish(run, NULL);
}

/* A tool that does not read its input is none of our business. */
static int on_input(void *arg, short revents)
{
	struct tool_run *run = arg;
	ssize_t n = write(run->in, run->input.data, run->input.len);

	(void)revents;
	if (n > 0)
		sv_buf_drop(&run->input, (size_t)n);
	if (!run->input.len || (n < 0 && errno != EAGAIN && errno != EINTR))
		shut(run, &run->in);
	return 0;
}

static int on_timeout(void *arg)
{
	return finish(arg, "it took too long");
}

static void limit(int what, rlim_t most)
{
	const struct rlimit rlimit = { most, most };

	setrlimit(what, &rlimit);
}

/* what runs in the process that was forked off; never returns */
static void become(const struct tool *tool, const char *call, int in, int out)
{
	sigset_t none;

	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
		_exit(NOT_RUN);
	close_range(STDERR_FILENO + 1, ~0U, 0);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_CPU, (rlim_t)tool->timeout_ms / 1000 + 1);
	if (tool->memory)
		limit(RLIMIT_AS, (rlim_t)tool->memory << 20);
	setenv("SV_CALL_ID", call, 1);
	unsetenv("SV_CALL_FDS"); /* those are not its */
	execvp(tool->run[0], (char *const *)(uintptr_t)tool->run);
	_exit(NOT_RUN);
}

static void watch(struct tool_run *run)
{
	sv_loop_watch(run->loop, run->in, POLLOUT, on_input, run);
	sv_loop_watch(run->loop, run->out, POLLIN, on_output, run);
	sv_loop_watch(run->loop, run->pidfd, POLLIN, on_exit_of, run);
	run->timer.fire = on_timeout;
	run->timer.arg = run;
	sv_loop_arm(run->loop, &run->timer,
	            run->begun_ms + run->tool->timeout_ms);
}

/* The pipes: their other ends are the tool's. */
static int open_pipes(struct tool_run *run, int theirs[2])
{
	int in[2], out[2];

	if (pipe2(in, O_CLOEXEC))
		return sv_fail(EX_OSERR, "pipe:");
	run->in = in[1];
	theirs[0] = in[0];
	if (pipe2(out, O_CLOEXEC)) {
		close(in[0]);
		return sv_fail(EX_OSERR, "pipe:");
	}
	run->out = out[0];
	theirs[1] = out[1];
	return 0;
}

static int launch(struct tool_run *run, const char *call)
{
	int theirs[2] = { -1, -1 };
	int rc = open_pipes(run, theirs);

	if (rc)
		return rc;
	fcntl(run->in, F_SETFL, O_NONBLOCK);
	fcntl(run->out, F_SETFL, O_NONBLOCK);
	run->pid = fork();
	if (!run->pid)
		become(run->tool, call, theirs[0], theirs[1]);
	close(theirs[0]);
	close(theirs[1]);
	if (run->pid < 0)
		return sv_fail(EX_OSERR, "fork:");
	setpgid(run->pid, run->pid);
	run->pidfd = pidfd_open(run->pid, 0);
	if (run->pidfd >= 0)
		return 0;
	reap(run);
	return sv_fail(EX_OSERR, "pidfd_open:");
}

struct tool_run *tool_start(struct sv_loop *loop,
                            const struct tool_order *order)
{
	struct tool_run *run = sv_alloc(sizeof *run);

	*run = (struct tool_run){ .loop = loop,
		                  .tool = order->tool,
		                  .done = order->done,
		                  .arg = order->arg,
		                  .pidfd = -1,
		                  .in = -1,
		                  .out = -1,
		                  .begun_ms = sv_now_ms() };
	sv_buf_init(&run->input, strlen(order->input) + 2);
	sv_buf_puts(&run->input, order->input);
	sv_buf_putc(&run->input, '\n');
	sv_buf_init(&run->output, TOOL_OUTPUT);
	if (launch(run, order->call)) {
		release(run);
		return NULL;
	}
	watch(run);
	return run;
}
