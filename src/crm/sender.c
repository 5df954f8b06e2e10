/* sender.c: the process that sends what is due */
#include "src/crm/sender.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/log.h"

#include "src/crm/hurry.h"

enum {
	ROUND_MS = 500,
	TURN_MS = 100,        /* for those who want to change an entry */
	BUSY_MS = 200,        /* until a busy outbox is tried again */
	LOOK_MS = 1000,       /* others fill it, too */
	AWAY_MOST_MS = 60000, /* until a CRM that is away is */
	HURRY_MS = 5000,      /* after SIGTERM */
};

struct sender {
	const struct crew_part *part;
	struct drain pump;
	int64_t end_ms; /* once it is to hurry; 0 */
	char *why;      /* said last */
	bool over;      /* its pipe has ended */
};

static bool stop(void *arg)
{
	struct sender *sender = arg;

	if (hurry_told() && !sender->end_ms)
		sender->end_ms = sv_now_ms() + HURRY_MS;
	return getppid() != sender->part->parent ||
	       (sender->end_ms && sv_now_ms() >= sender->end_ms);
}

/* the same sentence again is not said */
static void note(struct sender *sender, int code)
{
	if (!code)
		return;
	if (!sender->why || strcmp(sender->why, sv_why()) != 0)
		sv_warn("%s", sv_why());
	free(sender->why);
	sender->why = sv_strdup(sv_why());
}

/* Takes what was written into the pipe; false at its end. */
static bool read_pokes(struct sender *sender)
{
	char pokes[4096];
	ssize_t n;

	do
		n = read(sender->part->in, pokes, sizeof pokes);
	while (n > 0);
	return n < 0;
}

/* Waits for ms, or for the pipe's end; new entries end it, too, when that is
 * of use. */
static void wait_for(struct sender *sender, int64_t ms, bool pokes_end_it)
{
	struct pollfd in = { .fd = sender->part->in, .events = POLLIN };
	int64_t end_ms = sv_now_ms() + ms, left;

	while (!sender->over && !stop(sender) &&
	       (left = end_ms - sv_now_ms()) > 0) {
		if (poll(&in, 1, (int)left) <= 0)
			continue;
		sender->over = !read_pokes(sender);
		if (pokes_end_it)
			break;
	}
}

static int64_t pause_ms(struct sender *sender, int rc, enum drained left)
{
	int64_t due_ms, ms;

	if (rc && sender->pump.wait_ms)
		return sender->pump.wait_ms;
	if (rc)
		return entry_delay_ms(sender->pump.away, AWAY_MOST_MS);
	if (left != DRAINED)
		return left == DRAIN_BUSY ? BUSY_MS : TURN_MS;
	if (outbox_next_due(sender->pump.outbox, &due_ms))
		return LOOK_MS;
	ms = due_ms - sv_wall_ms();
	return ms < 1 ? 1 : ms > LOOK_MS ? LOOK_MS : ms;
}

static int send_all(struct sender *sender)
{
	enum drained left = DRAINED;
	int rc = 0;

	while (!sender->over && !stop(sender)) {
		rc = drain(&sender->pump, ROUND_MS, &left);
		note(sender, rc);
		wait_for(sender, pause_ms(sender, rc, left), !rc);
	}
	if (getppid() != sender->part->parent)
		return 0;
	rc = drain_all(&sender->pump, sender->part->options->timeout_ms);
	note(sender, rc);
	return rc;
}

int sender_run(const struct crew_part *part)
{
	struct sender sender = {
		.part = part,
		.pump = { .engine = part->engine,
		          .crm = part->crm,
		          .stop = stop,
		          .order = part->order },
	};
	int rc;

	sender.pump.arg = &sender;
	fcntl(part->in, F_SETFL, O_NONBLOCK);
	sv_event_to(part->words);
	rc = outbox_open(&sender.pump.outbox, part->options->store, false);
	note(&sender, rc);
	if (!rc)
		rc = send_all(&sender);
	outbox_close(sender.pump.outbox);
	part->engine->close(part->crm);
	free(sender.why);
	return rc > 0 ? rc : 0;
}
