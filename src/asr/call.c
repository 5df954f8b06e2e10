/* call.c: one call of the server, in a process of its own */
#include "src/asr/call.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/start.h"

#include "src/asr/message.h"
#include "src/asr/stream.h"

enum {
	ASIDE = 16,    /* the least descriptor that is in nobody's way */
	GO_MS = 10000, /* for the other side to say GO */
};

/* the socket, for the handler */
static volatile sig_atomic_t line = -1;

/* The other side has said something, or left. It is looked after from a signal
 * since the process may be waiting anywhere: for the decoder, or for a reader
 * that does not read. */
static void on_message(int number)
{
	int kept = errno;
	char letter = 0;
	ssize_t n;

	(void)number;
	/* all of it: one signal may stand for several messages */
	while ((n = recv(line, &letter, 1, MSG_DONTWAIT)) > 0) {
		if (letter == MESSAGE_STOP)
			raise(SIGTERM);
	}
	if (!n || (errno != EAGAIN && errno != EINTR))
		_exit(0);
	errno = kept;
}

static void watch(int socket)
{
	struct sigaction action = { .sa_handler = on_message,
		                    .sa_flags = SA_RESTART };

	line = socket;
	sigaction(SIGIO, &action, NULL);
	fcntl(socket, F_SETOWN, getpid());
	fcntl(socket, F_SETFL, O_ASYNC | O_NONBLOCK);
	raise(SIGIO); /* for what came before */
}

/* The caller's descriptors become this process's own. All are put aside first:
 * one of them may have the number that another is to get. */
static void take_descriptors(const int fds[GO_FDS], int n)
{
	static const int places[GO_FDS] = { STDIN_FILENO, STDOUT_FILENO,
		                            STDERR_FILENO, SV_FD_ASR };
	int aside[GO_FDS];

	for (int i = 0; i < n; i++) {
		aside[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, ASIDE);
		close(fds[i]);
	}
	close(SV_FD_ASR);
	for (int i = 0; i < n; i++) {
		dup2(aside[i], places[i]);
		close(aside[i]);
	}
}

static void take_variables(const json_t *variables)
{
	static const char *const names[] = { "SV_CALL_FDS", "SV_CALLER",
		                             "SV_CALLEE", "SV_DIRECTION" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value =
			json_string_value(json_object_get(variables, names[i]));

		if (value)
			setenv(names[i], value, 1);
		else
			unsetenv(names[i]);
	}
}

/* address space of this process, in bytes */
static rlim_t address_space(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	char text[64] = "";

	if (file) {
		if (!fgets(text, sizeof text, file))
			text[0] = '\0';
		fclose(file);
	}
	return (rlim_t)strtoull(text, NULL, 10) * (rlim_t)getpagesize();
}

/* The caller's limit is for what a call takes beyond the models. */
static void take_limit(int64_t memory)
{
	struct rlimit limit;

	if (!memory || getrlimit(RLIMIT_AS, &limit))
		return;
	limit.rlim_cur = address_space() + (rlim_t)memory;
	if (limit.rlim_cur < limit.rlim_max)
		setrlimit(RLIMIT_AS, &limit);
}

static void take_signals(void)
{
	sigset_t none;

	signal(SIGINT, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* whether the other side still wants us when we are ready */
static bool agreed(int socket)
{
	struct pollfd item = { .fd = socket, .events = POLLIN };
	int fds[GO_FDS];
	int n = 0;

	if (message_send(socket, MESSAGE_READY, "") ||
	    poll(&item, 1, GO_MS) != 1 || !go_take(socket, fds, &n))
		return false;
	take_descriptors(fds, n);
	return true;
}

static void report(int socket, int rc)
{
	int code = rc > 0 ? rc : sv_end(rc);
	char *text = sv_format("%d %s", code, rc > 0 ? sv_why() : "");

	message_send(socket, MESSAGE_END, text);
	free(text);
}

void call_run(int socket, struct request *request, struct asr_loaded *loaded)
{
	int aside = fcntl(socket, F_DUPFD_CLOEXEC, ASIDE);
	int rc;

	close(socket);
	take_variables(request->variables);
	take_signals();
	take_limit(request->memory);
	sv_log_open("sv-asr", request->level, request->log_json);
	sv_log_call(request->call);
	if (!agreed(aside))
		_exit(0);
	watch(aside);
	rc = stream_serve(&request->config, loaded, request->call);
	report(aside, rc);
	_exit(0);
}
