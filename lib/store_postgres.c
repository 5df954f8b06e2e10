/* store_postgres: the store in a PostgreSQL database */
#include "lib/store_postgres.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/secret.h"

enum {
	SQL_MAX = 1 << 16,
	BULK_MAX = 4 << 20, /* of one row and what is before it */
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

/* the server's sentence, one line of it */
static int fail_with(const struct sv_backend *backend, int code,
                     const char *message)
{
	int len = (int)strcspn(message, "\n");

	return sv_fail(code, "store %s: %.*s", backend->name, len, message);
}

/* Why there is no connection: a name may stand for several addresses, and libpq
 * tells of each in turn what was tried there. */
static int fail_to_connect(const struct sv_backend *backend, int code)
{
	char *why = sv_strdup(PQerrorMessage(backend->link));
	size_t len = strlen(why);

	while (len && strchr("\n\t ", why[len - 1]))
		why[--len] = '\0';
	for (char *end = why; (end = strpbrk(end, "\n\t"));)
		*end = *end == '\n' ? ';' : ' ';
	sv_fail(code, "store %s: %s", backend->name, why);
	free(why);
	return code;
}

/* SQLSTATE classes: PostgreSQL's documentation, appendix A */
static int code_of(const struct sv_backend *backend, const char *state)
{
	static const struct {
		const char *begins;
		int code;
	} classes[] = {
		{ "08", EX_TEMPFAIL }, /* connection */
		{ "40", EX_TEMPFAIL }, /* deadlock, serialisation */
		{ "53100", EX_IOERR }, /* disk full */
		{ "53", EX_TEMPFAIL }, /* resources */
		{ "55P03", EX_TEMPFAIL },
		{ "57", EX_TEMPFAIL }, /* shutdown, cancelled */
		{ "58", EX_IOERR },
		{ "XX001", EX_DATAERR }, /* damaged */
		{ "XX002", EX_DATAERR },
		{ "22", EX_DATAERR },
		{ "23", EX_DATAERR },
		{ "25006", EX_CANTCREAT },
		{ "28", EX_NOPERM },
		{ "42501", EX_NOPERM },
		{ "3D000", EX_NOINPUT },
		{ "42", EX_SOFTWARE },
	};

	if (PQstatus(backend->link) == CONNECTION_BAD)
		return EX_TEMPFAIL;
	for (size_t i = 0; state && i < sizeof classes / sizeof *classes; i++)
		if (!strncmp(state, classes[i].begins,
		             strlen(classes[i].begins)))
			return classes[i].code;
	return EX_IOERR;
}

int sv_postgres_failed(const struct sv_backend *backend, const PGresult *result)
{
	const char *message = result ? PQresultErrorMessage(result)
	                             : PQerrorMessage(backend->link);

	return fail_with(
		backend,
		code_of(backend, PQresultErrorField(result, PG_DIAG_SQLSTATE)),
		message);
}

/* --- the connection --- */

static void quiet(void *arg, const char *message)
{
	(void)arg;
	sv_debug("postgres: %.*s", (int)strcspn(message, "\n"), message);
}

/* What every connection is told: UTF-8, our own meaning of a backslash, and
 * that nobody is waited for without an end. */
static int greet(struct sv_backend *backend)
{
	PGresult *result;
	int rc = 0;

	PQsetNoticeProcessor(backend->link, quiet, NULL);
	result = PQexec(backend->link,
	                "SET client_encoding = 'UTF8';"
	                "SET standard_conforming_strings = on;"
	                "SET lock_timeout = '10s';"
	                "SET idle_in_transaction_session_timeout = '60s'");
	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		rc = sv_postgres_failed(backend, result);
	PQclear(result);
	return rc;
}

int sv_postgres_revive(struct sv_backend *backend)
{
	if (PQstatus(backend->link) == CONNECTION_OK)
		return 0;
	if (backend->rights) {
		backend->rights = 0;
		return sv_fail(EX_TEMPFAIL,
		               "store %s: the connection broke, and with it a "
		               "lock",
		               backend->name);
	}
	PQreset(backend->link);
	if (PQstatus(backend->link) != CONNECTION_OK)
		return fail_to_connect(backend, EX_TEMPFAIL);
	return greet(backend);
}

/* who it is, without what is nobody's business: HOST/NAME */
static char *name_of(PGconn *link)
{
	const char *host = PQhost(link), *base = PQdb(link);

	return sv_format("postgresql://%s/%s", host ? host : "",
	                 base ? base : "");
}

static PGconn *dial(const char *dsn, const char *password)
{
	const char *keys[] = { "dbname", "fallback_application_name",
		               "connect_timeout", "password", NULL };
	const char *values[] = { dsn, "sales-voice", "10", password, NULL };

	if (!password)
		keys[3] = NULL;
	/* what the dsn says comes later and stands above these */
	return PQconnectdbParams(keys, values, 1);
}

/* The dsn's sentence may hold the dsn, and that a password. */
static int check(const char *dsn)
{
	PQconninfoOption *options = PQconninfoParse(dsn, NULL);

	PQconninfoFree(options);
	return options ? 0
	               : sv_fail(EX_USAGE,
	                         "store postgresql://…: not a connection "
	                         "string of PostgreSQL");
}

static void pg_close(struct sv_backend *backend)
{
	PQfinish(backend->link);
	free(backend->bulk_table);
	free(backend->bulk_columns);
	sv_buf_release(&backend->bulk);
	free(backend->name);
	free(backend);
}

static int first_words(struct sv_backend *backend, const char *password)
{
	if (PQstatus(backend->link) == CONNECTION_OK)
		return greet(backend);
	if (PQconnectionNeedsPassword(backend->link))
		return sv_fail(EX_NOPERM,
		               "store %s: a password is needed: set "
		               "SV_STORE_PASSWORD or PGPASSFILE",
		               backend->name);
	if (password && PQconnectionUsedPassword(backend->link))
		return fail_to_connect(backend, EX_NOPERM);
	return fail_to_connect(backend, EX_TEMPFAIL);
}

/* A database without tables of ours is as good as none. */
static int look(struct sv_backend *backend)
{
	PGresult *result =
		PQexec(backend->link, "SELECT to_regclass('migration')");
	int rc = 0;

	if (PQresultStatus(result) == PGRES_TUPLES_OK)
		backend->absent = PQgetisnull(result, 0, 0);
	else
		rc = sv_postgres_failed(backend, result);
	PQclear(result);
	return rc;
}

static int pg_open(struct sv_backend **made, const char *dsn,
                   enum sv_store_mode mode)
{
	struct sv_backend *backend;
	char *password = NULL;
	int rc = check(dsn);

	if (!rc)
		rc = sv_secret("SV_STORE_PASSWORD", &password);
	if (rc)
		return rc;
	backend = sv_alloc(sizeof *backend);
	backend->link = dial(dsn, password);
	backend->name = name_of(backend->link);
	sv_buf_init(&backend->bulk, BULK_MAX);
	rc = first_words(backend, password);
	if (!rc && mode == SV_STORE_READ)
		rc = look(backend);
	sv_secret_free(password);
	*made = backend;
	if (rc) {
		pg_close(backend);
		*made = NULL;
	}
	return rc;
}

static const char *pg_name(const struct sv_backend *backend)
{
	return backend->name;
}

/* --- statements --- */

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
	.open = pg_open,
	.close = pg_close,
	.name = pg_name,
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
