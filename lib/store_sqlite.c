/* store_sqlite: the store as an SQLite file with a write-ahead log */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/store_backend.h"

enum {
	BUSY_MS = 10000,
	RETRY_MS = 10,
	SPARE_BYTES = 16 << 20, /* a write-ahead log left larger is cut */
	LOCKS = 4,              /* rights a process has at once */
};

struct right {
	char *name; /* NULL: free */
	int fd;
};

struct sv_backend {
	sqlite3 *db; /* NULL: read-only and not there, so empty */
	char *path;
	struct right rights[LOCKS];
	sqlite3_stmt *bulk;
	int64_t bulk_from; /* changes before it */
};

struct sv_cursor {
	struct sv_backend *backend;
	sqlite3_stmt *statement;
};

static int failed(const struct sv_backend *backend)
{
	const char *reason = sqlite3_errmsg(backend->db);
	const char *path = backend->path;

	switch (sqlite3_errcode(backend->db)) {
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
	case SQLITE_ERROR:
	case SQLITE_MISUSE:
	case SQLITE_RANGE:
		return sv_fail(EX_SOFTWARE, "store %s: %s", path, reason);
	default:
		return sv_fail(EX_IOERR, "store %s: %s", path, reason);
	}
}

/* --- statements --- */

static int lite_execute(struct sv_backend *backend, const char *sql)
{
	if (backend->db && sqlite3_exec(backend->db, sql, NULL, NULL, NULL))
		return failed(backend);
	return 0;
}

static int lite_begin(struct sv_backend *backend)
{
	return lite_execute(backend, "BEGIN IMMEDIATE");
}

static void drop_bulk(struct sv_backend *backend)
{
	sqlite3_finalize(backend->bulk);
	backend->bulk = NULL;
}

static int lite_commit(struct sv_backend *backend)
{
	return lite_execute(backend, "COMMIT");
}

static void lite_rollback(struct sv_backend *backend)
{
	drop_bulk(backend);
	/* a full disk has rolled back by itself: then this has nothing to do */
	if (backend->db && !sqlite3_get_autocommit(backend->db))
		sqlite3_exec(backend->db, "ROLLBACK", NULL, NULL, NULL);
}

static void bind(sqlite3_stmt *statement, const struct sv_value *values,
                 size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int place = (int)i + 1;

		if (values[i].type == 's')
			sqlite3_bind_text(statement, place, values[i].text, -1,
			                  SQLITE_TRANSIENT);
		else if (values[i].type == 'd')
			sqlite3_bind_double(statement, place, values[i].real);
		else
			sqlite3_bind_int64(statement, place, values[i].integer);
	}
}

static int lite_query(struct sv_backend *backend, struct sv_cursor **cursor,
                      const char *sql, const struct sv_value *values, size_t n)
{
	sqlite3_stmt *statement;

	*cursor = NULL;
	if (!backend->db)
		return 0;
	if (sqlite3_prepare_v2(backend->db, sql, -1, &statement, NULL))
		return failed(backend);
	bind(statement, values, n);
	*cursor = sv_alloc(sizeof **cursor);
	(*cursor)->backend = backend;
	(*cursor)->statement = statement;
	return 0;
}

static int lite_next(struct sv_cursor *cursor, int *rc)
{
	int step = sqlite3_step(cursor->statement);

	*rc = 0;
	if (step == SQLITE_ROW)
		return 1;
	if (step == SQLITE_DONE)
		return 0;
	*rc = failed(cursor->backend);
	return -1;
}

static int64_t lite_changed(struct sv_cursor *cursor)
{
	return sqlite3_changes64(cursor->backend->db);
}

static const char *lite_text(struct sv_cursor *cursor, int column)
{
	return (const char *)sqlite3_column_text(cursor->statement, column);
}

static int64_t lite_integer(struct sv_cursor *cursor, int column)
{
	return sqlite3_column_int64(cursor->statement, column);
}

