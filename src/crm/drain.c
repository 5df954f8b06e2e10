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

static int sent(struct drain *pump, const struct entry *entry, int64_t ms)
{
	int64_t seq = 0;
	int rc = outbox_sent(pump->outbox, entry, &seq);

	if (!rc)
		drain_tell(pump, entry, "crm.sent", seq,
		           json_pack("{ss ss ss sI}", "kind", entry->kind,
		                     "key", entry->key, "engine",
		                     pump->engine->name, "ms", (json_int_t)ms));
	return rc;
}

/* The entry waits for its next try, or is dead; code is why. */
static int failed(struct drain *pump, const struct entry *entry, int code)
{
	bool dead =
		code == EX_DATAERR || entry->attempts >= OUTBOX_ATTEMPTS_MAX;
	char *why = sv_strdup(sv_why());
	int64_t seq = 0;
	int rc = outbox_failed(pump->outbox, entry, sv_wall_ms(), dead, &seq);

	/* on a full disk it may not be noted either: the try counts */
	if (!rc)
		drain_tell(pump, entry, "crm.failed", seq,
		           json_pack("{ss ss ss ss si}", "kind", entry->kind,
		                     "key", entry->key, "engine",
		                     pump->engine->name, "reason", why, "code",
		                     code));
	if (!rc && !dead)
		rc = sv_fail(code, "%s: %s", entry->key, why);
	else if (!rc)
		sv_warn("%s: %s: given up, see sv-crm outbox", entry->key, why);
	free(why);
	return rc;
}

static int send_entry(struct drain *pump, const struct entry *entry)
{
	struct crm_entry crm_entry = { entry->key, entry->kind, entry->call,
		                       entry->payload, entry->place };
	int64_t start_ms = sv_now_ms();
	bool there = false;
	int rc = 0;

	if (entry_unknown(entry))
		rc = pump->engine->find(pump->crm, &crm_entry, &there);
	if (!rc && !there)
		rc = pump->engine->send(pump->crm, &crm_entry);
	if (rc)
		return failed(pump, entry, rc);
	return sent(pump, entry, sv_now_ms() - start_ms);
}

static int send_due(struct drain *pump, int64_t place, int64_t until_ms,
                    bool *more)
{
	struct entry entry;
	bool found = true;
	int rc = 0;

	while (!rc && found && sv_now_ms() < until_ms) {
		rc = outbox_claim(pump->outbox, sv_wall_ms(), place, &entry,
		                  &found);
		if (!rc && found)
			rc = send_entry(pump, &entry);
		entry_release(&entry);
	}
	*more = found;
	return rc;
}

/* The outbox's lock and the engine; *busy when somebody else has one. */
static int take(struct drain *pump, int64_t *place, bool *busy)
{
	int rc = outbox_lock(pump->outbox);

	if (!rc) {
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
