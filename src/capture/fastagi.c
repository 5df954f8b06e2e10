/* fastagi: agi://, calls without sound that Asterisk asks us about */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/ulid.h"

#include "src/capture/agi_answer.h"
#include "src/capture/agi_event.h"
#include "src/capture/agi_link.h"
#include "src/capture/call.h"
#include "src/capture/transport.h"

enum {
	AGI_PORT = 4573,
	INTERRUPT_MS = 100, /* agi_interrupt() is said again so often */
};

struct transport {
	struct call *call;
	struct agi_link link;
	int fd;
	bool over; /* call_heard_end() was said */
	bool interrupting;
	struct sv_timer begin, interrupt;
};

/* --- in the server --- */

static int agi_greeting(const uint8_t *data, size_t len)
{
	struct agi *agi = agi_new();
	char *script = NULL;
	int rc = agi_feed(agi, data, len);

	if (!rc && agi_greeted(agi)) {
		script = agi_script(agi);
		rc = agi_is_question(script) ? GREETING_QUESTION
		                             : GREETING_CALL;
	}
	free(script);
	agi_free(agi);
	return rc;
}

/* Only one command is read for sure. */
static void agi_refuse(int fd, const uint8_t *greeting, size_t len)
{
	static const char full[] = "SET VARIABLE SV_FULL \"1\"\n";

	(void)greeting;
	(void)len;
	send(fd, full, strlen(full), MSG_DONTWAIT | MSG_NOSIGNAL);
}

static int link_open(struct agi_link *link, int fd, const uint8_t *greeting,
                     size_t len)
{
	agi_link_init(link, fd, fd);
	return agi_feed(link->agi, greeting, len);
}

static int agi_question(int fd, const uint8_t *greeting, size_t len,
                        const struct call_config *config, bool full)
{
	struct agi_link link;
	int rc = link_open(&link, fd, greeting, len);

	if (!rc)
		rc = agi_answer(&link, config->run, full);
	agi_link_release(&link);
	return rc;
}

/* --- in the call --- */

/* The dialplan goes on as soon as the socket is closed, and not when the
 * pipeline has ended. */
static int end(struct transport *agi, const char *reason)
{
	if (agi->over)
		return 0;
	agi->over = true;
	agi_link_part(&agi->link);
	sv_loop_disarm(call_loop(agi->call), &agi->begin);
	sv_loop_disarm(call_loop(agi->call), &agi->interrupt);
	close(agi->fd);
	agi->fd = -1;
	return call_heard_end(agi->call, reason);
}

static int heard(void *arg)
{
	struct transport *agi = arg;

	if (agi_hung_up(agi->link.agi))
		return end(agi, agi->link.gone ? "reset" : "hangup");
	return 0;
}

/* every word of the environment, arguments in their order */
static json_t *environment(const struct agi *agi)
{
	size_t n;
	const struct agi_variable *variables = agi_variables(agi, &n);
	json_t *more = json_object();

	for (size_t i = 0; i < n; i++) {
		json_t *name = agi_text(variables[i].name + strlen("agi_"));

		json_object_set_new(more, json_string_value(name),
		                    agi_text(variables[i].value));
		json_decref(name);
	}
	return json_pack("{so}", "agi", more);
}

/* An exchange that vanishes without a word is noticed within a minute. */
static void keep_alive(int fd)
{
	int on = 1, idle = 20, every = 10, times = 4;

	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &every, sizeof every);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &times, sizeof times);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static int interrupt(void *arg)
{
	struct transport *agi = arg;

	if (!agi->interrupting)
		return 0;
	agi_interrupt(agi->link.agi);
	sv_loop_arm(call_loop(agi->call), &agi->interrupt,
	            sv_now_ms() + INTERRUPT_MS);
	return agi_link_push(&agi->link);
}

