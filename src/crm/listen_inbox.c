/* listen_inbox: what was received, kept until it was told of */
#include "src/crm/listen_inbox.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"

/* A connection that broke is only made anew by begin. */
static int commit(struct sv_store *store, int rc)
{
	if (!rc)
		rc = sv_store_commit(store);
	if (rc)
		sv_store_rollback(store);
	return rc;
}

int inbox_put(struct sv_store *store, const char *key, const char *type,
              const json_t *fields, int64_t due_ms)
{
	char *text = json_dumps(fields, JSON_COMPACT);
	int rc = sv_store_begin(store);

	if (!rc)
		rc = sv_store_change(
			store, NULL,
			"INSERT INTO inbox (key, type, fields, due, received)"
			" VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
			"sssii", key, type, text, due_ms, sv_wall_ms());
	rc = commit(store, rc);
	free(text);
	return rc;
}

int inbox_check(struct sv_store *store)
{
	int rc = sv_store_begin(store);

	/* no row is changed, and yet it is what changing one needs */
	if (!rc)
		rc = sv_store_change(store, NULL,
		                     "UPDATE inbox SET due = due"
		                     " WHERE place < 0",
		                     "");
	return commit(store, rc);
}

int inbox_next(struct sv_store *store, int64_t now_ms, int64_t after,
               struct received *item)
{
	struct sv_rows *row;
	int rc = sv_store_first(
		store, &row,
		"SELECT place, key, type, fields, state, received FROM inbox"
		" WHERE state <> 'told' AND due <= ? AND place > ?"
		" ORDER BY place LIMIT 1",
		"ii", now_ms, after);

	*item = (struct received){ 0 };
	if (row) {
		item->place = sv_rows_int(row, 0);
		item->key = sv_strdup(sv_rows_text(row, 1));
		item->type = sv_strdup(sv_rows_text(row, 2));
		item->fields = json_loads(sv_rows_text(row, 3), 0, NULL);
		item->calling = !strcmp(sv_rows_text(row, 4), "calling");
		item->received_ms = sv_rows_int(row, 5);
	}
	sv_rows_free(row);
	return rc;
}

void received_release(struct received *item)
{
	free(item->key);
	free(item->type);
	json_decref(item->fields);
	*item = (struct received){ 0 };
}

/* the one number that a query has for an answer, or usual */
static int number(struct sv_store *store, const char *sql, int64_t since,
                  int64_t *n)
{
	struct sv_rows *row;
	int rc = sv_store_first(store, &row, sql, "i", since);

	if (row && !sv_rows_null(row, 0))
		*n = sv_rows_int(row, 0);
	sv_rows_free(row);
	return rc;
}

int inbox_due(struct sv_store *store, int64_t *due_ms)
{
	*due_ms = INT64_MAX;
	return number(store,
	              "SELECT min(due) FROM inbox WHERE state <> 'told'"
	              " AND place > ?",
	              0, due_ms);
}

int inbox_calling(struct sv_store *store, int64_t place, int64_t now_ms)
{
	int rc = sv_store_begin(store);

	if (!rc)
		rc = sv_store_change(store, NULL,
		                     "UPDATE inbox SET state = 'calling',"
		                     " called = ? WHERE place = ?",
		                     "ii", now_ms, place);
	return commit(store, rc);
}

int inbox_calls(struct sv_store *store, int64_t since_ms, int *n)
{
	int64_t found = 0;
	int rc = number(store, "SELECT count(*) FROM inbox WHERE called > ?",
	                since_ms, &found);

	*n = (int)found;
	return rc;
}

int inbox_told(struct sv_store *store, const int64_t *places, int n)
{
	int rc = sv_store_begin(store);

	for (int i = 0; !rc && i < n; i++)
		rc = sv_store_change(store, NULL,
		                     "UPDATE inbox SET state = 'told',"
		                     " fields = '' WHERE place = ?",
		                     "i", places[i]);
	return commit(store, rc);
}

int inbox_forget(struct sv_store *store, int64_t now_ms)
{
	int64_t before = now_ms - (int64_t)INBOX_KEPT_DAYS * 86400000;
	int rc = sv_store_begin(store);

	if (!rc)
		rc = sv_store_change(store, NULL,
		                     "DELETE FROM inbox WHERE state = 'told'"
		                     " AND received < ?",
		                     "i", before);
	return commit(store, rc);
}
