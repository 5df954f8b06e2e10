/* claim.c: entries of the outbox on their way to the CRM */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/fail.h"

#include "src/crm/outbox.h"

/* who dies in an attempt holds no lock, but may have left a request at work */
#define CLAIM                                                                  \
	"UPDATE outbox SET attempts = attempts + 1, taken = 1,"                \
	" place = CASE attempts WHEN 0 THEN ?1 ELSE place END,"                \
	" next_due = ?2 WHERE id = "

/* the end of a missed call's task waits for the task */
#define FREE                                                                   \
	" AND NOT (o.kind = 'done' AND EXISTS (SELECT 1 FROM outbox t"         \
	"  WHERE t.subject = o.subject AND t.kind = 'task'"                    \
	"  AND t.state = 'queued' AND t.id < o.id))"

static int take(struct sv_rows *row, int rc, struct entry *entry)
{
	if (row)
		entry_read(row, entry);
	sv_rows_free(row);
	return rc;
}

static int claim_same_call(struct outbox *outbox, const struct claims *claims,
                           struct entry *entry)
{
	const struct entry *last = claims->last;
	struct sv_rows *row;
	int rc = sv_store_first(
		outbox_store(outbox), &row,
		CLAIM "(SELECT o.id FROM outbox o WHERE o.next_due <= ?3" FREE
		      " AND o.id = (SELECT id FROM outbox WHERE call = ?4"
		      "  AND state = 'queued' AND (step, id) > (?5, ?6)"
		      "  ORDER BY step, id LIMIT 1)) RETURNING " ENTRY_COLUMNS,
		"iiisii", claims->place, claims->until_ms, claims->now_ms,
		last->call, (int64_t)entry_step(last->kind), last->id);

	return take(row, rc, entry);
}

static int claim_next_call(struct outbox *outbox, struct claims *claims,
                           struct entry *entry)
{
	struct sv_rows *row;
	int rc = sv_store_first(
		outbox_store(outbox), &row,
		CLAIM "(SELECT o.id FROM outbox o WHERE o.state = 'queued'"
		      " AND o.id > ?3 AND o.next_due <= ?4" FREE
		      " AND (o.call = '' OR NOT EXISTS (SELECT 1 FROM outbox e"
		      "  WHERE e.call = o.call AND e.state = 'queued'"
		      "  AND (e.step, e.id) < (o.step, o.id)))"
		      " ORDER BY o.id LIMIT 1) RETURNING " ENTRY_COLUMNS,
		"iiii", claims->place, claims->until_ms, claims->head,
		claims->now_ms);

	rc = take(row, rc, entry);
	if (entry->id)
		claims->head = entry->id;
	return rc;
}

int outbox_claim(struct outbox *outbox, struct claims *claims,
                 struct entry *entry)
{
	int rc = 0;

	memset(entry, 0, sizeof *entry);
	if (claims->last && *claims->last->call)
		rc = claim_same_call(outbox, claims, entry);
	if (!rc && !entry->id)
		rc = claim_next_call(outbox, claims, entry);
	claims->last = entry->id ? entry : NULL;
	return rc;
}

int outbox_claim_key(struct outbox *outbox, const struct claims *claims,
                     const char *key, struct entry *entry)
{
	struct sv_rows *row;
	int rc = sv_store_first(
		outbox_store(outbox), &row,
		CLAIM "(SELECT o.id FROM outbox o WHERE o.state = 'queued'"
		      " AND o.key = ?3 AND o.next_due <= ?4" FREE
		      " AND (o.call = '' OR NOT EXISTS (SELECT 1 FROM outbox e"
		      "  WHERE e.call = o.call AND e.state = 'queued'"
		      "  AND (e.step, e.id) < (o.step, o.id))))"
		      " RETURNING " ENTRY_COLUMNS,
		"iisi", claims->place, claims->until_ms, key, claims->now_ms);

	memset(entry, 0, sizeof *entry);
	return take(row, rc, entry);
}

int outbox_unclaim(struct outbox *outbox, const struct entry *entry)
{
	return sv_store_change(outbox_store(outbox), NULL,
	                       "UPDATE outbox SET attempts = attempts - 1,"
	                       " taken = 0, next_due = ? WHERE key = ?",
	                       "is", sv_wall_ms(), entry->key);
}

