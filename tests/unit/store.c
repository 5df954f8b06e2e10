/*
 * store: the same of an SQLite file and of PostgreSQL, where SV_TEST_POSTGRES
 * is the DSN of an empty database
 */
#include "lib/store.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "tests/unit/tap.h"

static const char *dsn;

static struct sv_store *opened(enum sv_store_mode mode)
{
	struct sv_store *store = NULL;

	ok(!sv_store_open(&store, dsn, mode));
	if (!store) {
		printf("Bail out! %s\n", sv_why());
		exit(1);
	}
	return store;
}

static int64_t count(struct sv_store *store, const char *sql)
{
	struct sv_rows *row;
	int64_t n = -1;

	if (!sv_store_first(store, &row, sql, "") && row)
		n = sv_rows_int(row, 0);
	sv_rows_free(row);
	return n;
}

/* Many open a new store at the same time: it is made once. */
static void made_once(void)
{
	pid_t children[8];
	int status;

	for (int i = 0; i < 8; i++) {
		struct sv_store *store;

		children[i] = fork();
		if (children[i])
			continue;
		_exit(sv_store_open(&store, dsn, SV_STORE_WRITE) ? 1 : 0);
	}
	for (int i = 0; i < 8; i++) {
		waitpid(children[i], &status, 0);
		ok(WIFEXITED(status) && !WEXITSTATUS(status));
	}
}

static void empty(void)
{
	struct sv_store *store = opened(SV_STORE_READ);
	struct sv_rows *row;

	ok(!sv_store_first(store, &row, "SELECT 1 FROM outbox", ""));
	ok(row == NULL);
	sv_store_close(store);
}

static void values(struct sv_store *store)
{
	static const char text[] = "it's \"ё\", \\ a\ttab\nand ? and ?1";
	struct sv_rows *rows;
	int64_t n;

	ok(!sv_store_execute(store, "CREATE TABLE probe (a TEXT, b BIGINT, "
	                            "c DOUBLE PRECISION)"));
	ok(!sv_store_change(store, &n, "INSERT INTO probe VALUES (?, ?, ?)",
	                    "sid", text, INT64_MIN, 0.1));
	ok(n == 1);
	ok(!sv_store_change(store, NULL,
	                    "INSERT INTO probe VALUES (?2, ?1, ?3)", "isd",
	                    INT64_C(5), (char *)NULL, -1e300));
	ok(!sv_store_change(store, &n,
	                    "UPDATE probe SET b = 6 WHERE b = 5 AND"
	                    " a IS NULL AND '?' = '?'",
	                    ""));
	ok(n == 1);
	ok(!sv_store_query(store, &rows, "SELECT a, b, c FROM probe ORDER BY b",
	                   ""));
	ok(sv_rows_next(rows));
	ok(!strcmp(sv_rows_text(rows, 0), text));
	ok(sv_rows_int(rows, 1) == INT64_MIN);
	ok(sv_rows_real(rows, 2) == 0.1);
	ok(sv_rows_next(rows));
	ok(sv_rows_null(rows, 0) && !sv_rows_text(rows, 0));
	ok(!sv_rows_null(rows, 1) && sv_rows_int(rows, 1) == 6);
	ok(!sv_rows_next(rows) && !sv_rows_code(rows));
	ok(!sv_rows_next(rows)); /* the end is the end */
	sv_rows_free(rows);
	/* what is left unread is in nobody's way */
	ok(!sv_store_query(store, &rows, "SELECT a FROM probe", ""));
	ok(sv_rows_next(rows));
	sv_rows_free(rows);
	ok(count(store, "SELECT count(*) FROM probe") == 2);
}

static void transactions(struct sv_store *store)
{
	struct sv_rows *row;

	ok(!sv_store_begin(store));
	ok(!sv_store_change(store, NULL, "DELETE FROM probe", ""));
	sv_store_rollback(store);
	sv_store_rollback(store);
	ok(count(store, "SELECT count(*) FROM probe") == 2);
	ok(!sv_store_begin(store));
	ok(!sv_store_change(store, NULL, "DELETE FROM probe WHERE b = ?", "i",
	                    INT64_C(6)));
	ok(!sv_store_commit(store));
	ok(count(store, "SELECT count(*) FROM probe") == 1);
	/* a statement that is wrong, and all is well after */
	ok(sv_store_first(store, &row, "SELECT nothing FROM nowhere", "") ==
	   EX_SOFTWARE);
	ok(row == NULL);
	ok(!sv_store_begin(store));
	ok(sv_store_change(store, NULL, "NONSENSE", "") == EX_SOFTWARE);
	sv_store_rollback(store);
	ok(count(store, "SELECT count(*) FROM probe") == 1);
	ok(!sv_store_first(store, &row,
	                   "UPDATE probe SET b = ? RETURNING b + 1", "i",
	                   INT64_C(41)));
	ok(row && sv_rows_int(row, 0) == 42);
	sv_rows_free(row);
	ok(count(store, "SELECT b FROM probe") == 41);
}

