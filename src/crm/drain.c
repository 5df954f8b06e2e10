/* drain.c: from the outbox to the engine */
#include "src/crm/drain.h"

#include <poll.h>
#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/start.h"

enum {
	BATCH_MAX = 256,
	WAIT_MS = 50,  /* between two tries for the lock */
	ROUND_MS = 500 /* before the lock is let go, for others to have it */
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

/* Entries that are claimed together, sent one by one, and done together: a
 * commit for each would be most of the work. */
struct batch {
	struct entry entries[BATCH_MAX];
	int n;      /* claimed */
	int n_sent; /* of them, the first */
	int64_t seqs[BATCH_MAX];
	int64_t start_ms;
};

static int claim(struct drain *pump, int64_t place, struct batch *batch)
{
	int64_t now_ms = sv_wall_ms(), last = 0;
	int rc = outbox_begin(pump->outbox);

	batch->start_ms = sv_now_ms();
	while (!rc && batch->n < BATCH_MAX && batch->n < pump->engine->batch) {
		struct entry *entry = &batch->entries[batch->n];

		rc = outbox_claim(pump->outbox, now_ms, place, last, entry);
		if (rc || !entry->id)
			break;
		last = entry->id;
		batch->n++;
	}
	if (!rc)
		rc = outbox_commit(pump->outbox);
	if (rc)
		outbox_rollback(pump->outbox);
	return rc;
}

static int send_entry(struct drain *pump, const struct entry *entry)
{
	json_t *made = json_object();
	struct crm_entry crm_entry = { entry->key,   entry->kind,
		                       entry->call,  entry->payload,
		                       entry->place, entry->attempts,
		                       made };
	struct crm_outcome outcome = { 0 };
	bool there = false;
	int rc = 0;

	if (entry_unknown(entry))
		rc = pump->engine->find(pump->crm, &crm_entry, &there,
		                        &outcome);
	if (!rc && !there)
		rc = pump->engine->send(pump->crm, &crm_entry, &outcome);
	crm_outcome_release(&outcome);
	json_decref(made);
	return rc;
}

/* The first failure ends the batch: the CRM is away, or the entry bad. */
static int send_batch(struct drain *pump, struct batch *batch)
{
	int rc = 0, flushed = 0;
	char *why;

	while (!rc && batch->n_sent < batch->n) {
		rc = send_entry(pump, &batch->entries[batch->n_sent]);
		batch->n_sent += !rc;
	}
	why = sv_strdup(sv_why());
	if (batch->n_sent)
		flushed = pump->engine->flush(pump->crm);
	if (flushed) {
		batch->n_sent = 0;
		rc = flushed;
	} else if (rc) {
		sv_fail(rc, "%s", why);
	}
	free(why);
	return rc;
}

/* Notes how the batch went; code and why are of the entry that failed. */
static int note_batch(struct drain *pump, struct batch *batch, int code,
                      const char *why, bool dead)
{
	const struct entry *bad = &batch->entries[batch->n_sent];
	int i, rc = outbox_begin(pump->outbox);

	for (i = 0; !rc && i < batch->n_sent; i++)
		rc = outbox_sent(pump->outbox, &batch->entries[i],
		                 &batch->seqs[i]);
	if (!rc && code)
		rc = outbox_failed(pump->outbox, bad, why, sv_wall_ms(), dead);
	if (!rc && code)
		rc = outbox_seq(pump->outbox, bad->call, &batch->seqs[i]);
	if (!rc)
		rc = outbox_commit(pump->outbox);
	if (rc)
		outbox_rollback(pump->outbox);
	return rc;
}

static void tell_batch(struct drain *pump, const struct batch *batch, int code,
                       const char *why)
{
	json_int_t ms = sv_now_ms() - batch->start_ms;
	const struct entry *entry = batch->entries;
	int i;

	for (i = 0; i < batch->n_sent; i++, entry++)
		drain_tell(pump, entry, "crm.sent", batch->seqs[i],
		           json_pack("{ss ss ss sI}", "kind", entry->kind,
		                     "key", entry->key, "engine",
		                     pump->engine->name, "ms", ms));
	if (code)
		drain_tell(pump, entry, "crm.failed", batch->seqs[i],
		           json_pack("{ss ss ss ss si}", "kind", entry->kind,
		                     "key", entry->key, "engine",
		                     pump->engine->name, "reason", why, "code",
		                     code));
}

static bool is_dead(const struct entry *entry, int code)
{
	return code == EX_DATAERR || entry->attempts >= OUTBOX_ATTEMPTS_MAX;
}

static int go(struct drain *pump, int64_t place, struct batch *batch)
{
	const struct entry *bad;
	int code, rc = claim(pump, place, batch);
	bool dead;
	char *why;

	if (rc || !batch->n)
		return rc;
	code = send_batch(pump, batch);
	bad = &batch->entries[batch->n_sent];
	dead = code && is_dead(bad, code);
	why = sv_strdup(sv_why());
	rc = note_batch(pump, batch, code, why, dead);
	if (!rc) {
		tell_batch(pump, batch, code, why);
		if (dead)
			sv_warn("%s: %s: given up, see sv-crm outbox", bad->key,
			        why);
		else if (code)
			rc = sv_fail(code, "%s: %s", bad->key, why);
	}
	free(why);
	return rc;
}

static int send_due(struct drain *pump, int64_t place, int64_t until_ms,
                    bool *more)
{
	int i, rc = 0;

	*more = true;
	while (!rc && *more && sv_now_ms() < until_ms) {
		struct batch batch = { 0 };

		rc = go(pump, place, &batch);
		*more = batch.n > 0;
		for (i = 0; i < BATCH_MAX; i++)
			entry_release(&batch.entries[i]);
	}
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
	return rc;
}

int drain(struct drain *pump, int64_t budget_ms, enum drained *left)
{
	int64_t place = 0, due_ms;
	bool more = false, busy = false;
	int rc = outbox_next_due(pump->outbox, &due_ms);

	*left = DRAINED;
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

int drain_all(struct drain *pump, int64_t timeout_ms)
{
	int64_t give_up_ms = sv_now_ms() + timeout_ms;
	enum drained left = DRAIN_MORE;
	int rc = 0;

	while (!rc && left != DRAINED) {
		rc = drain(pump, ROUND_MS, &left);
		if (rc || left != DRAIN_BUSY)
			continue;
		/* the sentence says who is busy */
		if (sv_now_ms() >= give_up_ms)
			return EX_TEMPFAIL;
		poll(NULL, 0, WAIT_MS);
	}
	return rc;
}
