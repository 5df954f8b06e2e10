/* store_postgres: the store in a PostgreSQL database */
#include "lib/store_postgres.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/fail.h"

enum {
	SQL_MAX = 1 << 16,
	OID_INT8 = 20,
	OID_TEXT = 25,
	OID_FLOAT8 = 701,
};

struct sv_cursor {
	struct sv_backend *backend;
	PGresult *result; /* the row */
	int64_t changed;
	bool over;
};

int sv_postgres_run(struct sv_backend *backend, const char *sql)
{
	PGresult *result = PQexec(backend->link, sql);
	ExecStatusType status = PQresultStatus(result);
	int rc = 0;

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		rc = sv_postgres_failed(backend, result);
	PQclear(result);
	return rc;
}

static int pg_execute(struct sv_backend *backend, const char *sql)
{
	int rc = backend->begun ? 0 : sv_postgres_revive(backend);

	return rc ? rc : sv_postgres_run(backend, sql);
}

static int pg_begin(struct sv_backend *backend)
{
	int rc = sv_postgres_revive(backend);

	if (!rc)
		rc = sv_postgres_run(backend, "BEGIN");
	backend->begun = !rc;
	return rc;
}

/* A commit whose answer is lost may have been done: who gets EX_TEMPFAIL looks,
 * or does what may be done twice. */
static int pg_commit(struct sv_backend *backend)
{
	int rc;

	backend->begun = false;
	if (PQtransactionStatus(backend->link) == PQTRANS_INERROR) {
		sv_postgres_run(backend, "ROLLBACK");
		return sv_fail(EX_SOFTWARE,
		               "store %s: a transaction that failed was to be "
		               "committed",
		               backend->name);
	}
	rc = sv_postgres_run(backend, "COMMIT");
	return rc;
}

static void pg_rollback(struct sv_backend *backend)
{
	PGresult *result;

	sv_postgres_bulk_drop(backend);
	backend->begun = false;
	if (PQtransactionStatus(backend->link) == PQTRANS_IDLE ||
	    PQstatus(backend->link) == CONNECTION_BAD)
		return;
	if (PQputCopyEnd(backend->link, "rolled back") > 0)
		while ((result = PQgetResult(backend->link)))
			PQclear(result);
	PQclear(PQexec(backend->link, "ROLLBACK"));
}

/* ? and ?1 become $1: outside of quotes */
static int translate(struct sv_buf *out, const char *sql)
{
	int n = 0;
	bool quoted = false;
	int rc = 0;

	for (; !rc && *sql; sql++) {
		quoted ^= *sql == '\'';
		if (*sql != '?' || quoted)
			rc = sv_buf_putc(out, *sql);
		else if (sql[1] >= '0' && sql[1] <= '9')
			rc = sv_buf_putc(out, '$');
		else
			rc = sv_buf_printf(out, "$%d", ++n);
	}
	return rc;
}

static int send(struct sv_backend *backend, const char *sql,
                const struct sv_value *values, size_t n)
{
	char numbers[SV_STORE_PARAMETERS][32];
	const char *texts[SV_STORE_PARAMETERS];
	Oid types[SV_STORE_PARAMETERS];

	for (size_t i = 0; i < n; i++) {
		texts[i] = numbers[i];
		types[i] = OID_INT8;
		if (values[i].type == 's') {
			texts[i] = values[i].text;
			types[i] = OID_TEXT;
		} else if (values[i].type == 'd') {
			snprintf(numbers[i], sizeof numbers[i], "%.17g",
			         values[i].real);
			types[i] = OID_FLOAT8;
		} else {
			snprintf(numbers[i], sizeof numbers[i], "%" PRId64,
			         values[i].integer);
		}
	}
	if (!PQsendQueryParams(backend->link, sql, (int)n, types, texts, NULL,
	                       NULL, 0) ||
	    !PQsetSingleRowMode(backend->link))
		return sv_postgres_failed(backend, NULL);
	return 0;
}

