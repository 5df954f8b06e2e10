/* store_postgres_lock: rights that one process at a time has */
#include <string.h>

#include "lib/fail.h"
#include "lib/store_postgres.h"

/* Whether a statement of one column that is a boolean says yes. */
static int ask(struct sv_backend *backend, const char *sql, const char *name,
               bool *yes)
{
	PGresult *result =
		PQexecParams(backend->link, sql, 1, NULL, &name, NULL, NULL, 0);
	int rc = 0;

	*yes = false;
	if (PQresultStatus(result) == PGRES_TUPLES_OK)
		*yes = !strcmp(PQgetvalue(result, 0, 0), "t");
	else
		rc = sv_postgres_failed(backend, result);
	PQclear(result);
	return rc;
}

#define RIGHT "('sales-voice ' || $1::text, 0)"

/* Had already? A right that is asked for twice must be given back twice. */
int sv_postgres_lock(struct sv_backend *backend, const char *name)
{
	int rc = sv_postgres_revive(backend);
	bool had = false, given = false;

	if (!rc)
		rc = ask(backend,
		         "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype "
		         "= 'advisory' AND pid = pg_backend_pid() AND "
		         "(classid::bigint << 32 | objid::bigint) = "
		         "hashtextextended" RIGHT ")",
		         name, &had);
	if (!rc && !had)
		rc = ask(backend,
		         "SELECT pg_try_advisory_lock(hashtextextended" RIGHT
		         ")",
		         name, &given);
	backend->rights += given;
	if (!rc && !had && !given)
		rc = sv_fail(EX_TEMPFAIL,
		             "store %s: another process has the %s lock",
		             backend->name, name);
	return rc;
}

void sv_postgres_unlock(struct sv_backend *backend, const char *name)
{
	bool was = false;

	if (PQstatus(backend->link) == CONNECTION_OK)
		ask(backend,
		    "SELECT pg_advisory_unlock(hashtextextended" RIGHT ")",
		    name, &was);
	backend->rights -= was;
}
