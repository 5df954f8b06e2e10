/* keeper.c: events from a pipe into the outbox, until they are safe there */
#include "src/crm/keeper.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"

#include "src/crm/hurry.h"
#include "src/crm/intake.h"

enum {
	SAVE_MS = 5000,       /* calls that go on are saved so often */
	SAVE_BYTES = 4 << 20, /* or when so much was read of them */
	PAUSE_MS = 50,        /* between tries, at first */
	PAUSE_MOST_MS = 2000,
};

struct keeper {
	const struct crew_part *part;
	struct drain drain;
	struct intake intake;
	struct sv_events *events;
	struct sv_event event; /* that is being understood */
	size_t read;           /* bytes that were not told to be safe */
	int64_t save_ms;       /* when calls that go on are saved */
	char *why;             /* said last */
	bool ended;            /* the stream has */
};

/* With the lock, as words and events must not get into each other. */
static void say(struct keeper *keeper, const char *word)
{
	order_take(keeper->drain.order);
	/* who is not there any more need not know */
	(void)sv_write(keeper->part->words, word, strlen(word), "words");
	order_give(keeper->drain.order);
}

static void say_safe(struct keeper *keeper)
{
	char word[40];

	if (!keeper->read)
		return;
	snprintf(word, sizeof word, "safe %zu\n", keeper->read);
	keeper->read = 0;
	say(keeper, word);
}

/* what stays wrong is for who started this to say */
static void say_why(struct keeper *keeper)
{
	char *word = sv_format("why %s\n", sv_why());

	say(keeper, word);
	free(word);
}

/* what may be otherwise soon: a server that starts, a disk with room again, a
 * right that is given */
static bool may_pass(int code)
{
	return code == EX_TEMPFAIL || code == EX_NOPERM || code == EX_IOERR ||
	       code == EX_CANTCREAT;
}

/* Waits; false when nobody would wait for the store any longer. */
static bool pause_for(const struct keeper *keeper, int ms)
{
	struct pollfd in = { .fd = keeper->part->in };

	return !hurry_told() && poll(&in, 1, ms) <= 0 && !hurry_told();
}

/* the same sentence again is not said */
static void note(struct keeper *keeper)
{
	if (!keeper->why || strcmp(keeper->why, sv_why()) != 0)
		sv_warn("%s", sv_why());
	free(keeper->why);
	keeper->why = sv_strdup(sv_why());
}

/* Does something with the store until it could be done. At the end it is tried
 * once more, and no longer. */
static int insist(struct keeper *keeper, int (*act)(struct keeper *keeper))
{
	int pause_ms = PAUSE_MS;
	bool wait = true;
	int rc = act(keeper);

	if (rc && !may_pass(rc))
		return rc; /* who started this says it */
	if (!rc)
		return 0;
	note(keeper);
	while (wait && may_pass(rc)) {
		if (pause_ms == PAUSE_MS)
			say(keeper, "away\n");
		wait = pause_for(keeper, pause_ms);
		if (pause_ms < PAUSE_MOST_MS)
			pause_ms *= 2;
		rc = act(keeper);
		if (may_pass(rc))
			note(keeper);
	}
	if (!rc)
		say(keeper, "ready\n");
	return rc;
}

static int open_store(struct keeper *keeper)
{
	return outbox_open(&keeper->drain.outbox, keeper->part->options->store,
	                   keeper->part->options->dry_run);
}

static int take_event(struct keeper *keeper)
{
	return intake_event(&keeper->intake, &keeper->event);
}

static int queue(struct keeper *keeper)
{
	return intake_queue(&keeper->intake);
}

static int save(struct keeper *keeper)
{
	return intake_save(&keeper->intake);
}

static int settle(struct keeper *keeper)
{
	int rc = 0;

	if (keeper->ended)
		return intake_settle(&keeper->intake);
	if (keeper->intake.n_touched)
		rc = intake_queue(&keeper->intake);
	return rc ? rc : intake_save(&keeper->intake);
}

/* events that come from outside and are called like it do not get here */
static bool is_end(const struct sv_event *event)
{
	return event->len == strlen(KEEPER_END) &&
	       !memcmp(event->line, KEEPER_END, event->len);
}

static int take_events(struct keeper *keeper)
{
	int rc = 0, got;

	while (!rc &&
	       (got = sv_events_pop(keeper->events, &keeper->event)) != 0) {
		if (got < 0)
			return sv_events_code(keeper->events);
		if (!keeper->read)
			keeper->save_ms = sv_now_ms() + SAVE_MS;
		keeper->ended = keeper->ended || is_end(&keeper->event);
		rc = insist(keeper, take_event);
		keeper->read += keeper->event.len;
	}
	if (!rc && keeper->intake.n_touched)
		rc = insist(keeper, queue);
	if (keeper->intake.queued)
		say(keeper, "queued\n");
	keeper->intake.queued = false;
	return rc;
}

/* What was read is safe when no call knows more than the store. */
static int make_safe(struct keeper *keeper)
{
	bool late =
		keeper->read >= SAVE_BYTES || sv_now_ms() >= keeper->save_ms;
	int rc = 0;

	if (!keeper->read)
		return 0;
	if (intake_unsaved(&keeper->intake)) {
		if (!late)
			return 0;
		rc = insist(keeper, save);
	}
	if (!rc)
		say_safe(keeper);
	return rc;
}

/* how long there is time; -1: until something comes */
static int left_ms(const struct keeper *keeper)
{
	int64_t left = keeper->save_ms - sv_now_ms();

	if (!keeper->read)
		return -1;
	return left > 0 ? (int)left : 0;
}

static int keep(struct keeper *keeper)
{
	struct pollfd in = { .fd = keeper->part->in, .events = POLLIN };
	int more = 1, rc = insist(keeper, open_store);

	if (!rc)
		say(keeper, "ready\n");
	while (!rc && more) {
		int ready = poll(&in, 1, left_ms(keeper));

		if (ready > 0) {
			more = sv_events_fill(keeper->events);
			if (more < 0)
				return sv_events_code(keeper->events);
			rc = take_events(keeper);
		}
		if (!rc && more && !keeper->ended)
			rc = make_safe(keeper);
	}
	if (!rc)
		rc = insist(keeper, settle);
	if (keeper->intake.queued)
		say(keeper, "queued\n");
	if (!rc)
		say_safe(keeper);
	return rc;
}

int keeper_run(const struct crew_part *part)
{
	struct keeper keeper = {
		.part = part,
		.drain = { .engine = part->engine, .order = part->order },
		.intake = { .hold_ms = part->options->hold_ms,
		            .dry_run = part->options->dry_run },
	};
	int rc;

	keeper.intake.drain = &keeper.drain;
	keeper.intake.said = json_object();
	sv_event_to(part->words);
	keeper.events = sv_events_new(part->in, "events");
	rc = keep(&keeper);
	if (rc && !may_pass(rc))
		say_why(&keeper);
	outbox_close(keeper.drain.outbox);
	intake_release(&keeper.intake);
	sv_events_free(keeper.events);
	free(keeper.why);
	return rc;
}
