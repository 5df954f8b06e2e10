/* try.c: one entry to the engine, and what became of it */
#include "src/crm/try.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/log.h"

enum { DELAY_MOST_MS = 3600 * 1000, AWAY_MOST_MS = 60 * 1000 };

struct batch *batch_new(void)
{
	return sv_alloc(sizeof(struct batch));
}

void batch_free(struct batch *batch)
{
	int i;

	for (i = 0; i < BATCH_MAX; i++) {
		struct try *try = &batch->tries[i];

		entry_release(&try->entry);
		crm_outcome_release(&try->outcome);
		free(try->why);
	}
	json_decref(batch->made);
	free(batch);
}

/* What was made so far: the outbox knows it, but for what this batch did. */
static int look_up(struct drain *pump, struct batch *batch,
                   const struct entry *entry)
{
	bool same = batch->call && *entry->call &&
	            !strcmp(batch->call, entry->call) &&
	            strcmp(entry->kind, "done") != 0;
	json_t *more;
	int rc;

	if (same)
		return 0;
	rc = outbox_made(pump->outbox, entry, &more);
	if (!rc && batch->call && !strcmp(batch->call, entry->call))
		json_object_update(more, batch->made);
	json_decref(batch->made);
	batch->made = more;
	batch->call = entry->call;
	return rc;
}

static int ask_engine(struct drain *pump, struct try *try, const json_t *made)
{
	const struct entry *entry = &try->entry;
	struct crm_entry asked = { entry->key,   entry->kind,
		                   entry->call,  entry->payload,
		                   entry->place, entry->attempts,
		                   made };
	bool there = false;
	int rc = 0;

	if (!crm_takes(pump->engine, entry->kind))
		return sv_fail(EX_DATAERR, "%s takes no %s", pump->engine->name,
		               entry->kind);
	if (entry_unknown(entry))
		rc = pump->engine->find(pump->crm, &asked, &there,
		                        &try->outcome);
	if (!rc && !there) {
		crm_outcome_release(&try->outcome);
		rc = pump->engine->send(pump->crm, &asked, &try->outcome);
	}
	return rc;
}

int try_send(struct drain *pump, struct batch *batch, struct try *try)
{
	int64_t start_ms = sv_now_ms();
	int rc = look_up(pump, batch, &try->entry);

	if (rc)
		return rc;
	try->tried = true;
	try->code = ask_engine(pump, try, batch->made);
	try->ms = sv_now_ms() - start_ms;
	if (try->code)
		try->why = sv_strdup(sv_why());
	else
		try->outcome.all = false;
	if (try->outcome.made)
		json_object_update(batch->made, try->outcome.made);
	return 0;
}

void try_flush(struct drain *pump, struct batch *batch)
{
	bool sent = false;
	int i, rc;

	for (i = 0; i < batch->n; i++)
		sent = sent || (batch->tries[i].tried && !batch->tries[i].code);
	rc = sent ? pump->engine->flush(pump->crm) : 0;
	for (i = 0; rc && i < batch->n; i++) {
		struct try *try = &batch->tries[i];

		if (!try->tried || try->code)
			continue;
		try->code = rc;
		try->why = sv_strdup(sv_why());
		try->outcome.all = true;
		batch->whole = try;
	}
}

bool try_is_whole(const struct try *try)
{
	return try->code && try->code != EX_DATAERR &&
	       (try->outcome.all || try->code == EX_UNAVAILABLE ||
	        try->code == EX_NOPERM || try->code == EX_CONFIG);
}

/* A little more than what was asked for, so that not all come at once. */
static int64_t due_ms(const struct try *try)
{
	int64_t now_ms = sv_wall_ms();

	if (try->outcome.wait_ms)
		return now_ms + try->outcome.wait_ms +
		       entry_delay_ms(1, try->outcome.wait_ms / 10 + 1);
	if (try_is_whole(try))
		return now_ms;
	return now_ms + entry_delay_ms(try->entry.failures + 1, DELAY_MOST_MS);
}

static bool is_dead(const struct try *try)
{
	return try->code == EX_DATAERR ||
	       (try->code && !try_is_whole(try) &&
	        try->entry.failures + 1 >= OUTBOX_FAILURES_MAX);
}

/* what this entry has made in all its tries, yours to free(); or NULL */
static char *all_made(const struct try *try)
{
	json_t *made;
	char *text;

	if (!try->outcome.made)
		return NULL;
	made = try->entry.made ? json_loads(try->entry.made, 0, NULL) : NULL;
	if (!made)
		made = json_object();
	json_object_update(made, try->outcome.made);
	text = json_dumps(made, JSON_COMPACT);
	json_decref(made);
	return text;
}

int try_settle_ms(const struct drain *pump)
{
	return pump->engine->settle ? pump->engine->settle(pump->crm) : 0;
}

/* Without an answer it may still be at work, as if we had died. */
static int64_t not_before_ms(const struct drain *pump, const struct try *try)
{
	if (!try->code || !try->outcome.unknown)
		return 0;
	return sv_wall_ms() + try_settle_ms(pump);
}

int try_note(struct drain *pump, struct try *try)
{
	struct failure failure = { .why = try->why, .dead = is_dead(try) };
	char *made;
	int rc;

	if (!try->tried)
		return outbox_unclaim(pump->outbox, &try->entry);
	made = all_made(try);
	failure.made = made;
	failure.own = !try_is_whole(try);
	failure.due_ms = due_ms(try);
	if (failure.due_ms < not_before_ms(pump, try))
		failure.due_ms = not_before_ms(pump, try);
	rc = try->code
	             ? outbox_failed(pump->outbox, &try->entry, &failure,
	                             &try->seq)
	             : outbox_sent(pump->outbox, &try->entry, made, &try->seq);
	free(made);
	return rc;
}

void try_tell(struct drain *pump, struct try *try)
{
	const struct entry *entry = &try->entry;
	bool dead = is_dead(try);

	if (!try->tried)
		return;
	if (dead)
		sv_warn("%s: %s: given up, see sv-crm outbox", entry->key,
		        try->why);
	if (!try->code)
		drain_tell(pump, entry, "crm.sent", try->seq,
		           json_pack("{ss ss ss sI sO*}", "kind", entry->kind,
		                     "key", entry->key, "engine",
		                     pump->engine->name, "ms",
		                     (json_int_t)try->ms, "made",
		                     try->outcome.made));
	else
		drain_tell(pump, entry, "crm.failed", try->seq,
		           json_pack("{ss ss ss so si si sb}", "kind",
		                     entry->kind, "key", entry->key, "engine",
		                     pump->engine->name, "reason",
		                     sv_event_text(try->why), "code", try->code,
		                     "attempts", entry->attempts, "dead",
		                     dead));
}
