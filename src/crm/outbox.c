/* outbox.c: what waits for the CRM, in SQLite */
#include "src/crm/outbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"

#include "src/crm/entry.h"
#include "src/crm/store.h"

struct outbox {
	struct store *store;
	int lock_fd; /* -1 unless we have the right to send */
};

/* A migration runs once, whoever comes first; the store has room for the
 * tables of other programs. */
static const char schema[] =
	"CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY);"
	"CREATE TABLE IF NOT EXISTS outbox ("
	" id INTEGER PRIMARY KEY,"
	" key TEXT NOT NULL UNIQUE,"
	" kind TEXT NOT NULL,"
	" call TEXT NOT NULL,"
	" state TEXT NOT NULL DEFAULT 'queued',"
	" payload TEXT NOT NULL,"
	" rank INTEGER NOT NULL,"
	" attempts INTEGER NOT NULL DEFAULT 0,"
	" next_due INTEGER NOT NULL,"
	" place INTEGER NOT NULL DEFAULT 0,"
	" last_error TEXT,"
	" created INTEGER NOT NULL);"
	"CREATE INDEX IF NOT EXISTS outbox_due ON outbox (next_due)"
	" WHERE state = 'queued';"
	/* seq: of our events of the call, so that runs do not count alike */
	"CREATE TABLE IF NOT EXISTS crm_call ("
	" call TEXT PRIMARY KEY,"
	" seq INTEGER NOT NULL DEFAULT 0,"
	" state TEXT,"
	" updated INTEGER NOT NULL);"
	"INSERT OR IGNORE INTO migration VALUES ('outbox-1');";

