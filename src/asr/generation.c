/* generation.c: the process that has the models, and forks for each call */
#include "src/asr/generation.h"

#include <errno.h>
#include <fcntl.h>
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
#include "lib/log.h"
#include "lib/loop.h"

#include "src/asr/call.h"
#include "src/asr/engine.h"
#include "src/asr/listen.h"
#include "src/asr/message.h"
#include "src/asr/models.h"
#include "src/asr/request.h"
#include "src/asr/serve.h"

enum {
	GUESTS_MAX = 256,
	REQUEST_MS = 1000, /* for a request to come after the connection */
	FULL_MS = 10,      /* to wait when there is no descriptor left */
};

/* who has connected and not asked yet */
struct guest {
	struct generation *generation;
	int fd;
	struct sv_timer deadline;
	struct guest *next;
};

struct generation {
	const struct asr_config *config;
	int listener, supervisor;
	struct served *served;
	struct sv_loop *loop;
	struct models models;
	struct guest *guests; /* the last first */
	int n_guests;
	bool leaving;
};

/* --- guests --- */

static void dismiss(struct guest *guest)
{
	struct generation *generation = guest->generation;
	struct guest **at = &generation->guests;

	while (*at != guest)
		at = &(*at)->next;
	*at = guest->next;
	generation->n_guests--;
	sv_loop_unwatch(generation->loop, guest->fd);
	sv_loop_disarm(generation->loop, &guest->deadline);
	close(guest->fd);
	free(guest);
	if (generation->leaving && !generation->n_guests)
		sv_loop_stop(generation->loop);
}

static int too_late(void *arg)
{
	dismiss(arg);
	return 0;
}

/* In the new process: of the server's descriptors only this guest's stays. */
static void become_call(struct guest *guest, struct asr_loaded *loaded,
                        struct request *request)
{
	struct generation *generation = guest->generation;

	close(generation->listener);
	close(generation->supervisor);
	for (struct guest *other = generation->guests; other;
	     other = other->next) {
		if (other != guest)
			close(other->fd);
	}
	call_run(guest->fd, request, loaded);
}

static void start_call(struct guest *guest, struct asr_loaded *loaded,
                       struct request *request)
{
	struct served *served = guest->generation->served;
	int max = guest->generation->config->max_calls;
	char why[80];
	pid_t pid;

	if (__atomic_add_fetch(&served->calls, 1, __ATOMIC_SEQ_CST) > max &&
	    max) {
		__atomic_sub_fetch(&served->calls, 1, __ATOMIC_SEQ_CST);
		snprintf(why, sizeof why, "it has %d calls already", max);
		message_send(guest->fd, MESSAGE_FULL, why);
		return;
	}
	pid = fork();
	if (!pid)
		become_call(guest, loaded, request);
	if (pid < 0) {
		sv_fail(EX_OSERR, "start a process for a call:");
		__atomic_sub_fetch(&served->calls, 1, __ATOMIC_SEQ_CST);
		sv_log(SV_ERROR, "%s", sv_why());
		message_send(guest->fd, MESSAGE_FULL, sv_why());
		return;
	}
	sv_info("call %s is process %d", request->call, (int)pid);
}

/* A request, if it is one. */
static int asked(void *arg, short revents)
{
	struct guest *guest = arg;
	struct asr_loaded chain;
	struct request request;

	(void)revents;
	if (request_take(guest->fd, &request)) {
		sv_info("%s", sv_why());
		message_send(guest->fd, MESSAGE_REFUSED, sv_why());
		dismiss(guest);
		return 0;
	}
	if (models_find(&guest->generation->models, &request, &chain))
		start_call(guest, &chain, &request);
	else
		message_send(guest->fd, MESSAGE_REFUSED,
		             "it does not serve this engine, model or "
		             "language");
	request_release(&request);
	dismiss(guest);
	return 0;
}

static void welcome(struct generation *generation, int fd)
{
	struct guest *guest = sv_alloc(sizeof *guest);

	guest->generation = generation;
	guest->fd = fd;
	guest->deadline = (struct sv_timer){ .fire = too_late, .arg = guest };
	guest->next = generation->guests;
	generation->guests = guest;
	generation->n_guests++;
	sv_loop_watch(generation->loop, fd, POLLIN, asked, guest);
	sv_loop_arm(generation->loop, &guest->deadline,
	            sv_now_ms() + REQUEST_MS);
}

/* who has said nothing for the longest makes room */
static void make_room(struct generation *generation)
{
	struct guest *oldest = generation->guests;

	while (oldest->next)
		oldest = oldest->next;
	dismiss(oldest);
}

static int connected(void *arg, short revents)
{
	struct generation *generation = arg;
	int fd = accept4(generation->listener, NULL, NULL,
	                 SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)revents;
	if (fd < 0) {
		if (errno != EMFILE && errno != ENFILE)
			return 0; /* it has left, or another one took it */
		if (generation->guests)
			make_room(generation);
		else
			poll(NULL, 0, FULL_MS);
		return 0;
	}
	if (!listen_trusts(fd)) {
		sv_warn("a connection of another user is refused");
		close(fd);
		return 0;
	}
	if (generation->n_guests == GUESTS_MAX)
		make_room(generation);
	welcome(generation, fd);
	return 0;
}

/* --- its life --- */

/* The supervisor has said the only thing it says, or is no more. */
static int leave(void *arg, short revents)
{
	struct generation *generation = arg;

	(void)revents;
	generation->leaving = true;
	sv_loop_unwatch(generation->loop, generation->listener);
	sv_loop_unwatch(generation->loop, generation->supervisor);
	if (!generation->n_guests)
		sv_loop_stop(generation->loop);
	return 0;
}

static int reap(void *arg)
{
	struct generation *generation = arg;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		serve_ended(generation->served, pid, status);
	return 0;
}

static void report(int supervisor, int code)
{
	char *text = sv_format("%d %s", code, sv_why());

	message_send(supervisor, MESSAGE_END, text);
	free(text);
}

void generation_run(int rc, const struct asr_config *config, int listener,
                    int supervisor, struct served *served)
{
	struct generation generation = { .config = config,
		                         .listener = listener,
		                         .supervisor = supervisor,
		                         .served = served,
		                         .loop = sv_loop_new() };
	sigset_t blocked;

	/* The supervisor answers them. They are blocked rather than ignored:
	 * a call's process obeys one of them. */
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGINT);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	signal(SIGHUP, SIG_IGN);
	if (!rc)
		rc = models_load(&generation.models, config);
	if (rc) {
		report(supervisor, rc);
		_exit(rc);
	}
	sv_loop_watch(generation.loop, supervisor, POLLIN, leave, &generation);
	sv_loop_watch(generation.loop, listener, POLLIN, connected,
	              &generation);
	sv_loop_on_signal(generation.loop, SIGCHLD, reap, &generation);
	message_send(supervisor, MESSAGE_READY, "");
	rc = sv_loop_run(generation.loop);
	if (rc)
		report(supervisor, rc);
	_exit(rc);
}
