/* removal: what goes of a call, by kind */
#include "src/admin/removal.h"

#include <jansson.h>
#include <stdlib.h>

#include "lib/alloc.h"

enum { PARTS = 8, ENDS = 16 };

/* set: what is written instead of deleting the row */
struct part {
	const char *table, *where, *set;
};

#define GONE_OBJECT                                                            \
	"path = NULL, bytes = NULL, sha256 = NULL, plain = NULL,"              \
	" sealed = NULL, state = 'removed'"

static const struct part parts[KINDS][PARTS] = {
	[RECORDINGS] = { { "calls", "recording IS NOT NULL",
	                   "recording = NULL" },
	                 { "objects", "kind = 'recording' AND " OBJECT_THERE,
	                   GONE_OBJECT } },
	[TRANSCRIPTS] = { { "events", SAID, NULL },
	                  { "tags", "1 = 1", NULL },
	                  { "objects", "kind = 'transcript' AND " OBJECT_THERE,
	                    GONE_OBJECT } },
	[SLOTS] = { { "slots", "1 = 1", NULL },
	            { "leads", "1 = 1", NULL },
	            { "events", TOLD, NULL } },
	[EVENTS] = { { "events", "1 = 1", NULL } },
	[CALLS] = { { "calls", "1 = 1", NULL },
	            { "turns", "1 = 1", NULL },
	            { "slots", "1 = 1", NULL },
	            { "leads", "1 = 1", NULL },
	            { "tags", "1 = 1", NULL },
	            { "events", "1 = 1", NULL },
	            { "crm_call", "1 = 1", NULL },
	            { "objects", "1 = 1", NULL } },
};

static int count(struct sv_store *store, const char *sql, const char *call,
                 int64_t *n)
{
	struct sv_rows *row;
	int rc = sv_store_first(store, &row, sql, "s", call);

	*n = row ? sv_rows_int(row, 0) : 0;
	sv_rows_free(row);
	return rc;
}

static int remove_part(struct sv_store *store, const struct part *part,
                       const char *call, bool take, int64_t *rows)
{
	char *sql;
	int64_t n;
	int rc;

	if (!take)
		sql = sv_format("SELECT count(*) FROM %s WHERE call = ? AND %s",
		                part->table, part->where);
	else if (part->set)
		sql = sv_format("UPDATE %s SET %s WHERE call = ? AND %s",
		                part->table, part->set, part->where);
	else
		sql = sv_format("DELETE FROM %s WHERE call = ? AND %s",
		                part->table, part->where);
	rc = take ? sv_store_change(store, &n, sql, "s", call)
	          : count(store, sql, call, &n);
	if (!rc)
		*rows += n;
	free(sql);
	return rc;
}

/* an event that stays, without what was told */
struct end {
	char *stage, *line;
	int64_t seq;
};

static int find_ends(struct sv_store *store, const char *call,
                     struct end ends[ENDS], size_t *n)
{
	struct sv_rows *rows;
	int rc = sv_store_query(store, &rows,
	                        "SELECT stage, seq, line FROM events"
	                        " WHERE call = ? AND " ENDED_WITH_SLOTS,
	                        "s", call);

	*n = 0;
	while (!rc && *n < ENDS && sv_rows_next(rows)) {
		json_t *event = json_loads(sv_rows_text(rows, 2), 0, NULL);

		ends[*n].stage = sv_strdup(sv_rows_text(rows, 0));
		ends[*n].seq = sv_rows_int(rows, 1);
		json_object_del(event, "slots");
		ends[*n].line = json_dumps(event, JSON_COMPACT);
		json_decref(event);
		++*n;
	}
	if (!rc)
		rc = sv_rows_code(rows);
	sv_rows_free(rows);
	return rc;
}

static int strip_ends(struct sv_store *store, const char *call, bool take,
                      int64_t *rows)
{
	struct end ends[ENDS];
	size_t n;
	int rc = find_ends(store, call, ends, &n);

	*rows += (int64_t)n;
	for (size_t i = 0; i < n; i++) {
		if (!rc && take && ends[i].line)
			rc = sv_store_change(store, NULL,
			                     "UPDATE events SET line = ? WHERE"
			                     " call = ? AND stage = ?"
			                     " AND seq = ?",
			                     "sssi", ends[i].line, call,
			                     ends[i].stage, ends[i].seq);
		free(ends[i].stage);
		free(ends[i].line);
	}
	return rc;
}

int removal(struct sv_store *store, enum kind kind, const char *call, bool take,
            int64_t *rows)
{
	int rc = 0;

	for (int i = 0; !rc && i < PARTS && parts[kind][i].table; i++)
		rc = remove_part(store, &parts[kind][i], call, take, rows);
	if (!rc && kind == SLOTS)
		rc = strip_ends(store, call, take, rows);
	return rc;
}