int outbox_open(struct outbox **made, const char *dsn, bool read_only)
{
	int64_t old_ms = sv_wall_ms() - OUTBOX_KEPT_DAYS * INT64_C(86400000);
	struct outbox *outbox = sv_alloc(sizeof *outbox);
	int rc;

	outbox->lock_fd = -1;
	rc = store_open(&outbox->store, dsn, schema, read_only);
	if (!rc && !read_only)
		rc = store_change(outbox->store,
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
	outbox_unlock(outbox);
	store_close(outbox->store);
	free(outbox);
}

struct store *outbox_store(struct outbox *outbox)
{
	return outbox->store;
}

int outbox_begin(struct outbox *outbox)
{
	return store_begin(outbox->store);
}

int outbox_commit(struct outbox *outbox)
{
	return store_commit(outbox->store);
}

void outbox_rollback(struct outbox *outbox)
{
	store_rollback(outbox->store);
}

int outbox_seq(struct outbox *outbox, const char *call, int64_t *seq)
{
	sqlite3_stmt *row;
	int rc = store_query(outbox->store, &row,
	                     "INSERT INTO crm_call (call, seq, updated)"
	                     " VALUES (?, 1, ?)"
	                     " ON CONFLICT (call) DO UPDATE SET seq = seq + 1"
	                     " RETURNING seq",
	                     "si", call, sv_wall_ms());

	if (row)
		*seq = sqlite3_column_int64(row, 0);
	sqlite3_finalize(row);
	return rc;
}

int outbox_put(struct outbox *outbox, const struct entry *entry, int64_t *seq)
{
	sqlite3_stmt *row;
	bool there;
	int rc = store_query(outbox->store, &row,
	                     "SELECT 1 FROM outbox WHERE key = ?", "s",
	                     entry->key);

	*seq = 0;
	there = row != NULL;
	sqlite3_finalize(row);
	if (rc)
		return rc;
	if (there)
		return store_change(
			outbox->store,
			"UPDATE outbox SET payload = ?1, rank = ?2,"
			" next_due = ?3 WHERE key = ?4 AND rank < ?2"
			" AND state = 'queued' AND attempts = 0",
			"siis", entry->payload, (int64_t)entry->rank,
			entry->next_due_ms, entry->key);
	rc = store_change(outbox->store,
	                  "INSERT INTO outbox (key, kind, call, payload, rank,"
	                  " next_due, created) VALUES (?, ?, ?, ?, ?, ?, ?)",
	                  "ssssiii", entry->key, entry->kind, entry->call,
	                  entry->payload, (int64_t)entry->rank,
	                  entry->next_due_ms, sv_wall_ms());
	return rc ? rc : outbox_seq(outbox, entry->call, seq);
}

int outbox_release(struct outbox *outbox, const char *key, int64_t now_ms)
{
	return store_change(outbox->store,
	                    "UPDATE outbox SET next_due = ?1 WHERE key = ?2"
	                    " AND state = 'queued' AND attempts = 0"
	                    " AND next_due > ?1",
	                    "is", now_ms, key);
}

/* The lock is a file of its own: SQLite closes the database's descriptors as
 * it likes, and POSIX locks go with any of them. */
int outbox_lock(struct outbox *outbox)
{
	char *path;
	int rc = 0;

	if (outbox->lock_fd >= 0)
		return 0;
	path = sv_format("%s-lock", store_path(outbox->store));
	outbox->lock_fd =
		open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
	if (outbox->lock_fd < 0)
		rc = sv_fail(EX_CANTCREAT, "lock %s:", path);
	else if (flock(outbox->lock_fd, LOCK_EX | LOCK_NB))
		rc = errno == EWOULDBLOCK
		             ? sv_fail(EX_TEMPFAIL,
		                       "store %s: another process is sending",
		                       store_path(outbox->store))
		             : sv_fail(EX_IOERR, "lock %s:", path);
	if (rc)
		outbox_unlock(outbox);
	free(path);
	return rc;
}

void outbox_unlock(struct outbox *outbox)
{
	if (outbox->lock_fd >= 0)
		close(outbox->lock_fd);
	outbox->lock_fd = -1;
}

int outbox_claim(struct outbox *outbox, int64_t now_ms, int64_t place,
                 int64_t after_id, struct entry *entry)
{
	sqlite3_stmt *row;
	/* an attempt is due at once again: who died in it holds no lock */
	int rc = store_query(
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
	sqlite3_finalize(row);
	return rc;
}

int outbox_sent(struct outbox *outbox, const struct entry *entry, int64_t *seq)
{
	int rc = store_change(outbox->store,
	                      "UPDATE outbox SET state = 'sent',"
	                      " last_error = NULL WHERE key = ?",
	                      "s", entry->key);

	return rc ? rc : outbox_seq(outbox, entry->call, seq);
}

int outbox_failed(struct outbox *outbox, const struct entry *entry,
                  const char *why, int64_t now_ms, bool dead)
{
	return store_change(outbox->store,
	                    "UPDATE outbox SET state = ?, last_error = ?,"
	                    " next_due = ? WHERE key = ?",
	                    "ssis", dead ? "dead" : "queued", why,
	                    now_ms + entry_delay_ms(entry), entry->key);
}

int outbox_next_due(struct outbox *outbox, int64_t *due_ms)
{
	sqlite3_stmt *row;
	int rc = store_query(outbox->store, &row,
	                     "SELECT min(next_due) FROM outbox"
	                     " WHERE state = 'queued'",
	                     "");

	*due_ms = INT64_MAX;
	if (row && sqlite3_column_type(row, 0) != SQLITE_NULL)
		*due_ms = sqlite3_column_int64(row, 0);
	sqlite3_finalize(row);
	return rc;
}

int outbox_load_call(struct outbox *outbox, const char *call, char **state)
{
	sqlite3_stmt *row;
	int rc = store_query(outbox->store, &row,
	                     "SELECT state FROM crm_call WHERE call = ?", "s",
	                     call);

	*state = row ? store_text(row, 0) : NULL;
	sqlite3_finalize(row);
	return rc;
}

int outbox_save_call(struct outbox *outbox, const char *call, const char *state)
{
	if (!state)
		return store_change(
			outbox->store,
			"UPDATE crm_call SET state = NULL WHERE call = ?"
			" AND state IS NOT NULL",
			"s", call);
	return store_change(outbox->store,
	                    "INSERT INTO crm_call (call, state, updated)"
	                    " VALUES (?1, ?2, ?3) ON CONFLICT (call)"
	                    " DO UPDATE SET state = ?2, updated = ?3",
	                    "ssi", call, state, sv_wall_ms());
}
