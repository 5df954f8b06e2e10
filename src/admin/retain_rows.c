/* retain_rows: what goes with its own age */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/start.h"

#include "src/admin/retain.h"
#include "src/admin/select.h"

enum { ROWS = 1000, DAY_MS = 86400000, NAME = 64 };

/* gone: when old enough; held: kept however old, and told of */
static const struct timed {
	const char *table, *gone, *held;
} timed[KINDS] = {
	[EVENTS] = { "events", "call = '' AND time >= 0 AND time < ?1", NULL },
	[COSTS] = { "costs", "time >= 0 AND time < ?1", NULL },
	[LEADS] = { "outbox",
	            "kind = 'lead' AND created < ?1 AND NOT " NOT_SENT,
	            "kind = 'lead' AND created < ?1 AND " NOT_SENT },
	[OUTBOX] = { "outbox",
	             "kind <> 'lead' AND created < ?1 AND NOT " NOT_SENT,
	             "kind <> 'lead' AND created < ?1 AND " NOT_SENT },
	[INBOX] = { "inbox", "state = 'told' AND received < ?1",
	            "state <> 'told' AND received < ?1" },
};

static int number(struct sv_store *store, const char *sql, int64_t at,
                  int64_t *n)
{
	struct sv_rows *row;
	int rc = at == INT64_MIN ? sv_store_first(store, &row, sql, "")
	                         : sv_store_first(store, &row, sql, "i", at);

	*n = row ? sv_rows_int(row, 0) : 0;
	sv_rows_free(row);
	return rc;
}

static int count(struct retain *retain, const char *table, const char *where,
                 int64_t cutoff, int64_t *n)
{
	char *sql = sv_format("SELECT count(*) FROM %s WHERE %s", table, where);
	int rc = number(retain->admin->store, sql, cutoff, n);

	free(sql);
	return rc;
}

/* some rows at a time, so that nobody waits long for us */
static char *deletion(const struct retain *retain, const struct timed *what)
{
	if (sv_store_is_postgres(retain->admin->store))
		return sv_format("DELETE FROM %s WHERE (tableoid, ctid) IN "
		                 "(SELECT tableoid, ctid FROM %s WHERE %s "
		                 "LIMIT %d)",
		                 what->table, what->table, what->gone, ROWS);
	return sv_format("DELETE FROM %s WHERE rowid IN (SELECT rowid FROM %s"
	                 " WHERE %s LIMIT %d)",
	                 what->table, what->table, what->gone, ROWS);
}

static int delete_some(struct retain *retain, enum kind kind, const char *sql,
                       int64_t cutoff, int64_t *n)
{
	struct sv_store *store = retain->admin->store;
	struct tally done = { 0 };
	int rc = sv_store_begin(store);

	if (!rc)
		rc = sv_store_change(store, n, sql, "i", cutoff);
	done.rows = *n;
	if (!rc && *n)
		rc = retain_audit(retain, kind, &done);
	if (!rc)
		rc = sv_store_commit(store);
	if (rc)
		sv_store_rollback(store);
	return rc;
}

int retain_rows(struct retain *retain, enum kind kind)
{
	const struct timed *what = &timed[kind];
	int64_t cutoff = rules_cutoff(&retain->admin->rules.kinds[kind],
	                              retain->admin->now_ms);
	struct tally *tally = &retain->tallies[kind];
	int64_t n = ROWS;
	char *sql;
	int rc = 0;

	if (!what->table || cutoff == INT64_MIN)
		return 0;
	if (what->held)
		rc = count(retain, what->table, what->held, cutoff,
		           &tally->held);
	if (!rc && !retain->admin->apply) {
		rc = count(retain, what->table, what->gone, cutoff, &n);
		tally->rows += n;
		return rc;
	}
	sql = deletion(retain, what);
	while (!rc && n == ROWS && !sv_stopping()) {
		rc = delete_some(retain, kind, sql, cutoff, &n);
		if (!rc)
			tally->rows += n;
	}
	free(sql);
	return rc;
}

