/* agi_link: an AGI session on descriptors */
#include "src/capture/agi_link.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/utf8.h"

void agi_link_init(struct agi_link *link, int in, int out)
{
	*link = (struct agi_link){ .agi = agi_new(), .in = in, .out = out };
	fcntl(in, F_SETFL, fcntl(in, F_GETFL) | O_NONBLOCK);
	fcntl(out, F_SETFL, fcntl(out, F_GETFL) | O_NONBLOCK);
}

void agi_link_release(struct agi_link *link)
{
	agi_link_part(link);
	agi_free(link->agi);
	link->agi = NULL;
}

static int leave(struct agi_link *link)
{
	link->gone = true;
	return agi_gone(link->agi);
}

static int ready(void *arg, short revents);

/* watches for what there is to do */
static void watch(struct agi_link *link)
{
	size_t waiting;
	short out;

	agi_out(link->agi, &waiting);
	out = waiting ? POLLOUT : 0;
	if (link->in == link->out) {
		sv_loop_watch(link->loop, link->in, (short)(POLLIN | out),
		              ready, link);
		return;
	}
	sv_loop_watch(link->loop, link->in, POLLIN, ready, link);
	if (out)
		sv_loop_watch(link->loop, link->out, out, ready, link);
	else
		sv_loop_unwatch(link->loop, link->out);
}

static void unwatch(struct agi_link *link)
{
	sv_loop_unwatch(link->loop, link->in);
	sv_loop_unwatch(link->loop, link->out);
}

int agi_link_push(struct agi_link *link)
{
	const char *out;
	size_t len;
	ssize_t n;
	int rc = 0;

	out = agi_out(link->agi, &len);
	if (len && !link->gone) {
		n = write(link->out, out, len);
		if (n > 0)
			agi_wrote(link->agi, (size_t)n);
		else if (n < 0 && errno != EAGAIN && errno != EINTR)
			rc = leave(link);
	}
	if (link->loop && !link->gone)
		watch(link);
	return rc;
}

static int hear(struct agi_link *link)
{
	char data[4096];
	ssize_t n = read(link->in, data, sizeof data);
	int rc;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0)
		return leave(link);
	rc = agi_feed(link->agi, data, (size_t)n);
	if (rc != EX_UNAVAILABLE)
		return rc;
	sv_warn("%s", sv_why());
	return leave(link);
}

static int ready(void *arg, short revents)
{
	struct agi_link *link = arg;
	int rc = 0;

	if (revents & (POLLIN | POLLHUP | POLLERR))
		rc = hear(link);
	if (!rc && link->loop && !link->gone)
		rc = agi_link_push(link);
	if (link->loop && link->gone)
		unwatch(link);
	if (!rc && link->loop)
		rc = link->heard(link->arg);
	return rc;
}

void agi_link_join(struct agi_link *link, struct sv_loop *loop,
                   int (*heard)(void *arg), void *arg)
{
	link->loop = loop;
	link->heard = heard;
	link->arg = arg;
	watch(link);
}

void agi_link_part(struct agi_link *link)
{
	if (link->loop)
		unwatch(link);
	link->loop = NULL;
}

struct settling {
	struct agi_link *link;
	struct sv_loop *loop;
};

static int settled(void *arg)
{
	struct settling *settling = arg;

	if (settling->link->gone)
		return sv_fail(EX_UNAVAILABLE, "AGI: the exchange left");
	if (agi_greeted(settling->link->agi) && agi_idle(settling->link->agi))
		sv_loop_stop(settling->loop);
	return 0;
}

static int late(void *arg)
{
	(void)arg;
	return sv_fail(EX_TEMPFAIL, "AGI: the exchange does not answer");
}

int agi_link_settle(struct agi_link *link, int within_ms)
{
	struct settling settling = { link, sv_loop_new() };
	struct sv_timer timer = { .fire = late };
	int rc;

	sv_loop_arm(settling.loop, &timer, sv_now_ms() + within_ms);
	agi_link_join(link, settling.loop, settled, &settling);
	rc = agi_link_push(link);
	if (!rc)
		rc = settled(&settling);
	if (!rc && !(agi_greeted(link->agi) && agi_idle(link->agi)))
		rc = sv_loop_run(settling.loop);
	if (!rc && !(agi_greeted(link->agi) && agi_idle(link->agi)))
		rc = sv_fail(EX_TEMPFAIL, "AGI: told to stop");
	agi_link_part(link);
	sv_loop_free(settling.loop);
	return rc;
}

char *agi_link_get(const struct agi_link *link, const char *name)
{
	const char *value = agi_get(link->agi, name);

	struct sv_buf buf;

	if (!value || !strcmp(value, "unknown"))
		value = "";
	sv_buf_init(&buf, 4 * strlen(value)); /* U+FFFD has three bytes */
	sv_utf8_repair(&buf, value, strlen(value));
	return sv_buf_take(&buf);
}

void agi_link_facts(const struct agi_link *link, struct call_facts *facts)
{
	facts->caller = agi_link_get(link, "agi_callerid");
	facts->callee = agi_link_get(link, "agi_dnid");
	if (*facts->callee)
		return;
	free(facts->callee);
	facts->callee = agi_link_get(link, "agi_extension");
}

int agi_link_outcome(struct agi_link *link, const char *const values[4],
                     int (*done)(void *arg, const struct agi_reply *reply),
                     void *arg)
{
	static const char *const names[] = { "SV_OUTCOME", "SV_TARGET",
		                             "SV_REASON", "SV_BRIEF" };
	int rc = 0;

	for (int i = 0; !rc && i < 4; i++)
		rc = agi_ask_set(link->agi, names[i], values[i],
		                 i == 3 ? done : NULL, arg);
	return rc ? rc : agi_link_push(link);
}

int agi_link_farewell(struct agi_link *link,
                      const struct call_farewell *farewell,
                      int (*done)(void *arg, const struct agi_reply *reply),
                      void *arg)
{
	const char *brief = json_string_value(farewell->brief);
	char *dumped = NULL;
	int rc;

	if (farewell->brief && !brief)
		dumped = json_dumps(farewell->brief,
		                    JSON_COMPACT | JSON_ENCODE_ANY);
	rc = agi_link_outcome(
		link,
		(const char *const[]){
			farewell->ending == CALL_HANGUP ? "hangup" : "transfer",
			farewell->target, farewell->reason,
			brief ? brief : dumped },
		done, arg);
	free(dumped);
	return rc;
}