static void bulk(struct sv_store *store)
{
	const char *const rows[][2] = { { "1", "a\\b\tc\nd\re" },
		                        { "2", NULL },
		                        { "1", "doubled" } };
	char number[16];
	int64_t n = 0;
	struct sv_rows *row;

	ok(!sv_store_execute(store, "CREATE TABLE heap (k BIGINT PRIMARY KEY,"
	                            " v TEXT)"));
	ok(!sv_store_begin(store));
	ok(!sv_store_bulk_begin(store, "heap", "k, v"));
	for (int i = 0; i < 3; i++)
		ok(!sv_store_bulk_row(store, rows[i]));
	ok(!sv_store_bulk_end(store, &n));
	ok(n == 2);
	ok(!sv_store_bulk_begin(store, "heap", "k, v"));
	for (int i = 0; i < 20000; i++) {
		const char *const more[] = { number, "some text of no length" };

		snprintf(number, sizeof number, "%d", i);
		if (sv_store_bulk_row(store, more))
			ok(false);
	}
	ok(!sv_store_bulk_end(store, &n));
	ok(n == 20000 - 2);
	ok(!sv_store_commit(store));
	ok(!sv_store_first(store, &row, "SELECT v FROM heap WHERE k = 1", ""));
	ok(row && !strcmp(sv_rows_text(row, 0), rows[0][1]));
	sv_rows_free(row);
	/* rows that are none undo it all */
	ok(!sv_store_begin(store));
	ok(!sv_store_bulk_begin(store, "heap", "k, v"));
	for (int i = 0; i < 2; i++) {
		const char *const bad[] = { i ? "x" : "30000", "" };

		if (sv_store_bulk_row(store, bad))
			break;
	}
	sv_store_rollback(store);
	ok(count(store, "SELECT count(*) FROM heap") == 20000);
}

static void rights(struct sv_store *store)
{
	struct sv_store *other = opened(SV_STORE_WRITE);

	ok(!sv_store_lock(store, "send"));
	ok(!sv_store_lock(store, "send"));
	ok(!sv_store_lock(store, "other"));
	ok(sv_store_lock(other, "send") == EX_TEMPFAIL);
	sv_store_unlock(store, "send");
	ok(!sv_store_lock(other, "send"));
	ok(sv_store_lock(store, "send") == EX_TEMPFAIL);
	sv_store_close(other);
	ok(!sv_store_lock(store, "send"));
	sv_store_unlock(store, "send");
}

static void later_version(struct sv_store *store)
{
	struct sv_store *refused = NULL;

	ok(!sv_store_change(store, NULL, "INSERT INTO migration VALUES (?)",
	                    "s", "of tomorrow"));
	ok(sv_store_open(&refused, dsn, SV_STORE_WRITE) == EX_DATAERR);
	ok(refused == NULL);
	ok(sv_store_open(&refused, dsn, SV_STORE_READ) == EX_DATAERR);
}

static void all(const char *where)
{
	struct sv_store *store;

	dsn = where;
	empty();
	made_once();
	store = opened(SV_STORE_WRITE);
	ok(!count(store, "SELECT count(*) FROM outbox"));
	values(store);
	transactions(store);
	bulk(store);
	rights(store);
	later_version(store);
	sv_store_close(store);
}

static void refused(void)
{
	struct sv_store *store = NULL;

	ok(sv_store_open(&store, "mysql://host/x", SV_STORE_READ) == EX_USAGE);
	ok(store == NULL);
	ok(sv_store_open(&store, "postgresql://u@localhost:1/x",
	                 SV_STORE_READ) == EX_TEMPFAIL);
	ok(strstr(sv_why(), "postgresql://localhost/x") != NULL);
	ok(sv_store_open(&store, "postgresql://u:p@localhost:1/x?no=thing",
	                 SV_STORE_READ) == EX_USAGE);
	ok(!strstr(sv_why(), "u:p"));
}

static void remove_all(const char *folder)
{
	static const char *const names[] = { "store.db", "store.db-wal",
		                             "store.db-shm", "store.db-send",
		                             "store.db-other" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *path = sv_format("%s/%s", folder, names[i]);

		unlink(path);
		free(path);
	}
	rmdir(folder);
}

int main(void)
{
	const char *postgres = getenv("SV_TEST_POSTGRES");
	char folder[] = "/tmp/store-XXXXXX";
	char *path;

	if (!mkdtemp(folder))
		return 1;
	path = sv_format("sqlite:%s/store.db", folder);
	if (postgres)
		all(postgres);
	else
		all(path);
	refused();
	free(path);
	remove_all(folder);
	return tap_end();
}
