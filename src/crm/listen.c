/* listen: sv-crm listen, the portal's webhooks into events */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/passed.h"
#include "lib/sandbox.h"
#include "lib/start.h"

#include "src/crm/listen_config.h"
#include "src/crm/listen_notice.h"
#include "src/crm/listen_tell.h"
#include "src/crm/listen_web.h"

enum {
	SAY_MS = 10000,  /* between two lines about the same */
	END_MS = 5000,   /* for the last requests */
	PART_MS = 10000, /* for the process that tells */
};

struct listen {
	struct listen_config config;
	struct tell_setup tell;
	struct sv_loop *loop;
	struct web *web;
	struct sv_store *store;
	int64_t refused_ms, failed_ms; /* when it was last said */
	pid_t teller;
	int wake;
};

/* --- what comes --- */

static bool is_time(int64_t *said_ms)
{
	int64_t now = sv_now_ms();

	if (*said_ms && now - *said_ms < SAY_MS)
		return false;
	*said_ms = now;
	return true;
}

/* -n: at once, and nowhere else */
static int show(struct listen *listen, const struct notice *notice)
{
	struct received item = { .place = sv_event_seq(""),
		                 .key = sv_strdup(notice->key),
		                 .type = sv_strdup(notice->type),
		                 .fields = json_incref(notice->fields),
		                 .received_ms = sv_wall_ms() };
	bool begun;
	int rc = tell_item(&listen->tell, NULL, &item, &begun);

	received_release(&item);
	return rc;
}

static int keep(struct listen *listen, const struct notice *notice)
{
	int64_t due_ms = sv_wall_ms();
	int rc;

	if (!listen->store)
		return show(listen, notice);
	if (notice->settles)
		due_ms += listen->config.settle_ms;
	rc = inbox_put(listen->store, notice->key, notice->type, notice->fields,
	               due_ms);
	/* a pipe that is full has woken it already */
	if (!rc && write(listen->wake, "", 1) < 0)
		sv_debug("the process that tells is behind");
	return rc;
}

static int receive(void *arg, const char *body, size_t len)
{
	struct listen *listen = arg;
	struct notice notice = { 0 };
	json_t *form = NULL;
	int rc = hook_read(&listen->config.hook, body, len, &form);

	if (!rc)
		rc = notice_make(&notice, form, listen->config.country);
	if (rc && is_time(&listen->refused_ms))
		sv_warn("a request is refused: %s", sv_why());
	if (!rc) {
		rc = keep(listen, &notice);
		if (rc == SV_GONE) {
			sv_loop_stop(listen->loop);
			rc = EX_TEMPFAIL;
		} else if (rc) {
			if (is_time(&listen->failed_ms))
				sv_warn("a webhook is lost, as it cannot be "
				        "stored: %s",
				        sv_why());
			rc = EX_TEMPFAIL;
		}
	}
	notice_release(&notice);
	json_decref(form);
	return rc;
}

static int health(void *arg)
{
	struct listen *listen = arg;

	return listen->store ? inbox_check(listen->store) : 0;
}

/* --- the process that tells --- */

static int start_teller(struct listen *listen)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		return sv_fail(EX_TEMPFAIL, "pipe:");
	fflush(NULL);
	listen->teller = fork();
	if (listen->teller < 0)
		return sv_fail(EX_TEMPFAIL, "fork:");
	if (!listen->teller) {
		close(ends[1]);
		door_close(&listen->config.door);
		exit(sv_end(tell_run(&listen->tell, ends[0])));
	}
	close(ends[0]);
	listen->wake = ends[1];
	return 0;
}

static int on_over(void *arg)
{
	struct listen *listen = arg;

	sv_loop_stop(listen->loop);
	return 0;
}

/* Nobody else is let in; who has begun a request gets its answer. */
static int on_stop(void *arg)
{
	struct listen *listen = arg;

	sv_passed_notify("STOPPING=1");
	web_end(listen->web, END_MS, on_over, listen);
	door_shut(&listen->config.door);
	return 0;
}

