/* store.c: the SQLite file, and queries of it */
#include "src/crm/store.h"

#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"

enum {
	BUSY_MS = 10000,
	RETRY_MS = 10,
	SPARE_BYTES = 16 << 20, /* a write-ahead log left larger is cut */
};

struct store {
	sqlite3 *db; /* NULL: read-only and not there, so empty */
	char *path;
};

static int failed(const struct store *store)
{
	const char *reason = sqlite3_errmsg(store->db);
	const char *path = store->path;

	switch (sqlite3_errcode(store->db)) {
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return sv_fail(EX_DATAERR,
		               "store %s: damaged, or no database: move it "
		               "away to begin anew",
		               path);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return sv_fail(EX_TEMPFAIL, "store %s: %s", path, reason);
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
		return sv_fail(EX_CANTCREAT, "store %s: %s", path, reason);
	default:
		return sv_fail(EX_IOERR, "store %s: %s", path, reason);
	}
}

/* s: a string or NULL, i: an int64_t */
static void bind(sqlite3_stmt *statement, const char *types, va_list args)
{
	int i;

	for (i = 1; *types; types++, i++) {
		if (*types == 's')
			sqlite3_bind_text(statement, i,
			                  va_arg(args, const char *), -1,
			                  SQLITE_STATIC);
		else
			sqlite3_bind_int64(statement, i, va_arg(args, int64_t));
	}
}

/* The first row of a query: *row for sqlite3_finalize(), NULL when there is
 * none. */
static int vquery(struct store *store, sqlite3_stmt **row, const char *sql,
                  const char *types, va_list args)
{
	sqlite3_stmt *statement = NULL;
	int rc = 0, step;

	*row = NULL;
	if (!store->db)
		return 0;
	if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL))
		return failed(store);
	bind(statement, types, args);
	step = sqlite3_step(statement);
	if (step == SQLITE_ROW) {
		*row = statement;
		return 0;
	}
	if (step != SQLITE_DONE)
		rc = failed(store);
	sqlite3_finalize(statement);
	return rc;
}

int store_query(struct store *store, sqlite3_stmt **row, const char *sql,
                const char *types, ...)
{
	va_list args;
	int rc;

	va_start(args, types);
	rc = vquery(store, row, sql, types, args);
	va_end(args);
	return rc;
}

/* a query without rows */
int store_change(struct store *store, const char *sql, const char *types, ...)
{
	sqlite3_stmt *row;
	va_list args;
	int rc;

	va_start(args, types);
	rc = vquery(store, &row, sql, types, args);
	va_end(args);
	sqlite3_finalize(row);
	return rc;
}

int store_execute(struct store *store, const char *sql)
{
	if (store->db && sqlite3_exec(store->db, sql, NULL, NULL, NULL))
		return failed(store);
	return 0;
}

int store_begin(struct store *store)
{
	return store_execute(store, "BEGIN IMMEDIATE");
}

int store_commit(struct store *store)
{
	return store_execute(store, "COMMIT");
}

void store_rollback(struct store *store)
{
	/* a full disk has rolled back by itself: then this has nothing to do */
	if (store->db && !sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

/* While two processes open a fresh store at once SQLite says that it is busy
 * without the wait it was told of. */
static int use_wal(struct store *store)
{
	int tries = BUSY_MS / RETRY_MS;
	int rc = store_execute(store, "PRAGMA journal_mode = WAL");

	while (rc == EX_TEMPFAIL && tries-- > 0) {
		poll(NULL, 0, RETRY_MS);
		rc = store_execute(store, "PRAGMA journal_mode = WAL");
	}
	return rc;
}

static int set_up(struct store *store, const char *schema)
{
	char *limit = sv_format("PRAGMA journal_size_limit = %d", SPARE_BYTES);
	int rc = use_wal(store);

	if (!rc)
		rc = store_execute(store, limit);
	/* a commit that was told about outlives a power cut */
	if (!rc)
		rc = store_execute(store, "PRAGMA synchronous = FULL");
	if (!rc)
		rc = store_begin(store);
	if (!rc)
		rc = store_execute(store, schema);
	if (!rc)
		rc = store_commit(store);
	if (rc)
		store_rollback(store);
	free(limit);
	return rc;
}

static int path_of(char **path, const char *dsn, bool read_only)
{
	char *folder;
	int rc = 0;

	if (dsn && !strncmp(dsn, "sqlite:", strlen("sqlite:")))
		dsn += strlen("sqlite:");
	else if (dsn && strstr(dsn, "://"))
		return sv_fail(EX_USAGE, "store %s: say sqlite:PATH", dsn);
	if (dsn && *dsn) {
		*path = sv_strdup(dsn);
		return 0;
	}
	folder = sv_state_folder();
	if (!read_only)
		rc = sv_folder_make(folder);
	*path = sv_format("%s/store.db", folder);
	free(folder);
	return rc;
}

/* what callers said is for its owner's eyes */
static int create(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);

	if (fd < 0)
		return sv_fail(EX_CANTCREAT, "store %s:", path);
	close(fd);
	return 0;
}

/* A store that others made and no sv-crm yet is as good as none. */
static int check_table(struct store *store)
{
	sqlite3_stmt *row;
	int rc = store_query(store, &row,
	                     "SELECT 1 FROM sqlite_schema"
	                     " WHERE name = 'outbox'",
	                     "");

	if (!rc && !row) {
		sqlite3_close(store->db);
		store->db = NULL;
	}
	sqlite3_finalize(row);
	return rc;
}

static int connect(struct store *store, const char *schema, bool read_only)
{
	int flags = SQLITE_OPEN_NOMUTEX |
	            (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
	int rc = 0;

	if (read_only && access(store->path, F_OK))
		return 0;
	if (!read_only)
		rc = create(store->path);
	if (rc)
		return rc;
	if (sqlite3_open_v2(store->path, &store->db, flags, NULL))
		return failed(store);
	sqlite3_busy_timeout(store->db, BUSY_MS);
	return read_only ? check_table(store) : set_up(store, schema);
}

int store_open(struct store **made, const char *dsn, const char *schema,
               bool read_only)
{
	struct store *store = sv_alloc(sizeof *store);
	int rc = path_of(&store->path, dsn, read_only);

	if (!rc)
		rc = connect(store, schema, read_only);
	*made = store;
	if (rc) {
		store_close(store);
		*made = NULL;
	}
	return rc;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	sqlite3_close(store->db);
	free(store->path);
	free(store);
}

const char *store_path(const struct store *store)
{
	return store->path;
}

char *store_text(sqlite3_stmt *row, int column)
{
	return sv_strdup((const char *)sqlite3_column_text(row, column));
}