/* --- months of events --- */

/* The end of the month, and a day: a call may have begun in it. */
static bool month_over(const char *name, int64_t before_ms)
{
	struct tm date = { .tm_mday = 1 };
	const char *digits = strchr(name, '_') + 1;
	long number_of = strtol(digits, NULL, 10);

	date.tm_year = (int)(number_of / 100) - 1900;
	date.tm_mon = (int)(number_of % 100); /* the one after it */
	return (int64_t)timegm(&date) * 1000 + DAY_MS <= before_ms;
}

/* the oldest month, behind that name, that is over; "" when none is */
static int next_month(struct retain *retain, int64_t before_ms, char *name)
{
	struct sv_rows *rows;
	int rc = sv_store_query(
		retain->admin->store, &rows,
		"SELECT c.relname::text FROM pg_inherits i"
		" JOIN pg_class c ON c.oid = i.inhrelid"
		" WHERE i.inhparent = 'events'::regclass"
		" AND c.relname ~ '^events_[0-9]{6}$' AND c.relname > ?1"
		" ORDER BY 1 LIMIT 1",
		"s", name);

	*name = '\0';
	if (!rc && sv_rows_next(rows) &&
	    month_over(sv_rows_text(rows, 0), before_ms))
		snprintf(name, NAME, "%s", sv_rows_text(rows, 0));
	if (!rc)
		rc = sv_rows_code(rows);
	sv_rows_free(rows);
	return rc;
}

/* Whoever reads goes first: a lock that is waited for stops all behind us. */
static int drop(struct retain *retain, const char *name, int64_t rows)
{
	struct sv_store *store = retain->admin->store;
	const struct tally done = { .rows = rows };
	char *sql = sv_format("DROP TABLE %s", name);
	int rc = sv_store_begin(store);

	if (!rc)
		rc = sv_store_execute(store, "SET LOCAL lock_timeout = '2s'");
	if (!rc)
		rc = sv_store_execute(store, sql);
	if (!rc)
		rc = retain_audit(retain, EVENTS, &done);
	if (!rc)
		rc = sv_store_commit(store);
	if (rc)
		sv_store_rollback(store);
	free(sql);
	return rc;
}

/* A month in which a call waits for the CRM goes call by call. */
static int take_month(struct retain *retain, const char *name)
{
	char *rows = sv_format("SELECT count(*) FROM %s", name);
	char *wait = sv_format("SELECT count(*) FROM outbox x WHERE x." NOT_SENT
	                       " AND EXISTS (SELECT 1 FROM %s e"
	                       " WHERE e.call = x.call)",
	                       name);
	int64_t n = 0, waiting = 0;
	int rc = number(retain->admin->store, wait, INT64_MIN, &waiting);

	if (!rc && !waiting)
		rc = number(retain->admin->store, rows, INT64_MIN, &n);
	if (!rc && !waiting && retain->admin->apply) {
		rc = drop(retain, name, n);
		if (rc == EX_TEMPFAIL) {
			admin_left(retain->admin, rc, name);
			n = 0;
			rc = 0;
		}
		retain->tallies[EVENTS].rows += n;
	}
	free(rows);
	free(wait);
	return rc;
}

int retain_months(struct retain *retain)
{
	int64_t longest = rules_longest(&retain->admin->rules.kinds[EVENTS]);
	char name[NAME] = "events_";
	int rc = 0;

	/* in a dry run they are counted call by call */
	if (!sv_store_is_postgres(retain->admin->store) || longest == FOREVER ||
	    !retain->admin->apply)
		return 0;
	while (!rc && *name && !sv_stopping()) {
		rc = next_month(retain, retain->admin->now_ms - longest, name);
		if (!rc && *name)
			rc = take_month(retain, name);
	}
	return rc;
}
