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

/* What was said and done. events has every line as it came; the others are
 * what its lines add up to, made again by feeding them again. place is the
 * order of arrival, time the wall clock in ms (-1: none that can be believed).
 */
#define CALLS                                                                  \
	"CREATE TABLE calls ("                                                 \
	" call TEXT PRIMARY KEY,"                                              \
	" first_ms BIGINT,"                                                    \
	" last_ms BIGINT,"                                                     \
	" start_ms BIGINT,"                                                    \
	" end_ms BIGINT,"                                                      \
	" duration_ms BIGINT,"                                                 \
	" direction TEXT,"                                                     \
	" caller TEXT,"                                                        \
	" callee TEXT,"                                                        \
	" source TEXT,"                                                        \
	" recording TEXT,"                                                     \
	" language TEXT,"                                                      \
	" scenario TEXT,"                                                      \
	" outcome TEXT,"                                                       \
	" handoff TEXT,"                                                       \
	" reason TEXT);"                                                       \
	"CREATE INDEX calls_first ON calls (first_ms);"                        \
	"CREATE TABLE turns ("                                                 \
	" call TEXT NOT NULL,"                                                 \
	" stage TEXT NOT NULL,"                                                \
	" seq BIGINT NOT NULL,"                                                \
	" time BIGINT NOT NULL,"                                               \
	" turn BIGINT,"                                                        \
	" total_ms BIGINT,"                                                    \
	" parts TEXT,"                                                         \
	" PRIMARY KEY (call, stage, seq));"                                    \
	"CREATE TABLE slots ("                                                 \
	" call TEXT NOT NULL,"                                                 \
	" stage TEXT NOT NULL,"                                                \
	" seq BIGINT NOT NULL,"                                                \
	" name TEXT NOT NULL,"                                                 \
	" value TEXT,"                                                         \
	" kind TEXT,"                                                          \
	" raw TEXT,"                                                           \
	" confirmed BIGINT,"                                                   \
	" PRIMARY KEY (call, name, stage, seq));"                              \
	"CREATE TABLE costs ("                                                 \
	" call TEXT NOT NULL,"                                                 \
	" stage TEXT NOT NULL,"                                                \
	" seq BIGINT NOT NULL,"                                                \
	" time BIGINT NOT NULL,"                                               \
	" engine TEXT,"                                                        \
	" service TEXT,"                                                       \
	" model TEXT,"                                                         \
	" unit TEXT,"                                                          \
	" amount DOUBLE PRECISION,"                                            \
	" price DOUBLE PRECISION,"                                             \
	" currency TEXT,"                                                      \
	" PRIMARY KEY (call, stage, seq));"

#define EVENTS                                                                 \
	" call TEXT NOT NULL,"                                                 \
	" stage TEXT NOT NULL,"                                                \
	" seq BIGINT NOT NULL,"                                                \
	" time BIGINT NOT NULL,"                                               \
	" type TEXT NOT NULL,"                                                 \
	" line TEXT NOT NULL,"

/* Makes the month's partition that holds a time, unless it is there. It does so
 * with its owner's rights, so that who may only write needs no more. Attaching
 * keeps nobody from reading or writing; the lock, that of the transaction, keeps
 * two from making the same. */
#define MONTHS                                                                  \
	"CREATE FUNCTION events_month(at BIGINT) RETURNS void"                  \
	" LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$" \
	" DECLARE"                                                              \
	"  begins TIMESTAMP := date_trunc('month',"                             \
	"   to_timestamp(at / 1000) AT TIME ZONE 'UTC');"                       \
	"  part TEXT := 'events_' || to_char(begins, 'YYYYMM');"                \
	"  home TEXT := current_schema();"                                      \
	" BEGIN"                                                                \
	"  IF at < 946684800000 OR at >= 7258118400000 THEN"                    \
	"   RAISE EXCEPTION '% is no time of a call', at;"                      \
	"  END IF;"                                                             \
	"  PERFORM pg_advisory_xact_lock("                                      \
	"   hashtextextended('sales-voice events', 0));"                        \
	"  IF to_regclass(format('%I.%I', home, part)) IS NOT NULL THEN"        \
	"   RETURN;"                                                            \
	"  END IF;"                                                             \
	"  EXECUTE format('CREATE TABLE %1$I.%2$I"                              \
	"   (LIKE %1$I.events INCLUDING ALL)', home, part);"                    \
	"  EXECUTE format('ALTER TABLE %1$I.events ATTACH PARTITION %1$I.%2$I"  \
	"   FOR VALUES FROM (%3$s) TO (%4$s)', home, part,"                     \
	"   (extract(epoch FROM begins) * 1000)::BIGINT,"                       \
	"   (extract(epoch FROM begins + interval '1 month') * 1000)::BIGINT);" \
	" END $$;"                                                              \
	"REVOKE ALL ON FUNCTION events_month(BIGINT) FROM PUBLIC;"

