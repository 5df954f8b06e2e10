/* store_postgres_link: the connection, and why there is none */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/secret.h"
#include "lib/store_postgres.h"

enum { BULK_MAX = 4 << 20 }; /* of one row and what is before it */

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

void sv_postgres_close(struct sv_backend *backend)
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

int sv_postgres_open(struct sv_backend **made, const char *dsn,
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
		sv_postgres_close(backend);
		*made = NULL;
	}
	return rc;
}

const char *sv_postgres_name(const struct sv_backend *backend)
{
	return backend->name;
}