static int pg_query(struct sv_backend *backend, struct sv_cursor **cursor,
                    const char *sql, const struct sv_value *values, size_t n)
{
	struct sv_buf text;
	int rc;

	*cursor = NULL;
	if (backend->absent)
		return 0;
	sv_buf_init(&text, SQL_MAX);
	rc = backend->begun ? 0 : sv_postgres_revive(backend);
	if (!rc)
		rc = translate(&text, sql);
	if (!rc)
		rc = send(backend, sv_buf_str(&text), values, n);
	sv_buf_release(&text);
	if (rc)
		return rc;
	*cursor = sv_alloc(sizeof **cursor);
	(*cursor)->backend = backend;
	return 0;
}

/* Takes what is left of the answer: 0, or the first failure in it. */
static int drain(struct sv_cursor *cursor)
{
	PGresult *result;
	int rc = 0;

	while ((result = PQgetResult(cursor->backend->link))) {
		ExecStatusType status = PQresultStatus(result);

		if (status == PGRES_COMMAND_OK)
			cursor->changed =
				strtoll(PQcmdTuples(result), NULL, 10);
		else if (status != PGRES_TUPLES_OK &&
		         status != PGRES_SINGLE_TUPLE && !rc)
			rc = sv_postgres_failed(cursor->backend, result);
		PQclear(result);
	}
	cursor->over = true;
	return rc;
}

static int pg_next(struct sv_cursor *cursor, int *rc)
{
	ExecStatusType status;

	*rc = 0;
	PQclear(cursor->result);
	cursor->result = NULL;
	if (cursor->over)
		return 0;
	cursor->result = PQgetResult(cursor->backend->link);
	status = PQresultStatus(cursor->result);
	if (status == PGRES_SINGLE_TUPLE)
		return 1;
	if (status == PGRES_COMMAND_OK)
		cursor->changed =
			strtoll(PQcmdTuples(cursor->result), NULL, 10);
	else if (status != PGRES_TUPLES_OK)
		*rc = sv_postgres_failed(cursor->backend, cursor->result);
	PQclear(cursor->result);
	cursor->result = NULL;
	if (*rc)
		drain(cursor);
	else
		*rc = drain(cursor);
	return *rc ? -1 : 0;
}

static int64_t pg_changed(struct sv_cursor *cursor)
{
	return cursor->changed;
}

static const char *pg_text(struct sv_cursor *cursor, int column)
{
	if (PQgetisnull(cursor->result, 0, column))
		return NULL;
	return PQgetvalue(cursor->result, 0, column);
}

static int64_t pg_integer(struct sv_cursor *cursor, int column)
{
	const char *text = pg_text(cursor, column);

	return text ? strtoll(text, NULL, 10) : 0;
}

static double pg_real(struct sv_cursor *cursor, int column)
{
	const char *text = pg_text(cursor, column);

	return text ? strtod(text, NULL) : 0;
}

/* Rows that nobody wants are not brought over to the last one. */
static void stop(struct sv_cursor *cursor)
{
	PGcancel *cancel = PQgetCancel(cursor->backend->link);
	char why[256];

	/* in a transaction that would undo it all */
	if (cancel && !cursor->backend->begun)
		PQcancel(cancel, why, sizeof why);
	PQfreeCancel(cancel);
	drain(cursor);
}

static void pg_finish(struct sv_cursor *cursor)
{
	PQclear(cursor->result);
	if (!cursor->over)
		stop(cursor);
	free(cursor);
}

static int pg_migrating(struct sv_backend *backend)
{
	return sv_postgres_run(backend,
	                       "SELECT pg_advisory_xact_lock("
	                       "hashtextextended('sales-voice schema', 0))");
}

const struct sv_store_engine sv_store_postgres = {
	.open = sv_postgres_open,
	.close = sv_postgres_close,
	.name = sv_postgres_name,
	.begin = pg_begin,
	.commit = pg_commit,
	.rollback = pg_rollback,
	.execute = pg_execute,
	.query = pg_query,
	.next = pg_next,
	.changed = pg_changed,
	.text = pg_text,
	.integer = pg_integer,
	.real = pg_real,
	.finish = pg_finish,
	.lock = sv_postgres_lock,
	.unlock = sv_postgres_unlock,
	.migrating = pg_migrating,
	.bulk_begin = sv_postgres_bulk_begin,
	.bulk_row = sv_postgres_bulk_row,
	.bulk_end = sv_postgres_bulk_end,
};
