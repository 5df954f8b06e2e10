/* listen_web: connections, libmicrohttpd in the loop, and who is let go */
#include "src/crm/listen_web.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"

#include "src/crm/listen_web_inside.h"

enum {
	LOOK_MS = 100,    /* between two looks at who is overdue */
	NO_ROOM_MS = 200, /* when descriptors had run out */
	SAY_MS = 10000,   /* and how often that is said */
	AT_ONCE = 32,     /* let in before anything else has its turn */
};

static int on_door(void *arg, short revents);

/* Those who knock wait in the backlog. */
static void shut(struct web *web, bool closed)
{
	for (size_t i = 0; web->shut != closed && i < web->n_doors; i++)
		if (closed)
			sv_loop_unwatch(web->loop, web->doors[i]);
		else
			sv_loop_watch(web->loop, web->doors[i], POLLIN, on_door,
			              web);
	web->shut = closed;
}

/* --- the daemon in the loop --- */

static int finish(struct web *web)
{
	bool over = web->end_ms && (!web->n || sv_now_ms() >= web->end_ms);
	int (*done)(void *arg) = web->done;

	if (!over || !done)
		return 0;
	web->done = NULL;
	return done(web->done_arg);
}

static int turn(struct web *web)
{
	unsigned long long wait = 0;
	int64_t now;

	web->context.mhd->run(web->daemon);
	now = sv_now_ms();
	if (web->context.mhd->get_timeout(web->daemon, &wait) != MHD_YES ||
	    wait > LOOK_MS)
		wait = LOOK_MS;
	if (web->n || web->shut || web->end_ms)
		sv_loop_arm(web->loop, &web->look, now + (int64_t)wait);
	if (web->n < web->context.setup.most && now >= web->shut_until_ms &&
	    !web->end_ms)
		shut(web, false);
	return finish(web);
}

static int on_ready(void *arg, short revents)
{
	(void)revents;
	return turn(arg);
}

static int on_look(void *arg)
{
	struct web *web = arg;

	peers_look(web);
	return turn(web);
}

static void take_in(struct web *web, int fd, const struct sockaddr *from,
                    socklen_t len)
{
	/* it closes the socket when it does not take it */
	if (web->context.mhd->add_connection(web->daemon, fd, from, len) !=
	    MHD_YES)
		sv_debug("a connection was not taken");
}

void web_add(struct web *web, int fd)
{
	struct sockaddr from = { .sa_family = AF_UNIX };

	take_in(web, fd, &from, sizeof from.sa_family);
	turn(web);
}

/* Descriptors have run out: the others wait. */
static void no_room(struct web *web)
{
	int64_t now = sv_now_ms();

	web->shut_until_ms = now + NO_ROOM_MS;
	shut(web, true);
	if (web->said_ms && now - web->said_ms < SAY_MS)
		return;
	web->said_ms = now;
	sv_warn("a connection was not let in: %s", sv_why());
}

static void take_all(struct web *web)
{
	for (size_t i = 0; i < AT_ONCE * web->n_doors && !web->shut; i++) {
		struct sockaddr_storage from;
		socklen_t len = sizeof from;
		int fd = accept4(web->doors[i % web->n_doors],
		                 (struct sockaddr *)&from, &len,
		                 SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd >= 0) {
			take_in(web, fd, (struct sockaddr *)&from, len);
		} else if (errno == EMFILE || errno == ENFILE ||
		           errno == ENOMEM || errno == ENOBUFS) {
			sv_fail(EX_TEMPFAIL, "accept:");
			no_room(web);
		}
		if (web->n >= web->context.setup.most)
			shut(web, true);
	}
}

static int on_door(void *arg, short revents)
{
	(void)revents;
	take_all(arg);
	return turn(arg);
}

void web_watch(struct web *web, const int *fds, size_t n)
{
	for (size_t i = 0; i < n && web->n_doors < DOOR_SOCKETS; i++)
		web->doors[web->n_doors++] = fds[i];
	web->shut = true;
	shut(web, false);
}

void web_end(struct web *web, int time_ms, int (*done)(void *arg), void *arg)
{
	if (!web->shut) /* who has come already is let in */
		take_all(web);
	shut(web, true);
	web->n_doors = 0;
	web->context.ending = true;
	web->end_ms = sv_now_ms() + time_ms;
	web->done = done;
	web->done_arg = arg;
	sv_loop_arm(web->loop, &web->look, sv_now_ms());
}

int web_connections(const struct web *web)
{
	return web->n;
}

/* --- open and close --- */

/* What it says is of single connections, but for why it does not start. */
static void on_log(void *arg, const char *format, va_list args)
{
	char line[256];
	size_t len;

	(void)arg;
	vsnprintf(line, sizeof line, format, args);
	for (len = 0; line[len] && line[len] != '\n'; len++)
		;
	sv_debug("http: %.*s", (int)len, line);
	sv_fail(EX_CONFIG, "http: %.*s", (int)len, line);
}

static int start(struct web *web)
{
	const struct web_setup *setup = &web->context.setup;
	unsigned flags = MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET |
	                 MHD_USE_ERROR_LOG | (setup->cert ? MHD_USE_TLS : 0);
	/* GnuTLS would take 1.0 and 1.1 as well; it wants no const */
	char priorities[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
	const struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, sv_strdup(setup->cert) },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, sv_strdup(setup->key) },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0, priorities },
		{ MHD_OPTION_END, 0, NULL },
	};
	const struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };

	web->daemon = web->context.mhd->start_daemon(
		flags, 0, NULL, NULL, peer_asks, web,
		MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
		MHD_OPTION_NOTIFY_CONNECTION, peer_notify, web,
		MHD_OPTION_NOTIFY_COMPLETED, peer_answered, web,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)setup->most + AT_ONCE,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)WEB_HEADER_MAX,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_ARRAY,
		setup->cert ? tls : none, MHD_OPTION_END);
	free(tls[0].ptr_value);
	if (tls[1].ptr_value)
		OPENSSL_cleanse(tls[1].ptr_value, strlen(tls[1].ptr_value));
	free(tls[1].ptr_value);
	return web->daemon ? 0 : EX_CONFIG;
}

int web_open(struct web **made, struct sv_loop *loop,
             const struct web_setup *setup)
{
	struct web *web = sv_alloc(sizeof *web);
	int rc = 0;

	*web = (struct web){
		.loop = loop, .context = { .mhd = mhd_load(), .setup = *setup }
	};
	*made = web;
	web->look.fire = on_look;
	web->look.arg = web;
	if (!web->context.mhd)
		rc = EX_UNAVAILABLE;
	if (!rc)
		rc = start(web);
	if (rc) {
		free(web);
		*made = NULL;
		return rc;
	}
	web->poll_fd =
		web->context.mhd
			->get_daemon_info(web->daemon, MHD_DAEMON_INFO_EPOLL_FD)
			->epoll_fd;
	sv_loop_watch(loop, web->poll_fd, POLLIN, on_ready, web);
	return 0;
}

void web_close(struct web *web)
{
	if (!web)
		return;
	shut(web, true);
	sv_loop_disarm(web->loop, &web->look);
	sv_loop_unwatch(web->loop, web->poll_fd);
	web->context.mhd->stop_daemon(web->daemon);
	free(web);
}
