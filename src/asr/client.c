/* client.c: a call's sv-asr, where a server does its work */
#include "src/asr/client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/start.h"

#include "src/asr/listen.h"
#include "src/asr/message.h"
#include "src/asr/request.h"

/* for the server to have a process ready */
enum { READY_S = 3 };

/* Every copy of a pipe's end counts: what the server's process has done with
 * must be done with. stderr stays. */
static void let_go(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int control = sv_call_fd(SV_FD_ASR);

	if (null < 0)
		return;
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	if (control >= 0)
		close(control);
	close(null);
}

/* the end of the call: its exit code and sentence, as the process said them */
static int ended(const char *text)
{
	char *why;
	int code = (int)strtol(text, &why, 10);

	why += *why == ' ';
	if (code == EX_DATAERR && !*why) {
		sv_bad_input();
		return 0;
	}
	return code ? sv_fail(code, "%s", why) : 0;
}

/* Until the call is over. A signal to stop is handed on; a second one ends
 * this process, and with it the call. */
static int wait_for_end(int socket)
{
	struct pollfd item = { .fd = socket, .events = POLLIN };
	char text[MESSAGE_MAX];
	bool told = false;
	sigset_t blocked, open;
	char letter = MESSAGE_NONE;
	int n = 0;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGINT);
	sigprocmask(SIG_BLOCK, &blocked, &open);
	while (n <= 0) {
		if (sv_stopping() && !told)
			told = !message_send(socket, MESSAGE_STOP, "");
		n = ppoll(&item, 1, NULL, &open);
		if (n < 0 && errno != EINTR)
			break;
	}
	if (n > 0)
		letter = message_take(socket, text);
	sigprocmask(SIG_SETMASK, &open, NULL);
	if (letter != MESSAGE_END)
		return sv_fail(EX_UNAVAILABLE,
		               "the server's process for this call has died");
	return ended(text);
}

/* nobody there, or nobody to be trusted with what is said on the telephone */
static int reach(const char *path, int *fd)
{
	struct timeval patience = { .tv_sec = READY_S };
	int rc = listen_connect(path, fd);

	if (rc)
		return rc;
	setsockopt(*fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(*fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	if (listen_trusts(*fd))
		return 0;
	close(*fd);
	return sv_fail(EX_NOPERM, "%s is another user's server", path);
}

static int ask(int socket, const struct asr_config *config, const char *call,
               bool *served)
{
	char text[MESSAGE_MAX] = "";
	int rc = request_send(socket, config, call);
	char letter = rc ? MESSAGE_NONE : message_take(socket, text);

	*served = letter == MESSAGE_READY && !go_send(socket);
	if (*served) {
		let_go();
		return wait_for_end(socket);
	}
	if (letter == MESSAGE_FULL)
		return sv_fail(EX_TEMPFAIL,
		               "the server takes no further call: %s", text);
	if (letter == MESSAGE_REFUSED)
		sv_info("the server does not take this call: %s", text);
	else
		sv_warn("the server does not answer; going on without");
	return 0;
}

int client_run(const struct asr_config *config, const char *call, bool *served)
{
	bool named = config->socket && *config->socket;
	char *path;
	int fd = -1;
	int rc;

	*served = false;
	if (config->by_call || getenv("SV_CALL_TIME"))
		return 0; /* a past call: time is not the server's */
	if (named && !strcmp(config->socket, "none"))
		return 0;
	path = named ? sv_strdup(config->socket) : listen_usual();
	rc = reach(path, &fd);
	if (!rc) {
		rc = ask(fd, config, call, served);
		close(fd);
	} else if (named || errno != ENOENT) {
		sv_warn("%s; going on without the server", sv_why());
		rc = 0;
	} else {
		rc = 0;
	}
	free(path);
	return rc;
}