/* Who looked at or deleted what: audit.h. */
#define AUDIT                                                                  \
	"CREATE TABLE audit ("                                                 \
	" id BIGINT PRIMARY KEY,"                                              \
	" at BIGINT NOT NULL,"                                                 \
	" who TEXT NOT NULL,"                                                  \
	" host TEXT NOT NULL,"                                                 \
	" program TEXT NOT NULL,"                                              \
	" action TEXT NOT NULL,"                                               \
	" subject TEXT NOT NULL,"                                              \
	" detail TEXT NOT NULL,"                                               \
	" digest TEXT NOT NULL);"                                              \
	"CREATE INDEX audit_at ON audit (at);"

/* What was received by sv-crm listen: kept until it was told of, its key and
 * place for a while longer, so that what comes twice is known. A place is never
 * given to another. */
#define INBOX(ID)                                                              \
	"CREATE TABLE inbox ("                                                 \
	" place " ID ","                                                       \
	" key TEXT NOT NULL UNIQUE,"                                           \
	" type TEXT NOT NULL,"                                                 \
	" fields TEXT NOT NULL,"                                               \
	" state TEXT NOT NULL DEFAULT 'new',"                                  \
	" due BIGINT NOT NULL,"                                                \
	" received BIGINT NOT NULL,"                                           \
	" called BIGINT);"                                                     \
	"CREATE INDEX inbox_due ON inbox (due) WHERE state <> 'told';"         \
	"CREATE INDEX inbox_called ON inbox (called)"                          \
	" WHERE called IS NOT NULL;"                                           \
	"CREATE INDEX inbox_received ON inbox (received);"

/* Recordings and transcripts that were, or are to be, kept elsewhere: see
 * sv-archive(1). state is local (not sure to be there yet), verified, or
 * removed (from there). path is where the file is or was; freed, when it was
 * taken away. sha256 and bytes are of the object as it is kept, plain of the
 * file. Times are wall clock ms. Rows of what is not there any more stay, without
 * path and sums, for the record. */
#define OBJECTS                                                                \
	"CREATE TABLE objects ("                                               \
	" key TEXT PRIMARY KEY,"                                               \
	" engine TEXT NOT NULL,"                                               \
	" place TEXT NOT NULL,"                                                \
	" call TEXT NOT NULL,"                                                 \
	" kind TEXT NOT NULL,"                                                 \
	" path TEXT,"                                                          \
	" bytes BIGINT,"                                                       \
	" sha256 TEXT,"                                                        \
	" plain TEXT,"                                                         \
	" sealed TEXT,"                                                        \
	" state TEXT NOT NULL,"                                                \
	" created BIGINT NOT NULL,"                                            \
	" uploaded BIGINT,"                                                    \
	" freed BIGINT);"                                                      \
	"CREATE INDEX objects_call ON objects (call);"                         \
	"CREATE INDEX objects_path ON objects (path);"

/* step is the place of a kind within its call; failures are the entry's own,
 * not those of the whole CRM; taken, while a sender has it; made, what it made
 * in the CRM, as JSON; subject, the number that a task is about. */
#define OUTBOX_2                                                               \
	"ALTER TABLE outbox ADD COLUMN step BIGINT NOT NULL DEFAULT 0;"        \
	"ALTER TABLE outbox ADD COLUMN failures BIGINT NOT NULL DEFAULT 0;"    \
	"ALTER TABLE outbox ADD COLUMN taken BIGINT NOT NULL DEFAULT 0;"       \
	"ALTER TABLE outbox ADD COLUMN subject TEXT NOT NULL DEFAULT '';"      \
	"ALTER TABLE outbox ADD COLUMN made TEXT;"                             \
	"UPDATE outbox SET step = CASE kind WHEN 'lead' THEN 1 ELSE 2 END,"    \
	" failures = attempts;"                                                \
	"CREATE INDEX outbox_call ON outbox (call, step, id);"                 \
	"CREATE INDEX outbox_queued ON outbox (id) WHERE state = 'queued';"    \
	"CREATE INDEX outbox_subject ON outbox (subject) WHERE subject <> '';"

