/* serve.c: the supervisor of the processes that have models */
#include "src/asr/serve.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/loop.h"

#include "src/asr/generation.h"
#include "src/asr/listen.h"
#include "src/asr/message.h"

enum {
	/* before models that could not be loaded are tried again */
	AGAIN_MS = 1000,
	AGAIN_MOST_MS = 60000,
};

/* A generation, as its supervisor sees it: it loads, serves, and is left to
 * end when another serves. */
struct house {
	struct supervisor *supervisor;
	pid_t pid; /* 0 when it was waited for */
	int fd;
	int status; /* and how it ended */
	struct house *next;
};

struct supervisor {
	const struct asr_config *config;
	int (*reread)(void);
	struct listen listen;
	struct served *served;
	struct sv_loop *loop;
	struct house *houses;
	struct house *serving, *loading; /* of those, or NULL */
	struct sv_timer again, late;
	int again_ms;
	bool served_once;
};

void serve_ended(struct served *served, pid_t pid, int status)
{
	__atomic_sub_fetch(&served->calls, 1, __ATOMIC_SEQ_CST);
	if (WIFSIGNALED(status))
		sv_warn("process %d of a call died of signal %d (%s)", (int)pid,
		        WTERMSIG(status), strsignal(WTERMSIG(status)));
}

static int heard(void *arg, short revents);

/* In the new process: a generation is nobody's supervisor. */
static void become_generation(struct supervisor *supervisor, int fd,
                              bool reread)
{
	int rc = 0;

	for (struct house *house = supervisor->houses; house;
	     house = house->next)
		close(house->fd);
	if (reread)
		rc = supervisor->reread();
	generation_run(rc, supervisor->config, supervisor->listen.fd, fd,
	               supervisor->served);
}

/* another process to load the models, and to serve when it has */
static int load(struct supervisor *supervisor, bool reread)
{
	struct house *house;
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return sv_fail(EX_OSERR, "a socket for the models' process:");
	pid = fork();
	if (!pid) {
		close(ends[0]);
		become_generation(supervisor, ends[1], reread);
	}
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return sv_fail(EX_OSERR, "start the models' process:");
	}
	house = sv_alloc(sizeof *house);
	*house = (struct house){ .supervisor = supervisor,
		                 .pid = pid,
		                 .fd = ends[0],
		                 .next = supervisor->houses };
	supervisor->houses = house;
	supervisor->loading = house;
	if (supervisor->config->timeout_ms)
		sv_loop_arm(supervisor->loop, &supervisor->late,
		            sv_now_ms() + supervisor->config->timeout_ms);
	sv_loop_watch(supervisor->loop, house->fd, POLLIN, heard, house);
	return 0;
}

static void load_later(struct supervisor *supervisor)
{
	sv_loop_arm(supervisor->loop, &supervisor->again,
	            sv_now_ms() + supervisor->again_ms);
	supervisor->again_ms = supervisor->again_ms * 2 < AGAIN_MOST_MS
	                               ? supervisor->again_ms * 2
	                               : AGAIN_MOST_MS;
}

/* Once more, now or later; without models the calls load their own. */
static int load_again(void *arg)
{
	struct supervisor *supervisor = arg;

	if (supervisor->loading || !load(supervisor, true))
		return 0;
	sv_log(SV_ERROR, "%s", sv_why());
	if (!supervisor->serving)
		load_later(supervisor);
	return 0;
}

/* ends a generation that loads; 0 is one that is dead already */
static void give_up(const struct house *loading)
{
	if (loading && loading->pid)
		kill(loading->pid, SIGKILL);
}

/* libvosk may stand still for good where memory is short. */
static int too_late(void *arg)
{
	struct supervisor *supervisor = arg;

	if (!supervisor->loading)
		return 0;
	sv_warn("the models are not loaded within %d ms: giving up",
	        supervisor->config->timeout_ms);
	give_up(supervisor->loading);
	return 0;
}

static void serve(struct house *house)
{
	struct supervisor *supervisor = house->supervisor;

	if (supervisor->serving)
		message_send(supervisor->serving->fd, MESSAGE_LEAVE, "");
	sv_info("process %d serves at %s", (int)house->pid,
	        supervisor->listen.path);
	supervisor->serving = house;
	supervisor->loading = NULL;
	sv_loop_disarm(supervisor->loop, &supervisor->late);
	supervisor->served_once = true;
	supervisor->again_ms = AGAIN_MS;
}

