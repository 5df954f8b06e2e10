/* server: awaits calls and runs a process for each */
#include "src/capture/server.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/passed.h"

#include "src/capture/calls.h"
#include "src/capture/doors.h"
#include "src/capture/drain.h"
#include "src/capture/greeter.h"
#include "src/capture/outlet.h"
#include "src/capture/reception.h"
#include "src/capture/seat.h"

enum {
	PEERS_MAX = 512, /* that have not yet said what they want */
	TICK_MS = 5000,
};

struct server {
	const struct server_config *config;
	struct sv_loop *loop;
	struct listeners listeners;
	struct doors *doors;
	struct outlet *outlet;
	struct calls *calls;
	struct greeter *greeter;
	struct errand errand;
	int events, signals;
	struct drain drain;
	struct reception reception;
	struct sv_timer tick; /* for systemd */
};

static bool answers(const struct server *server)
{
	for (size_t i = 0; i < server->listeners.n; i++) {
		if (server->listeners.items[i].origin->transport->answer)
			return true;
	}
	return false;
}

static int changed(void *arg)
{
	struct server *server = arg;

	return drain_check(&server->drain);
}

static void left(void *arg, int fd, uint32_t stream)
{
	struct server *server = arg;

	doors_left(server->doors, fd, stream);
}

static int has_room(void *arg)
{
	struct server *server = arg;
	int rc = calls_resume(server->calls);

	return rc ? rc : drain_check(&server->drain);
}

static int gone(void *arg)
{
	struct server *server = arg;

	server->drain.begun = true;
	return has_room(server);
}

static void reload(const struct server *server)
{
	sv_passed_notify("RELOADING=1");
	if (server->config->reload())
		sv_log(SV_ERROR, "%s; what was configured before stays",
		       sv_why());
	else if (outlet_reopen(server->outlet, server->config->events))
		sv_log(SV_ERROR, "%s; events go on where they went", sv_why());
	else
		sv_info("the configuration is read again, for new calls");
	sv_passed_notify("READY=1");
}

static void say_status(const struct server *server)
{
	struct calls_count calls = calls_count(server->calls);
	struct greeter_count peers = greeter_count(server->greeter);

	sv_say("%zu of %d calls in progress, %zu peers silent so far%s; since "
	       "the start %ld calls, %ld failed, %ld refused, %ld questions, "
	       "%ld peers that said nothing, %ld that said something else; "
	       "%zu bytes of events wait",
	       calls.running, server->config->max_calls, peers.waiting,
	       server->drain.begun ? ", no new calls" : "", calls.begun,
	       calls.failed, server->reception.refused, calls.answered,
	       peers.silent, peers.foreign, outlet_waiting(server->outlet));
}

/* That we are alive, and how things are: what systemctl status shows. */
static int tick(void *arg)
{
	struct server *server = arg;
	char *state =
		sv_format("WATCHDOG=1\nSTATUS=%zu of %d calls in progress, "
	                  "%ld refused so far%s",
	                  calls_count(server->calls).running,
	                  server->config->max_calls, server->reception.refused,
	                  server->drain.begun ? ", no new calls" : "");

	sv_passed_notify(state);
	free(state);
	sv_loop_arm(server->loop, &server->tick, sv_now_ms() + TICK_MS);
	return 0;
}

static int on_signal(void *arg, short revents)
{
	struct server *server = arg;
	struct signalfd_siginfo info;

	(void)revents;
	if (read(server->signals, &info, sizeof info) != sizeof info)
		return 0;
	switch (info.ssi_signo) {
	case SIGCHLD:
		return calls_reap(server->calls);
	case SIGHUP:
		reload(server);
		return 0;
	case SIGUSR1:
		say_status(server);
		return 0;
	default:
		return drain_ask(&server->drain);
	}
}

/* They are read, not caught, so that lib/start.h's handlers are still there
 * in a call's process. */
static void take_signals(struct server *server)
{
	sigset_t all;

	sigemptyset(&all);
	sigaddset(&all, SIGTERM);
	sigaddset(&all, SIGINT);
	sigaddset(&all, SIGHUP);
	sigaddset(&all, SIGUSR1);
	sigaddset(&all, SIGCHLD);
	sigprocmask(SIG_BLOCK, &all, &server->errand.mask);
	server->signals = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	sv_loop_watch(server->loop, server->signals, POLLIN, on_signal, server);
}