static double lite_real(struct sv_cursor *cursor, int column)
{
	return sqlite3_column_double(cursor->statement, column);
}

static void lite_finish(struct sv_cursor *cursor)
{
	sqlite3_finalize(cursor->statement);
	free(cursor);
}

/* --- opening --- */

/* While two processes open a fresh store at once SQLite says that it is busy
 * without the wait it was told of. */
static int use_wal(struct sv_backend *backend)
{
	int tries = BUSY_MS / RETRY_MS;
	int rc = lite_execute(backend, "PRAGMA journal_mode = WAL");

	while (rc == EX_TEMPFAIL && tries-- > 0) {
		poll(NULL, 0, RETRY_MS);
		rc = lite_execute(backend, "PRAGMA journal_mode = WAL");
	}
	return rc;
}

static int set_up(struct sv_backend *backend)
{
	char *limit = sv_format("PRAGMA journal_size_limit = %d", SPARE_BYTES);
	/* of a new one: what sv-admin deletes makes the file smaller */
	int rc = lite_execute(backend, "PRAGMA auto_vacuum = INCREMENTAL");

	if (!rc)
		rc = use_wal(backend);
	if (!rc)
		rc = lite_execute(backend, limit);
	/* a commit that was told about outlives a power cut */
	if (!rc)
		rc = lite_execute(backend, "PRAGMA synchronous = FULL");
	free(limit);
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

/* A store that others made and none of us yet is as good as none. */
static int look(struct sv_backend *backend)
{
	static const char sql[] =
		"SELECT 1 FROM sqlite_schema WHERE name = 'migration'";
	struct sv_cursor *cursor;
	int code = 0, found;
	int rc = lite_query(backend, &cursor, sql, NULL, 0);

	if (rc || !cursor)
		return rc;
	found = lite_next(cursor, &code);
	lite_finish(cursor);
	if (!found) {
		sqlite3_close(backend->db);
		backend->db = NULL;
	}
	return code;
}

static int connect_to(struct sv_backend *backend, enum sv_store_mode mode)
{
	bool reading = mode == SV_STORE_READ;
	int flags = SQLITE_OPEN_NOMUTEX |
	            (reading ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
	int rc = 0;

	if (reading && access(backend->path, F_OK))
		return 0;
	if (!reading)
		rc = create(backend->path);
	if (rc)
		return rc;
	if (sqlite3_open_v2(backend->path, &backend->db, flags, NULL))
		return failed(backend);
	sqlite3_busy_timeout(backend->db, BUSY_MS);
	return reading ? look(backend) : set_up(backend);
}

static void lite_unlock(struct sv_backend *backend, const char *name);

static void lite_close(struct sv_backend *backend)
{
	for (size_t i = 0; i < LOCKS; i++)
		if (backend->rights[i].name)
			lite_unlock(backend, backend->rights[i].name);
	drop_bulk(backend);
	sqlite3_close(backend->db);
	free(backend->path);
	free(backend);
}

static int lite_open(struct sv_backend **made, const char *dsn,
                     enum sv_store_mode mode)
{
	struct sv_backend *backend = sv_alloc(sizeof *backend);
	size_t scheme = strlen("sqlite:");
	int rc;

	backend->path =
		sv_strdup(strncmp(dsn, "sqlite:", scheme) ? dsn : dsn + scheme);
	rc = connect_to(backend, mode);
	*made = backend;
	if (rc) {
		lite_close(backend);
		*made = NULL;
	}
	return rc;
}

static const char *lite_name(const struct sv_backend *backend)
{
	return backend->path;
}

/* --- rights --- */

/* Each is a file of its own: SQLite closes the database's descriptors as it
 * likes, and POSIX locks go with any of them. */
static int take_right(struct sv_backend *backend, struct right *right,
                      const char *name)
{
	char *path = sv_format("%s-%s", backend->path, name);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
	int rc = 0;

	if (fd < 0)
		rc = sv_fail(EX_CANTCREAT, "lock %s:", path);
	else if (flock(fd, LOCK_EX | LOCK_NB))
		rc = errno == EWOULDBLOCK
		             ? sv_fail(EX_TEMPFAIL,
		                       "store %s: another process has the "
		                       "%s lock",
		                       backend->path, name)
		             : sv_fail(EX_IOERR, "lock %s:", path);
	free(path);
	if (!rc)
		*right = (struct right){ sv_strdup(name), fd };
	else if (fd >= 0)
		close(fd);
	return rc;
}

static struct right *find_right(struct sv_backend *backend, const char *name)
{
	for (size_t i = 0; i < LOCKS; i++)
		if (backend->rights[i].name &&
		    !strcmp(backend->rights[i].name, name))
			return &backend->rights[i];
	return NULL;
}

static struct right *free_right(struct sv_backend *backend)
{
	for (size_t i = 0; i < LOCKS; i++)
		if (!backend->rights[i].name)
			return &backend->rights[i];
	return NULL;
}

static int lite_lock(struct sv_backend *backend, const char *name)
{
	struct right *place = free_right(backend);

	if (!backend->db || find_right(backend, name))
		return 0;
	if (!place)
		return sv_fail(EX_SOFTWARE, "store: more than %d locks", LOCKS);
	return take_right(backend, place, name);
}

static void lite_unlock(struct sv_backend *backend, const char *name)
{
	struct right *right = find_right(backend, name);

	if (!right)
		return;
	close(right->fd);
	free(right->name);
	*right = (struct right){ 0 };
}

static int lite_migrating(struct sv_backend *backend)
{
	(void)backend; /* BEGIN IMMEDIATE did it */
	return 0;
}

/* --- many rows --- */

static int lite_bulk_begin(struct sv_backend *backend, const char *table,
                           const char *columns)
{
	size_t n = sv_store_columns(columns);
	char marks[2 * SV_STORE_PARAMETERS + 1];
	char *sql;
	int rc = 0;

	for (size_t i = 0; i < n && i < SV_STORE_PARAMETERS; i++)
		memcpy(marks + 2 * i, "?,", 3);
	marks[2 * n - 1] = '\0';
	sql = sv_format(
		"INSERT INTO %s (%s) VALUES (%s) ON CONFLICT DO NOTHING", table,
		columns, marks);
	drop_bulk(backend);
	if (sqlite3_prepare_v2(backend->db, sql, -1, &backend->bulk, NULL))
		rc = failed(backend);
	free(sql);
	backend->bulk_from = sqlite3_total_changes64(backend->db);
	return rc;
}

static int lite_bulk_row(struct sv_backend *backend, const char *const *values)
{
	int n = sqlite3_bind_parameter_count(backend->bulk);
	int step;

	for (int i = 0; i < n; i++)
		sqlite3_bind_text(backend->bulk, i + 1, values[i], -1,
		                  SQLITE_STATIC);
	step = sqlite3_step(backend->bulk);
	sqlite3_reset(backend->bulk);
	return step == SQLITE_DONE ? 0 : failed(backend);
}

static int lite_bulk_end(struct sv_backend *backend, int64_t *n)
{
	*n = sqlite3_total_changes64(backend->db) - backend->bulk_from;
	drop_bulk(backend);
	return 0;
}

const struct sv_store_engine sv_store_sqlite = {
	.open = lite_open,
	.close = lite_close,
	.name = lite_name,
	.begin = lite_begin,
	.commit = lite_commit,
	.rollback = lite_rollback,
	.execute = lite_execute,
	.query = lite_query,
	.next = lite_next,
	.changed = lite_changed,
	.text = lite_text,
	.integer = lite_integer,
	.real = lite_real,
	.finish = lite_finish,
	.lock = lite_lock,
	.unlock = lite_unlock,
	.migrating = lite_migrating,
	.bulk_begin = lite_bulk_begin,
	.bulk_row = lite_bulk_row,
	.bulk_end = lite_bulk_end,
};
