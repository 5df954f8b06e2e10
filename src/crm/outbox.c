/* outbox.c: what waits for the CRM, filled; claim.c empties it */
#include "src/crm/outbox.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"

#include "src/crm/entry.h"

struct outbox {
	struct sv_store *store;
	bool locked; /* we have the right to send */
};

int outbox_open(struct outbox **made, const char *dsn, bool read_only)
{
	int64_t old_ms = sv_wall_ms() - OUTBOX_KEPT_DAYS * INT64_C(86400000);
	struct outbox *outbox = sv_alloc(sizeof *outbox);
	int rc;

	rc = sv_store_open(&outbox->store, dsn,
	                   read_only ? SV_STORE_READ : SV_STORE_WRITE);
	if (!rc && !read_only)
		rc = sv_store_change(outbox->store, NULL,
		                     "UPDATE crm_call SET state = NULL"
		                     " WHERE state IS NOT NULL AND updated < ?",
		                     "i", old_ms);
	*made = outbox;
	if (rc) {
		outbox_close(outbox);
		*made = NULL;
	}
	return rc;
}

void outbox_close(struct outbox *outbox)
{
	if (!outbox)
		return;
	if (outbox->store)
		outbox_unlock(outbox);
	sv_store_close(outbox->store);
	free(outbox);
}

struct sv_store *outbox_store(struct outbox *outbox)
{
	return outbox->store;
}

int outbox_begin(struct outbox *outbox)
{
	return sv_store_begin(outbox->store);
}

int outbox_commit(struct outbox *outbox)
{
	return sv_store_commit(outbox->store);
}

void outbox_rollback(struct outbox *outbox)
{
	sv_store_rollback(outbox->store);
}

int outbox_seq(struct outbox *outbox, const char *call, int64_t *seq)
{
	struct sv_rows *row;
	int rc = sv_store_first(
		outbox->store, &row,
		"INSERT INTO crm_call (call, seq, updated)"
		" VALUES (?, 1, ?)"
		" ON CONFLICT (call) DO UPDATE SET seq = crm_call.seq + 1"
		" RETURNING seq",
		"si", call, sv_wall_ms());

	if (row)
		*seq = sv_rows_int(row, 0);
	sv_rows_free(row);
	return rc;
}

/* Two processes may be putting the same. */
int outbox_put(struct outbox *outbox, const struct entry *entry, int64_t *seq)
{
	int64_t n = 0;
	int rc = sv_store_change(
		outbox->store, &n,
		"INSERT INTO outbox (key, kind, call, payload, rank,"
		" next_due, created, step, subject)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
		" ON CONFLICT (key) DO NOTHING",
		"ssssiiiis", entry->key, entry->kind, entry->call,
		entry->payload, (int64_t)entry->rank, entry->next_due_ms,
		sv_wall_ms(), (int64_t)entry_step(entry->kind),
		entry->subject ? entry->subject : "");

	*seq = 0;
	if (rc)
		return rc;
	if (n)
		return outbox_seq(outbox, entry->call, seq);
	return sv_store_change(outbox->store, NULL,
	                       "UPDATE outbox SET payload = ?1, rank = ?2,"
	                       " next_due = ?3 WHERE key = ?4 AND rank < ?2"
	                       " AND state = 'queued' AND attempts = 0",
	                       "siis", entry->payload, (int64_t)entry->rank,
	                       entry->next_due_ms, entry->key);
}

int outbox_has_task(struct outbox *outbox, const char *subject, bool *there)
{
	struct sv_rows *row;
	int rc = sv_store_first(
		outbox->store, &row,
		"SELECT 1 FROM outbox WHERE subject = ?1 AND kind = 'task'"
		" AND state IN ('queued', 'sent')"
		" AND id > (SELECT COALESCE(max(id), 0) FROM outbox"
		"  WHERE subject = ?1 AND kind = 'done'"
		"  AND state <> 'dropped') LIMIT 1",
		"s", subject);

	*there = row != NULL;
	sv_rows_free(row);
	return rc;
}

int outbox_release(struct outbox *outbox, const char *call, int64_t now_ms)
{
	return sv_store_change(outbox->store, NULL,
	                       "UPDATE outbox SET next_due = ?1 WHERE call = ?2"
	                       " AND state = 'queued' AND attempts = 0"
	                       " AND next_due > ?1",
	                       "is", now_ms, call);
}

int outbox_lock(struct outbox *outbox)
{
	int rc = sv_store_lock(outbox->store, "send");

	outbox->locked = !rc;
	return rc;
}

void outbox_unlock(struct outbox *outbox)
{
	if (outbox->locked)
		sv_store_unlock(outbox->store, "send");
	outbox->locked = false;
}

int outbox_next_due(struct outbox *outbox, int64_t *due_ms)
{
	struct sv_rows *row;
	int rc = sv_store_first(outbox->store, &row,
	                        "SELECT min(next_due) FROM outbox"
	                        " WHERE state = 'queued'",
	                        "");

	*due_ms = INT64_MAX;
	if (row && !sv_rows_null(row, 0))
		*due_ms = sv_rows_int(row, 0);
	sv_rows_free(row);
	return rc;
}

int outbox_load_call(struct outbox *outbox, const char *call, char **state)
{
	struct sv_rows *row;
	int rc = sv_store_first(outbox->store, &row,
	                        "SELECT state FROM crm_call WHERE call = ?",
	                        "s", call);

	*state = row ? sv_strdup(sv_rows_text(row, 0)) : NULL;
	sv_rows_free(row);
	return rc;
}

int outbox_save_call(struct outbox *outbox, const char *call, const char *state)
{
	if (!state)
		return sv_store_change(
			outbox->store, NULL,
			"UPDATE crm_call SET state = NULL WHERE call = ?"
			" AND state IS NOT NULL",
			"s", call);
	return sv_store_change(outbox->store, NULL,
	                       "INSERT INTO crm_call (call, state, updated)"
	                       " VALUES (?1, ?2, ?3) ON CONFLICT (call)"
	                       " DO UPDATE SET state = ?2, updated = ?3",
	                       "ssi", call, state, sv_wall_ms());
}
