/* drain.c: from the outbox to the engine */
#include "src/crm/drain.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/log.h"

#include "src/crm/try.h"

enum {
	WAIT_MS = 10,   /* between two tries for the lock */
	ROUND_MS = 500, /* before the lock is let go, for others to have it */
	IN_A_ROW = 3,   /* entries that fail: then it is the CRM */
};

void drain_tell(struct drain *pump, const struct entry *entry, const char *type,
                int64_t seq, json_t *fields)
{
	if (pump->told) {
		json_decref(fields);
		return;
	}
	sv_event_set_seq(entry->call, seq);
	pump->told = sv_event_write(entry->call, 0, type, fields);
}

static bool stopped(const struct drain *pump)
{
	return pump->stop && pump->stop(pump->arg);
}

/* within a transaction */
static int claim(struct drain *pump, int64_t place, struct batch *batch)
{
	struct claims claims = { .now_ms = sv_wall_ms(), .place = place };
	int rc = 0;

	claims.until_ms = claims.now_ms + try_settle_ms(pump);

	while (!rc && batch->n < BATCH_MAX && batch->n < pump->engine->batch) {
		struct entry *entry = &batch->tries[batch->n].entry;

		rc = pump->key ? outbox_claim_key(pump->outbox, &claims,
		                                  pump->key, entry)
		               : outbox_claim(pump->outbox, &claims, entry);
		if (rc || !entry->id)
			break;
		batch->n++;
		if (pump->key)
			break;
	}
	return rc;
}

/* Many that fail one behind the other, each of another call, say as much of
 * the CRM as of themselves. */
static void judge(struct drain *pump, struct batch *batch, struct try *try)
{
	if (!try->code || try->code == EX_DATAERR) {
		pump->in_a_row = 0;
		return;
	}
	if (++pump->in_a_row >= IN_A_ROW)
		try->outcome.all = true;
	if (try_is_whole(try))
		batch->whole = try;
}

/* The first failure of a call ends it, one of the CRM ends all. */
static int send_batch(struct drain *pump, struct batch *batch)
{
	const char *bad = "";
	int i, rc = 0;

	for (i = 0; i < batch->n && !batch->whole && !rc; i++) {
		struct try *try = &batch->tries[i];

		if ((*bad && !strcmp(bad, try->entry.call)) || stopped(pump))
			continue;
		rc = try_send(pump, batch, try);
		judge(pump, batch, try);
		if (try->code && try->code != EX_DATAERR)
			bad = try->entry.call;
	}
	if (!rc)
		try_flush(pump, batch);
	return rc;
}

/* What became of a batch, and which is the next: one commit, as each of them
 * waits for the disk. Either may be NULL. */
static int turn(struct drain *pump, int64_t place, struct batch *batch,
                struct batch *next)
{
	int i, rc = outbox_begin(pump->outbox);

	for (i = 0; !rc && batch && i < batch->n; i++)
		rc = try_note(pump, &batch->tries[i]);
	if (!rc && next)
		rc = claim(pump, place, next);
	if (!rc)
		rc = outbox_commit(pump->outbox);
	if (!rc)
		return 0;
	outbox_rollback(pump->outbox);
	if (next)
		next->n = 0;
	return rc;
}

static void tell_batch(struct drain *pump, struct batch *batch)
{
	int i;

	order_take(pump->order);
	for (i = 0; i < batch->n; i++)
		try_tell(pump, &batch->tries[i]);
	order_give(pump->order);
}

/* what is left to say of the round: why the CRM as a whole failed */
static int conclude(struct drain *pump, const struct batch *batch)
{
	const struct try *bad = batch->whole;

	if (!bad) {
		pump->away = 0;
		return 0;
	}
	pump->away++;
	pump->in_a_row = 0;
	pump->wait_ms = bad->outcome.wait_ms;
	return sv_fail(bad->code, "%s: %s", bad->entry.key, bad->why);
}