/* Whose turn it is among those who are responsible by rotation: turn is how
 * many there were of that list. */
#define TURNS                                                                  \
	"CREATE TABLE crm_turn ("                                              \
	" name TEXT PRIMARY KEY,"                                              \
	" turn BIGINT NOT NULL);"

/* What a call has brought: a lead, with what the CRM calls what was made of it
 * once it is told, and what was said of the call afterwards (tag.*). */
#define LEADS                                                                  \
	"CREATE TABLE leads ("                                                 \
	" call TEXT PRIMARY KEY,"                                              \
	" time BIGINT,"                                                        \
	" outcome TEXT,"                                                       \
	" scenario TEXT,"                                                      \
	" version TEXT,"                                                       \
	" caller TEXT,"                                                        \
	" name TEXT,"                                                          \
	" phone TEXT,"                                                         \
	" email TEXT,"                                                         \
	" company TEXT,"                                                       \
	" need TEXT,"                                                          \
	" slots TEXT,"                                                         \
	" lead TEXT,"                                                          \
	" contact TEXT,"                                                       \
	" deal TEXT);"                                                         \
	"CREATE INDEX leads_time ON leads (time);"                             \
	"CREATE TABLE tags ("                                                  \
	" call TEXT NOT NULL,"                                                 \
	" stage TEXT NOT NULL,"                                                \
	" seq BIGINT NOT NULL,"                                                \
	" time BIGINT NOT NULL,"                                               \
	" tag TEXT NOT NULL,"                                                  \
	" value TEXT,"                                                         \
	" fields TEXT,"                                                        \
	" PRIMARY KEY (call, stage, seq));"                                    \
	"CREATE INDEX tags_tag ON tags (tag, value);"

static const struct migration migrations[] = {
	{ "outbox-1",
	  { OUTBOX("INTEGER PRIMARY KEY"),
	    OUTBOX("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY") } },
	{ "calls-1",
	  { CALLS "CREATE TABLE events ("
	          " place INTEGER PRIMARY KEY," EVENTS
	          " UNIQUE (call, stage, seq));",
	    CALLS MONTHS
	    "CREATE SEQUENCE event_place;"
	    "CREATE TABLE events ("
	    " place BIGINT NOT NULL DEFAULT nextval('event_place')," EVENTS
	    " PRIMARY KEY (call, stage, seq, time)) PARTITION BY RANGE (time);"
	    "CREATE TABLE events_undated PARTITION OF events"
	    " FOR VALUES FROM (-1) TO (0);" } },
	{ "audit-1", { AUDIT, AUDIT } },
	{ "inbox-1",
	  { INBOX("INTEGER PRIMARY KEY AUTOINCREMENT"),
	    INBOX("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY") } },
	{ "objects-1", { OBJECTS, OBJECTS } },
	{ "outbox-2", { OUTBOX_2, OUTBOX_2 } },
	{ "turns-1", { TURNS, TURNS } },
	{ "leads-1", { LEADS, LEADS } },
	{ "callers-1",
	  { "CREATE INDEX calls_caller ON calls (caller);",
	    "CREATE INDEX calls_caller ON calls (caller);" } },
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

/* Whether the store is of today already: then who may only write to it needs
 * no right to make tables, and nobody waits for anybody. */
static int is_current(struct sv_store *store, bool *current)
{
	const char *sql = "SELECT name FROM sqlite_schema"
			  " WHERE name = 'migration'";
	struct sv_rows *row;
	size_t done = 0;
	int rc;

	if (sv_store_is_postgres(store))
		sql = "SELECT to_regclass('migration')";
	*current = false;
	rc = sv_store_first(store, &row, sql, "");
	if (!rc && row && !sv_rows_null(row, 0)) {
		sv_rows_free(row);
		row = NULL;
		rc = count_done(store, &done);
	}
	sv_rows_free(row);
	*current = !rc && done == MIGRATIONS;
	return rc;
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
	bool current;
	int rc = is_current(store, &current);

	if (rc || current)
		return rc;
	rc = sv_store_begin(store);
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