/* It ends by itself only when our reader has left. */
static int on_child(void *arg)
{
	struct listen *listen = arg;
	int status;

	if (waitpid(listen->teller, &status, WNOHANG) != listen->teller)
		return 0;
	listen->teller = 0;
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return on_stop(listen);
	return sv_fail(EX_TEMPFAIL,
	               "the process that tells of what was received has died; "
	               "what is stored is told of by the next");
}

/* It has read the end of its pipe, and tells of the rest. */
static void end_teller(struct listen *listen)
{
	int64_t until = sv_now_ms() + PART_MS;
	int status;

	if (listen->wake >= 0)
		close(listen->wake);
	while (listen->teller > 0 &&
	       waitpid(listen->teller, &status, WNOHANG) == 0) {
		if (sv_now_ms() > until)
			kill(listen->teller, SIGKILL);
		poll(NULL, 0, 10);
	}
}

/* --- all of it --- */

static int open_web(struct listen *listen)
{
	const struct web_setup setup = {
		.path = listen->config.door.path,
		.cert = listen->config.cert,
		.key = listen->config.key,
		.patience_ms = listen->config.patience_ms,
		.most = listen->config.most,
		.receive = receive,
		.health = health,
		.arg = listen,
	};
	int rc = web_open(&listen->web, listen->loop, &setup);

	if (rc)
		return rc;
	web_watch(listen->web, listen->config.door.fds, listen->config.door.n);
	return 0;
}

/* Of what comes from the network nothing may run another program, whatever is
 * wrong with us. */
static void shut_in(void)
{
#ifndef __SANITIZE_ADDRESS__
	if (sv_sandbox())
		sv_debug("%s", sv_why());
#endif
}

/* The process that tells is forked off before there is anything that two
 * processes could not share: a store, a server. */
static int open_all(struct listen *listen)
{
	bool dry_run = listen->config.options->dry_run;
	int rc = door_open(&listen->config.door);

	shut_in();
	if (!rc && !dry_run)
		rc = spool_open(&listen->config.spool);
	if (!rc && !dry_run)
		rc = start_teller(listen);
	if (!rc && !dry_run)
		rc = sv_store_open(&listen->store,
		                   listen->config.options->store,
		                   SV_STORE_WRITE);
	if (!rc)
		rc = open_web(listen);
	return rc;
}

static int serve(struct listen *listen)
{
	int rc = open_all(listen);

	if (rc)
		return rc;
	sv_loop_on_stop(listen->loop, on_stop, listen);
	sv_loop_on_signal(listen->loop, SIGCHLD, on_child, listen);
	door_tell(&listen->config.door);
	sv_passed_notify("READY=1");
	return sv_loop_run(listen->loop);
}

static void release(struct listen *listen)
{
	web_close(listen->web);
	sv_store_close(listen->store);
	end_teller(listen);
	sv_loop_free(listen->loop);
	listen_config_release(&listen->config);
}

static int run(const struct crm_options *options, char **operands, int n)
{
	struct listen listen = { .wake = -1 };
	char *why;
	int rc;

	if (n)
		return sv_fail(EX_USAGE, "listen %s: nothing stands behind it",
		               operands[0]);
	sv_event_stage("listen");
	listen.loop = sv_loop_new();
	rc = listen_config_init(&listen.config, options);
	listen.tell = (struct tell_setup){
		.dsn = options->store,
		.spool = &listen.config.spool,
		.settle_ms = listen.config.settle_ms,
	};
	if (!rc)
		rc = serve(&listen);
	why = sv_strdup(sv_why());
	release(&listen);
	rc = rc && rc != SV_GONE ? sv_fail(rc, "%s", why) : rc;
	free(why);
	return rc;
}

const struct crm_command crm_listen = {
	.name = "listen",
	.about = "take in the portal's webhooks, as events; place calls",
	.run = run,
};