/* A call costs us two descriptors, for a moment four. */
static void raise_limit(struct server *server)
{
	rlim_t need = 2 * (rlim_t)server->config->max_calls + PEERS_MAX + 64;
	struct rlimit files;

	getrlimit(RLIMIT_NOFILE, &files);
	server->errand.files = files;
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	if (files.rlim_max < need)
		sv_warn("%d calls may need %lu descriptors, and ulimit -Hn is "
		        "%lu: some would be refused",
		        server->config->max_calls, (unsigned long)need,
		        (unsigned long)files.rlim_max);
}

static void say_where(struct server *server)
{
	char name[LISTENER_NAME_LEN];

	for (size_t i = 0; i < server->listeners.n; i++) {
		listener_name(&server->listeners.items[i], name);
		sv_info("listening on %s", name);
	}
	sv_passed_notify("READY=1");
	server->tick = (struct sv_timer){ .fire = tick, .arg = server };
	if (getenv("NOTIFY_SOCKET"))
		tick(server);
}

static int serve(struct server *server)
{
	server->outlet = outlet_new(server->loop, server->events);
	outlet_on(server->outlet, has_room, gone, server);
	server->calls =
		calls_new(server->loop, server->outlet, changed, server);
	calls_on_left(server->calls, left);
	server->greeter = greeter_new(server->loop, PEERS_MAX,
	                              &server->config->greeting_ms,
	                              reception_known, &server->reception);
	server->doors =
		doors_open(server->loop, &server->listeners, server->greeter,
	                   reception_known, &server->reception);
	server->drain = (struct drain){ .loop = server->loop,
		                        .calls = server->calls,
		                        .outlet = server->outlet,
		                        .config = server->config,
		                        .answers = answers(server) };
	drain_init(&server->drain);
	server->reception = (struct reception){ .config = server->config,
		                                .calls = server->calls,
		                                .outlet = server->outlet,
		                                .greeter = server->greeter,
		                                .drain = &server->drain,
		                                .errand = &server->errand };
	take_signals(server);
	say_where(server);
	return sv_loop_run(server->loop);
}

/* Also in a call's process, which needs none of it. */
static void release(struct server *server)
{
	doors_close(server->doors);
	greeter_free(server->greeter);
	calls_free(server->calls);
	outlet_free(server->outlet);
	sv_loop_free(server->loop);
	listeners_close(&server->listeners);
}

/* The exchange sees that we fail, and has the caller reach a person. */
static int refuse_one(const struct server_config *config,
                      const struct origin *origin, int events)
{
	char *why = sv_strdup(sv_why());
	int rc;

	sv_event_to(events);
	sv_event_write(NULL, 0, "call.refused",
	               json_pack("{ss ss si}", "reason", "full", "source",
	                         origin->url.text, "calls", config->max_calls));
	rc = sv_fail(EX_TEMPFAIL, "a call is refused: %s", why);
	free(why);
	return rc;
}

/* A transport that does not listen: one call, in this very process. */
static int run_one(const struct server_config *config,
                   const struct origin *origin)
{
	struct arrival arrival = { .transport = origin->transport,
		                   .url = &origin->url,
		                   .fd = -1,
		                   .what = GREETING_CALL };
	volatile int pipeline = 0;
	int events, rc, seat = -1;

	if (!config->events)
		return sv_fail(EX_USAGE,
		               "%s needs --events FILE, for stdout is the "
		               "exchange's",
		               origin->url.text);
	rc = outlet_file(config->events, &events);
	if (rc)
		return rc;
	rc = seat_take(config->call.run, config->max_calls, &seat);
	if (rc)
		return refuse_one(config, origin, events);
	rc = call_run(&config->call, &arrival, events, &pipeline);
	if (seat >= 0)
		close(seat);
	return rc;
}

int server_run(const struct server_config *config, const struct origin *origins,
               size_t n)
{
	struct server server = { .config = config };
	int rc;

	if (!origins->transport->socket_type)
		return run_one(config, origins);
	raise_limit(&server);
	server.loop = sv_loop_new();
	rc = listeners_open(&server.listeners, origins, n);
	if (!rc)
		rc = outlet_file(config->events, &server.events);
	if (!rc)
		rc = serve(&server);
	if (!rc)
		rc = outlet_end(server.outlet);
	release(&server);
	return rc == CALLS_FORKED ? errand_run(&server.errand, &config->call)
	                          : rc;
}