static void agi_close(struct transport *agi)
{
	if (!agi)
		return;
	agi->over = true; /* nobody hears of the commands that wait */
	sv_loop_disarm(call_loop(agi->call), &agi->begin);
	sv_loop_disarm(call_loop(agi->call), &agi->interrupt);
	agi_gone(agi->link.agi);
	agi_link_release(&agi->link);
	if (agi->fd >= 0)
		close(agi->fd);
	free(agi);
}

static int agi_open(struct transport **made, struct call *call,
                    const struct arrival *arrival, struct call_facts *facts)
{
	struct transport *agi = sv_alloc(sizeof *agi);
	int rc;

	agi->call = call;
	agi->fd = arrival->fd;
	rc = link_open(&agi->link, agi->fd, arrival->greeting, arrival->len);
	if (!rc && !agi_greeted(agi->link.agi))
		rc = sv_fail(EX_UNAVAILABLE, "AGI: no environment");
	if (rc) {
		agi_close(agi);
		return rc;
	}
	keep_alive(agi->fd);
	sv_ulid(facts->id);
	agi_link_facts(&agi->link, facts);
	facts->rate_hz = call_config(call)->rate_hz;
	facts->silent = true;
	facts->more = environment(agi->link.agi);
	agi_link_join(&agi->link, call_loop(call), heard, agi);
	agi->interrupt = (struct sv_timer){ .fire = interrupt, .arg = agi };
	/* a hangup that came with the greeting */
	agi->begin = (struct sv_timer){ .fire = heard, .arg = agi };
	sv_loop_arm(call_loop(call), &agi->begin, sv_now_ms());
	*made = agi;
	return 0;
}

/* --- what the pipeline asks --- */

static int replied(void *arg, json_t *fields)
{
	struct transport *agi = arg;

	agi->interrupting = false;
	if (fields && !agi->over)
		return call_heard_event(agi->call, "agi.reply", fields);
	json_decref(fields);
	return 0;
}

static int agi_event(struct transport *agi, const json_t *event)
{
	int rc, sent;

	if (agi->over)
		return 0;
	rc = agi_event_ask(agi->link.agi, event, replied, agi);
	if (json_is_true(json_object_get(event, "interrupt")))
		agi->interrupting = true;
	sent = interrupt(agi);
	if (!sent)
		sent = agi_link_push(&agi->link);
	return rc ? rc : sent;
}

/* --- the end --- */

static int hung_up(void *arg, const struct agi_reply *reply)
{
	(void)reply;
	return end(arg, "hangup");
}

static int handed_over(void *arg, const struct agi_reply *reply)
{
	struct transport *agi = arg;

	(void)reply;
	return end(agi, "handoff");
}

/* A script that is simply done says nothing of whither. */
static bool only_done(const struct call_farewell *farewell)
{
	return farewell->ending == CALL_TRANSFER && !farewell->target &&
	       !farewell->brief && farewell->reason &&
	       !strcmp(farewell->reason, "eof");
}

/* Behind the commands that wait. */
static int agi_leave(struct transport *agi,
                     const struct call_farewell *farewell)
{
	static const char *const noop[] = { "NOOP", NULL };
	static const char *const hangup[] = { "HANGUP", NULL };
	bool hangs_up = farewell->ending == CALL_HANGUP;
	int rc;

	if (only_done(farewell))
		rc = agi_ask(agi->link.agi, noop, handed_over, agi);
	else
		rc = agi_link_farewell(&agi->link, farewell,
		                       hangs_up ? NULL : handed_over, agi);
	if (!rc && hangs_up)
		rc = agi_ask(agi->link.agi, hangup, hung_up, agi);
	return rc ? rc : agi_link_push(&agi->link);
}

const struct capture_transport agi_transport = {
	.scheme = "agi",
	.about = "Asterisk's FastAGI: lookups and call control without sound",
	.socket_type = SOCK_STREAM,
	.default_port = AGI_PORT,
	.greeting = agi_greeting,
	.refuse = agi_refuse,
	.answer = agi_question,
	.open = agi_open,
	.close = agi_close,
	.leave = agi_leave,
	.event = agi_event,
};