/* Rows of JSON objects, each given to add(). */
static int each_made(struct sv_rows *row, int rc, json_t *made,
                     void (*add)(json_t *made, json_t *one))
{
	while (!rc && sv_rows_next(row)) {
		json_t *one = json_loads(sv_rows_text(row, 0), 0, NULL);

		if (json_is_object(one))
			add(made, one);
		json_decref(one);
	}
	if (!rc)
		rc = sv_rows_code(row);
	sv_rows_free(row);
	return rc;
}

static void merge(json_t *made, json_t *one)
{
	json_object_update(made, one);
}

static void append(json_t *tasks, json_t *task)
{
	json_array_append(tasks, task);
}

/* what tasks of that number have made and no earlier end has closed */
static int add_tasks(struct outbox *outbox, const struct entry *entry,
                     json_t *made)
{
	json_t *tasks = json_array();
	struct sv_rows *row;
	int rc = sv_store_query(
		outbox_store(outbox), &row,
		"SELECT made FROM outbox WHERE subject = ?1 AND kind = 'task'"
		" AND state = 'sent' AND made IS NOT NULL AND id < ?2"
		" AND id > (SELECT COALESCE(max(id), 0) FROM outbox"
		"  WHERE subject = ?1 AND kind = 'done' AND state = 'sent'"
		"  AND id < ?2) ORDER BY id",
		"si", entry->subject, entry->id);

	rc = each_made(row, rc, tasks, append);
	json_object_set_new(made, "tasks", tasks);
	return rc;
}

int outbox_made(struct outbox *outbox, const struct entry *entry, json_t **made)
{
	struct sv_rows *row;
	int rc = sv_store_query(outbox_store(outbox), &row,
	                        "SELECT made FROM outbox WHERE made IS NOT NULL"
	                        " AND (key = ?1 OR (call = ?2 AND call <> ''))"
	                        " ORDER BY step, id",
	                        "ss", entry->key, entry->call);

	*made = json_object();
	rc = each_made(row, rc, *made, merge);
	if (!rc && !strcmp(entry->kind, "done") && *entry->subject)
		rc = add_tasks(outbox, entry, *made);
	return rc;
}

int outbox_sent(struct outbox *outbox, const struct entry *entry,
                const char *made, int64_t *seq)
{
	int rc = sv_store_change(outbox_store(outbox), NULL,
	                         "UPDATE outbox SET state = 'sent', taken = 0,"
	                         " last_error = NULL, made = COALESCE(?, made)"
	                         " WHERE key = ?",
	                         "ss", made, entry->key);

	return rc ? rc : outbox_seq(outbox, entry->call, seq);
}

int outbox_failed(struct outbox *outbox, const struct entry *entry,
                  const struct failure *failure, int64_t *seq)
{
	int rc = sv_store_change(outbox_store(outbox), NULL,
	                         "UPDATE outbox SET state = ?, taken = 0,"
	                         " last_error = ?, next_due = ?,"
	                         " made = COALESCE(?, made),"
	                         " failures = failures + ? WHERE key = ?",
	                         "ssisis", failure->dead ? "dead" : "queued",
	                         failure->why, failure->due_ms, failure->made,
	                         (int64_t)failure->own, entry->key);

	return rc ? rc : outbox_seq(outbox, entry->call, seq);
}

int outbox_failing(struct outbox *outbox)
{
	struct sv_rows *row;
	int64_t n = 0;
	int rc = sv_store_first(outbox_store(outbox), &row,
	                        "SELECT count(*), min(last_error) FROM outbox"
	                        " WHERE state = 'queued' AND failures > 0",
	                        "");

	if (row)
		n = sv_rows_int(row, 0);
	if (!rc && n)
		rc = sv_fail(EX_TEMPFAIL,
		             "%" PRId64 " %s and will be tried again: %s", n,
		             n == 1 ? "entry failed" : "entries failed",
		             sv_rows_text(row, 1));
	sv_rows_free(row);
	return rc;
}
