/* record: the rows of the table objects */
#include "src/archive/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"

#define COLUMNS                                                                \
	"key, call, kind, path, bytes, sha256, plain, sealed, state,"          \
	" created, uploaded, freed"
#define OURS " engine = ? AND place = ? "

static void take_text(char *to, size_t size, const struct sv_rows *row,
                      int column)
{
	const char *text = sv_rows_text(row, column);

	snprintf(to, size, "%s", text ? text : "");
}

static void take(const struct sv_rows *row, struct record *record)
{
	take_text(record->key, sizeof record->key, row, 0);
	take_text(record->call, sizeof record->call, row, 1);
	take_text(record->kind, sizeof record->kind, row, 2);
	take_text(record->path, sizeof record->path, row, 3);
	record->bytes = sv_rows_int(row, 4);
	take_text(record->sha256, sizeof record->sha256, row, 5);
	take_text(record->plain, sizeof record->plain, row, 6);
	take_text(record->sealed, sizeof record->sealed, row, 7);
	take_text(record->state, sizeof record->state, row, 8);
	record->created = sv_rows_int(row, 9);
	record->uploaded = sv_rows_int(row, 10);
	record->freed = sv_rows_int(row, 11);
}

static bool first(const struct records *records, const char *sql,
                  const char *what, struct record *record, int *rc)
{
	struct sv_rows *row = NULL;
	bool found;

	*rc = sv_store_first(records->store, &row, sql, "sss", records->engine,
	                     records->place, what);
	found = !*rc && row;
	if (found)
		take(row, record);
	sv_rows_free(row);
	return found;
}

bool record_by_path(const struct records *records, const char *path,
                    struct record *record, int *rc)
{
	return first(records,
	             "SELECT " COLUMNS " FROM objects WHERE" OURS
	             "AND path = ? AND state <> 'removed'"
	             " ORDER BY created DESC, key DESC LIMIT 1",
	             path, record, rc);
}

bool record_by_key(const struct records *records, const char *key,
                   struct record *record, int *rc)
{
	return first(records,
	             "SELECT " COLUMNS " FROM objects WHERE" OURS "AND key = ?",
	             key, record, rc);
}

bool record_call(const struct records *records, const char *path,
                 char call[SV_CALL_MAX + 1], int *rc)
{
	struct sv_rows *row = NULL;
	bool found;

	*rc = sv_store_first(records->store, &row,
	                     "SELECT call FROM calls WHERE recording = ?"
	                     " ORDER BY call DESC LIMIT 1",
	                     "s", path);
	found = !*rc && row;
	if (found)
		take_text(call, SV_CALL_MAX + 1, row, 0);
	sv_rows_free(row);
	return found;
}

bool record_removed(const struct records *records, const char *call,
                    const char *kind, int *rc)
{
	struct sv_rows *row = NULL;
	bool found;

	*rc = sv_store_first(records->store, &row,
	                     "SELECT key FROM objects WHERE call = ?"
	                     " AND kind = ? AND state = 'removed' LIMIT 1",
	                     "ss", call, kind);
	found = !*rc && row;
	sv_rows_free(row);
	return found;
}

/* --- changes --- */

int record_claim(const struct records *records, const struct record *record,
                 bool *mine)
{
	int64_t n = 0;
	int rc = sv_store_change(
		records->store, &n,
		"INSERT INTO objects (key, engine, place, call, kind, path,"
		" bytes, sha256, plain, sealed, state, created)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'local', ?)"
		" ON CONFLICT (key) DO NOTHING",
		"ssssssisssi", record->key, records->engine, records->place,
		record->call, record->kind, record->path, record->bytes,
		record->sha256, record->plain,
		*record->sealed ? record->sealed : NULL, sv_wall_ms());

	*mine = !rc && n == 1;
	return rc;
}

int record_update(const struct records *records, const struct record *record)
{
	return sv_store_change(records->store, NULL,
	                       "UPDATE objects SET path = ?, bytes = ?,"
	                       " sha256 = ?, plain = ?, sealed = ?,"
	                       " state = 'local', freed = NULL"
	                       " WHERE key = ?",
	                       "sissss", record->path, record->bytes,
	                       record->sha256, record->plain,
	                       *record->sealed ? record->sealed : NULL,
	                       record->key);
}

int record_verified(const struct records *records, const char *key)
{
	return sv_store_change(records->store, NULL,
	                       "UPDATE objects SET state = 'verified',"
	                       " uploaded = ? WHERE key = ?",
	                       "is", sv_wall_ms(), key);
}

int record_freed(const struct records *records, const char *key)
{
	return sv_store_change(records->store, NULL,
	                       "UPDATE objects SET freed = ? WHERE key = ?",
	                       "is", sv_wall_ms(), key);
}

int record_drop(const struct records *records, const char *key)
{
	return sv_store_change(records->store, NULL,
	                       "DELETE FROM objects WHERE key = ?"
	                       " AND state = 'local'",
	                       "s", key);
}

/* --- all of them --- */

enum { PAGE = 500 };

/* A page at a time: nothing else may be asked of the store while a query goes
 * on, and each() may ask. */
static int page(const struct records *records, const char *what,
                const char *after, struct record *found, int *n)
{
	struct sv_rows *rows;
	int rc = sv_store_query(
		records->store, &rows,
		"SELECT " COLUMNS " FROM objects WHERE"
		" engine = ?1 AND place = ?2 AND key > ?3 AND (?4 = '' OR call = ?4"
		" OR key = ?4)"
		" ORDER BY key LIMIT 500",
		"ssss", records->engine, records->place, after, what);

	*n = 0;
	while (!rc && *n < PAGE && sv_rows_next(rows))
		take(rows, &found[(*n)++]);
	if (!rc)
		rc = sv_rows_code(rows);
	if (rows)
		sv_rows_free(rows);
	return rc;
}

int record_each(const struct records *records, const char *what,
                int (*each)(void *arg, const struct record *record), void *arg)
{
	struct record *found = sv_calloc(PAGE, sizeof *found);
	char after[SV_DEPOT_KEY] = "";
	int rc = 0, n = PAGE;

	while (!rc && n == PAGE) {
		rc = page(records, what ? what : "", after, found, &n);
		for (int i = 0; !rc && i < n; i++)
			rc = each(arg, &found[i]);
		if (n)
			snprintf(after, sizeof after, "%s", found[n - 1].key);
	}
	free(found);
	return rc;
}