/* Sends a batch that is claimed, and claims the next while there is time. */
static int go(struct drain *pump, int64_t place, struct batch *batch,
              struct batch *next, int64_t until_ms)
{
	int rc = send_batch(pump, batch);
	bool over = batch->whole || stopped(pump) || sv_now_ms() >= until_ms;

	if (!rc)
		rc = turn(pump, place, batch, over ? NULL : next);
	if (rc)
		return rc;
	tell_batch(pump, batch);
	return conclude(pump, batch);
}

static int send_due(struct drain *pump, int64_t place, int64_t until_ms,
                    bool *more)
{
	struct batch *batch = batch_new();
	bool over = stopped(pump) || sv_now_ms() >= until_ms;
	int rc = over ? 0 : turn(pump, place, NULL, batch);

	*more = rc || over || batch->n > 0;
	while (!rc && batch->n) {
		struct batch *next = batch_new();

		rc = go(pump, place, batch, next, until_ms);
		batch_free(batch);
		batch = next;
		*more = rc || batch->n || stopped(pump) ||
		        sv_now_ms() >= until_ms;
	}
	batch_free(batch);
	return rc;
}

/* The outbox's lock and the engine; *busy when somebody else has one. */
static int take(struct drain *pump, int64_t *place, bool *busy)
{
	int rc = outbox_lock(pump->outbox);

	if (!rc) {
		if (pump->engine->lend)
			pump->engine->lend(pump->crm,
			                   outbox_store(pump->outbox));
		rc = pump->engine->begin(pump->crm, place);
		if (rc)
			outbox_unlock(pump->outbox);
	}
	*busy = rc == EX_TEMPFAIL;
	if (rc && !*busy)
		pump->away++;
	return rc;
}

int drain(struct drain *pump, int64_t budget_ms, enum drained *left)
{
	int64_t place = 0, due_ms;
	bool more = false, busy = false;
	int rc = outbox_next_due(pump->outbox, &due_ms);

	*left = DRAINED;
	pump->wait_ms = 0;
	if (rc || due_ms > sv_wall_ms())
		return rc;
	rc = take(pump, &place, &busy);
	if (busy) {
		*left = DRAIN_BUSY;
		return 0;
	}
	if (rc)
		return rc;
	rc = send_due(pump, place, sv_now_ms() + budget_ms, &more);
	if (more)
		*left = DRAIN_MORE;
	pump->engine->end(pump->crm);
	outbox_unlock(pump->outbox);
	return rc;
}

/* Sleeps for ms, but not beyond until_ms, nor when it is to stop; whether it
 * did. */
static bool rest(const struct drain *pump, int64_t ms, int64_t until_ms)
{
	int64_t end_ms = sv_now_ms() + ms;

	if (end_ms > until_ms)
		return false;
	while (sv_now_ms() < end_ms && !stopped(pump))
		poll(NULL, 0, WAIT_MS);
	return !stopped(pump);
}

int drain_all(struct drain *pump, int64_t timeout_ms)
{
	int64_t give_up_ms = sv_now_ms() + timeout_ms;
	enum drained left = DRAIN_MORE;
	int rc = 0;

	while (!rc && left != DRAINED && !stopped(pump)) {
		rc = drain(pump, ROUND_MS, &left);
		if (rc && pump->wait_ms &&
		    rest(pump, pump->wait_ms, give_up_ms))
			rc = 0;
		else if (!rc && left != DRAIN_BUSY)
			give_up_ms = sv_now_ms() + timeout_ms;
		/* the sentence says who is busy */
		else if (!rc && !rest(pump, WAIT_MS, give_up_ms))
			rc = EX_TEMPFAIL;
		/* those who want to change something get their turn */
		if (!rc && left == DRAIN_MORE)
			poll(NULL, 0, 2 * WAIT_MS);
	}
	return rc ? rc : outbox_failing(pump->outbox);
}
