/* outbox.c: what waits for the CRM, in SQLite */
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

int outbox_put(struct outbox *outbox, const struct entry *entry, int64_t *seq)
{
	struct sv_rows *row;
	bool there;
	int rc = sv_store_first(outbox->store, &row,
	                        "SELECT 1 FROM outbox WHERE key = ?", "s",
	                        entry->key);

	*seq = 0;
	there = row != NULL;
	sv_rows_free(row);
	if (rc)
		return rc;
	if (there)
		return sv_store_change(
			outbox->store, NULL,
			"UPDATE outbox SET payload = ?1, rank = ?2,"
			" next_due = ?3 WHERE key = ?4 AND rank < ?2"
			" AND state = 'queued' AND attempts = 0",
			"siis", entry->payload, (int64_t)entry->rank,
			entry->next_due_ms, entry->key);
	rc = sv_store_change(
		outbox->store, NULL,
		"INSERT INTO outbox (key, kind, call, payload, rank,"
		" next_due, created) VALUES (?, ?, ?, ?, ?, ?, ?)",
		"ssssiii", entry->key, entry->kind, entry->call, entry->payload,
		(int64_t)entry->rank, entry->next_due_ms, sv_wall_ms());
	return rc ? rc : outbox_seq(outbox, entry->call, seq);
}

int outbox_release(struct outbox *outbox, const char *key, int64_t now_ms)
{
	return sv_store_change(outbox->store, NULL,
	                       "UPDATE outbox SET next_due = ?1 WHERE key = ?2"
	                       " AND state = 'queued' AND attempts = 0"
	                       " AND next_due > ?1",
	                       "is", now_ms, key);
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

int outbox_claim(struct outbox *outbox, int64_t now_ms, int64_t place,
                 int64_t after_id, struct entry *entry)
{
	struct sv_rows *row;
	/* an attempt is due at once again: who died in it holds no lock */
	int rc = sv_store_first(
		outbox->store, &row,
		"UPDATE outbox SET attempts = attempts + 1,"
		" place = CASE attempts WHEN 0 THEN ?1 ELSE place END"
		" WHERE id = (SELECT id FROM outbox"
		"  WHERE state = 'queued' AND next_due <= ?2 AND id > ?3"
		"  ORDER BY id LIMIT 1) RETURNING " ENTRY_COLUMNS,
		"iii", place, now_ms, after_id);

	memset(entry, 0, sizeof *entry);
	if (row)
		entry_read(row, entry);
	sv_rows_free(row);
	return rc;
}

int outbox_sent(struct outbox *outbox, const struct entry *entry, int64_t *seq)
{
	int rc = sv_store_change(outbox->store, NULL,
	                         "UPDATE outbox SET state = 'sent',"
	                         " last_error = NULL WHERE key = ?",
	                         "s", entry->key);

	return rc ? rc : outbox_seq(outbox, entry->call, seq);
}

int outbox_failed(struct outbox *outbox, const struct entry *entry,
                  const char *why, int64_t now_ms, bool dead)
{
	return sv_store_change(outbox->store, NULL,
	                       "UPDATE outbox SET state = ?, last_error = ?,"
	                       " next_due = ? WHERE key = ?",
	                       "ssis", dead ? "dead" : "queued", why,
	                       now_ms + entry_delay_ms(entry), entry->key);
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
