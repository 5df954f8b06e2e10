/* schema: the store's tables, each change of them once */
#include "lib/schema.h"

#include <string.h>

#include "lib/fail.h"
#include "lib/store_backend.h"

enum { SQLITE, POSTGRES, DIALECTS };

/* A step from one version of the store to the next. It is never changed once
 * it was released: what is new comes behind. */
struct migration {
	const char *name;
	const char *sql[DIALECTS];
};

#define OUTBOX(ID)                                                                                       \
	"CREATE TABLE outbox ("                                                                          \
	" id " ID ","                                                                                    \
	" key TEXT NOT NULL UNIQUE,"                                                                     \
	" kind TEXT NOT NULL,"                                                                           \
	" call TEXT NOT NULL,"                                                                           \
	" state TEXT NOT NULL DEFAULT 'queued',"                                                         \
	" payload TEXT NOT NULL,"                                                                        \
	" rank BIGINT NOT NULL,"                                                                         \
	" attempts BIGINT NOT NULL DEFAULT 0,"                                                           \
	" next_due BIGINT NOT NULL,"                                                                     \
	" place BIGINT NOT NULL DEFAULT 0,"                                                              \
	" last_error TEXT,"                                                                              \
	" created BIGINT NOT NULL);"                                                                     \
	"CREATE INDEX outbox_due ON outbox (next_due)"                                                   \
	" WHERE state = 'queued';" /* seq: of our events of the call, so that runs do not count alike */ \
	"CREATE TABLE crm_call ("                                                                        \
	" call TEXT PRIMARY KEY,"                                                                        \
	" seq BIGINT NOT NULL DEFAULT 0,"                                                                \
	" state TEXT,"                                                                                   \
	" updated BIGINT NOT NULL);"

static const struct migration migrations[] = {
	{ "outbox-1",
	  { OUTBOX("INTEGER PRIMARY KEY"),
	    OUTBOX("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY") } },
};

enum { MIGRATIONS = sizeof migrations / sizeof *migrations };

/* how many of ours were done, in their order */
static int count_done(struct sv_store *store, size_t *done)
{
	struct sv_rows *rows;
	int rc = sv_store_query(store, &rows, "SELECT count(*) FROM migration",
	                        "");

	*done = 0;
	if (!rc && sv_rows_next(rows))
		*done = (size_t)sv_rows_int(rows, 0);
	if (!rc)
		rc = sv_rows_code(rows);
	sv_rows_free(rows);
	return rc;
}

static int migrate(struct sv_store *store, const struct migration *migration)
{
	int rc = sv_store_execute(store,
	                          migration->sql[sv_store_is_postgres(store)]);

	if (rc)
		return rc;
	return sv_store_change(store, NULL, "INSERT INTO migration VALUES (?)",
	                       "s", migration->name);
}

static int too_new(const struct sv_store *store)
{
	return sv_fail(EX_DATAERR,
	               "store %s: made by a later version of these programs",
	               sv_store_name(store));
}

int sv_schema_check(struct sv_store *store)
{
	size_t done;
	int rc = count_done(store, &done);

	if (rc || !done || done == MIGRATIONS)
		return rc;
	if (done > MIGRATIONS)
		return too_new(store);
	return sv_fail(EX_DATAERR,
	               "store %s: made by an earlier version: have a program "
	               "that writes open it once",
	               sv_store_name(store));
}

static int migrate_all(struct sv_store *store)
{
	size_t done;
	int rc = count_done(store, &done);

	if (!rc && done > MIGRATIONS)
		return too_new(store);
	for (; !rc && done < MIGRATIONS; done++)
		rc = migrate(store, &migrations[done]);
	return rc;
}

int sv_schema_migrate(struct sv_store *store)
{
	int rc = sv_store_begin(store);

	if (!rc)
		rc = sv_store_hold_migrations(store);
	if (!rc)
		rc = sv_store_execute(store,
		                      "CREATE TABLE IF NOT EXISTS migration ("
		                      "name TEXT PRIMARY KEY)");
	if (!rc)
		rc = migrate_all(store);
	if (!rc)
		rc = sv_store_commit(store);
	if (rc)
		sv_store_rollback(store);
	return rc;
}