/* The models cannot be loaded: at the start that is the end, later not. */
static int cannot(struct supervisor *supervisor, int code, const char *why)
{
	supervisor->loading = NULL;
	if (!supervisor->served_once)
		return sv_fail(code, "%s", why);
	sv_log(SV_ERROR, "%s; %s", why,
	       supervisor->serving ? "going on with what was loaded before"
	                           : "no models are loaded: trying again");
	if (!supervisor->serving)
		load_later(supervisor);
	return 0;
}

/* It has left, or died. */
static int bury(struct house *house)
{
	struct supervisor *supervisor = house->supervisor;
	bool was_loading = supervisor->loading == house;
	bool was_serving = supervisor->serving == house;
	struct house **at = &supervisor->houses;
	char why[80];

	if (house->pid)
		waitpid(house->pid, &house->status, 0);
	snprintf(why, sizeof why, "the models' process died of signal %d (%s)",
	         WTERMSIG(house->status), strsignal(WTERMSIG(house->status)));
	while (*at != house)
		at = &(*at)->next;
	*at = house->next;
	sv_loop_unwatch(supervisor->loop, house->fd);
	close(house->fd);
	free(house);
	if (was_serving)
		supervisor->serving = NULL;
	if (was_loading)
		return cannot(supervisor, EX_UNAVAILABLE, why);
	if (was_serving) {
		sv_log(SV_ERROR, "%s", why);
		load_again(supervisor);
	}
	return 0;
}

static int heard(void *arg, short revents)
{
	struct house *house = arg;
	char text[MESSAGE_MAX], *why;
	char letter = message_take(house->fd, text);
	int code;

	(void)revents;
	if (letter == MESSAGE_READY && house == house->supervisor->loading)
		serve(house);
	if (letter == MESSAGE_NONE)
		return bury(house);
	if (letter != MESSAGE_END || house != house->supervisor->loading)
		return 0;
	code = (int)strtol(text, &why, 10);
	return cannot(house->supervisor, code, why + (*why == ' '));
}

/* A call whose generation has left; or a generation, which is buried when the
 * last it had to say is read. */
static int reap(void *arg)
{
	struct supervisor *supervisor = arg;
	struct house *house;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		house = supervisor->houses;
		while (house && house->pid != pid)
			house = house->next;
		if (house) {
			house->pid = 0;
			house->status = status;
		} else {
			serve_ended(supervisor->served, pid, status);
		}
	}
	return 0;
}

static int reload(void *arg)
{
	struct supervisor *supervisor = arg;

	/* what loads may have read what was there before */
	give_up(supervisor->loading);
	supervisor->loading = NULL;
	sv_info("loading once more");
	load_again(supervisor);
	return 0;
}

/* Serves no more; the calls that go on are waited for. */
static void drain(struct supervisor *supervisor)
{
	int status;
	pid_t pid;

	listen_close(&supervisor->listen);
	give_up(supervisor->loading);
	while (supervisor->houses) {
		struct house *house = supervisor->houses;

		supervisor->houses = house->next;
		close(house->fd); /* tells it to leave */
		free(house);
	}
	if (supervisor->served_once)
		sv_info("waiting for the calls that go on");
	do {
		pid = waitpid(-1, &status, 0);
	} while (pid > 0 || errno == EINTR);
}

int serve_run(const struct asr_config *config, int (*reread)(void))
{
	struct supervisor supervisor = { .config = config,
		                         .reread = reread,
		                         .again_ms = AGAIN_MS };
	int rc = listen_open(&supervisor.listen, config->serve);

	if (rc)
		return rc;
	supervisor.served =
		mmap(NULL, sizeof *supervisor.served, PROT_READ | PROT_WRITE,
	             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (supervisor.served == MAP_FAILED)
		return sv_fail(EX_OSERR, "shared memory:");
	supervisor.again =
		(struct sv_timer){ .fire = load_again, .arg = &supervisor };
	supervisor.late =
		(struct sv_timer){ .fire = too_late, .arg = &supervisor };
	supervisor.loop = sv_loop_new();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	sv_loop_on_signal(supervisor.loop, SIGCHLD, reap, &supervisor);
	sv_loop_on_signal(supervisor.loop, SIGHUP, reload, &supervisor);
	rc = load(&supervisor, false);
	if (!rc)
		rc = sv_loop_run(supervisor.loop);
	drain(&supervisor);
	sv_loop_free(supervisor.loop);
	munmap(supervisor.served, sizeof *supervisor.served);
	return rc;
}
