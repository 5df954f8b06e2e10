/* stored: the events' lines of a period, from the store */
#include "src/report/stored.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/start.h"
#include "lib/store.h"

struct stored {
	struct sv_store *store;
	struct sv_rows *rows;
	const char *line; /* the row's, or NULL: what is left of it */
	bool over;
};

/* Which calls are in the period the report knows; here are all that may be,
 * each with all its events. */
static char *question(bool bounded, bool wanted)
{
	if (!bounded && !wanted)
		return sv_strdup("SELECT line FROM events ORDER BY place");
	return sv_format(
		"SELECT line, place FROM events"
		" WHERE call IN (SELECT call FROM calls WHERE %s AND %s)"
		"%s ORDER BY place",
		bounded ? "first_ms < ?2 AND last_ms >= ?1" : "1 = 1",
		wanted ? "lower(substr(call, 1, length(?3))) = lower(?3)"
		       : "1 = 1",
		wanted ? ""
		       : " UNION ALL SELECT line, place FROM events"
			 " WHERE call = '' AND time < ?2 AND time >= ?1");
}

/* A folder without a store, or a database without ours, has no lines: but who
 * names it means one that has. */
static int is_there(struct sv_store *store)
{
	struct sv_rows *row;
	int rc = sv_store_first(store, &row, "SELECT count(*) FROM migration",
	                        "");

	if (!rc && !row)
		rc = sv_fail(EX_NOINPUT, "store %s: there is none",
		             sv_store_name(store));
	sv_rows_free(row);
	return rc;
}

static int ask(struct stored *stored, const struct period *period,
               const char *wanted)
{
	bool bounded =
		period->since_ms != INT64_MIN || period->until_ms != INT64_MAX;
	bool some = wanted && *wanted;
	char *sql = question(bounded, some);
	int rc;

	if (some)
		rc = sv_store_query(stored->store, &stored->rows, sql, "iis",
		                    period->since_ms, period->until_ms, wanted);
	else if (bounded)
		rc = sv_store_query(stored->store, &stored->rows, sql, "ii",
		                    period->since_ms, period->until_ms);
	else
		rc = sv_store_query(stored->store, &stored->rows, sql, "");
	free(sql);
	return rc;
}

int stored_open(struct stored **opened, const char *dsn,
                const struct period *period, const char *wanted)
{
	struct stored *stored = sv_alloc(sizeof *stored);
	int rc = sv_store_open(&stored->store, dsn, SV_STORE_READ);

	if (!rc)
		rc = is_there(stored->store);
	if (!rc)
		rc = ask(stored, period, wanted);
	*opened = stored;
	if (rc) {
		stored_close(stored);
		*opened = NULL;
	}
	return rc;
}

void stored_close(struct stored *stored)
{
	if (!stored)
		return;
	sv_rows_free(stored->rows);
	sv_store_close(stored->store);
	free(stored);
}

const char *stored_name(const struct stored *stored)
{
	return sv_store_name(stored->store);
}

/* the next line: whether there is one */
static bool step(struct stored *stored)
{
	/* a query asked on behind its end begins again */
	stored->over =
		stored->over || sv_stopping() || !sv_rows_next(stored->rows);
	stored->line = stored->over ? NULL : sv_rows_text(stored->rows, 0);
	return stored->line != NULL;
}

size_t stored_read(struct stored *stored, char *data, size_t len, int *code)
{
	size_t given = 0;

	while (given < len && (stored->line || step(stored))) {
		size_t left = strlen(stored->line);
		size_t n = left < len - given ? left : len - given;

		memcpy(data + given, stored->line, n);
		given += n;
		stored->line += n;
		if (n < left || given == len)
			break;
		data[given++] = '\n';
		stored->line = NULL;
	}
	*code = given ? 0 : sv_rows_code(stored->rows);
	return given;
}
