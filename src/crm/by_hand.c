/* by_hand.c: entries of the outbox as people list, look at and change them */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "src/crm/entry.h"
#include "src/crm/outbox.h"

int outbox_list(struct outbox *outbox, const char *state,
                int (*each)(const struct entry *entry))
{
	struct sv_rows *row;
	struct entry entry;
	int rc = sv_store_query(outbox_store(outbox), &row,
	                        "SELECT " ENTRY_COLUMNS
	                        " FROM outbox WHERE state = ?1"
	                        " OR ?1 = 'all' OR (?1 IS NULL"
	                        " AND state IN ('queued', 'dead')) ORDER BY id",
	                        "s", state);

	while (!rc && sv_rows_next(row)) {
		entry_read(row, &entry);
		rc = each(&entry);
		entry_release(&entry);
	}
	if (!rc)
		rc = sv_rows_code(row);
	sv_rows_free(row);
	return rc;
}

int outbox_dead(struct outbox *outbox, char ***keys, int *n)
{
	struct sv_rows *row;
	int rc = sv_store_query(outbox_store(outbox), &row,
	                        "SELECT key FROM outbox WHERE state = 'dead'"
	                        " ORDER BY id",
	                        "");

	*keys = NULL;
	*n = 0;
	while (!rc && sv_rows_next(row)) {
		*keys = sv_realloc(*keys, ((size_t)*n + 1) * sizeof **keys);
		(*keys)[(*n)++] = sv_strdup(sv_rows_text(row, 0));
	}
	if (!rc)
		rc = sv_rows_code(row);
	sv_rows_free(row);
	return rc;
}

int outbox_get(struct outbox *outbox, const char *key, struct entry *entry)
{
	struct sv_rows *row;
	int rc = sv_store_first(
		outbox_store(outbox), &row,
		"SELECT " ENTRY_COLUMNS " FROM outbox WHERE key = ?", "s", key);

	memset(entry, 0, sizeof *entry);
	if (row)
		entry_read(row, entry);
	else if (!rc)
		rc = sv_fail(EX_NOINPUT, "store %s: no entry %s",
		             sv_store_name(outbox_store(outbox)), key);
	sv_rows_free(row);
	return rc;
}

/* what a person may still change */
static int open_entry(struct outbox *outbox, const char *key)
{
	struct entry entry;
	int rc = outbox_get(outbox, key, &entry);
	const char *state = entry.state ? entry.state : "";

	if (!rc && strcmp(state, "queued") != 0 && strcmp(state, "dead") != 0)
		rc = sv_fail(EX_DATAERR, "entry %s: %s already", key, state);
	entry_release(&entry);
	return rc;
}

int outbox_retry(struct outbox *outbox, const char *key, int64_t now_ms)
{
	int rc = open_entry(outbox, key);

	/* tried stays tried: the CRM is asked for it first */
	return rc ? rc
	          : sv_store_change(
			    outbox_store(outbox), NULL,
			    "UPDATE outbox SET state = 'queued', next_due = ?,"
			    " failures = 0 WHERE key = ?"
			    " AND state IN ('queued', 'dead')",
			    "is", now_ms, key);
}

int outbox_drop(struct outbox *outbox, const char *key)
{
	int rc = open_entry(outbox, key);

	return rc ? rc
	          : sv_store_change(
			    outbox_store(outbox), NULL,
			    "UPDATE outbox SET state = 'dropped' WHERE key = ?"
			    " AND state IN ('queued', 'dead')",
			    "s", key);
}

/* rank: what events tell later does not undo what a person wrote */
int outbox_edit(struct outbox *outbox, const char *key, const char *payload)
{
	int rc = open_entry(outbox, key);

	return rc ? rc
	          : sv_store_change(outbox_store(outbox), NULL,
	                            "UPDATE outbox SET payload = ?, rank = 9"
	                            " WHERE key = ?"
	                            " AND state IN ('queued', 'dead')",
	                            "ss", payload, key);
}
