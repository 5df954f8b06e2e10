/* journal.c: the results of recordings that are done */
#include "src/asr/journal.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"

enum {
	BUSY_MS = 30000,
	APPLICATION = 0x53564a31, /* "SVJ1", seen by file(1) */
	SPARE_BYTES = 64 << 20,   /* a write-ahead log left larger is cut */
};

struct journal {
	sqlite3 *db;
	char *path; /* for messages */
	sqlite3_stmt *has, *get, *put;
};

static int failed(const struct journal *journal, const char *doing)
{
	int code = sqlite3_errcode(journal->db);

	if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT)
		return sv_fail(EX_DATAERR,
		               "%s: damaged, or no journal of sv-asr: "
		               "move it away to begin anew",
		               journal->path);
	return sv_fail(code == SQLITE_CANTOPEN ? EX_CANTCREAT : EX_IOERR,
	               "%s: %s: %s", journal->path, doing,
	               sqlite3_errmsg(journal->db));
}

static int run(struct journal *journal, const char *sql)
{
	if (sqlite3_exec(journal->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return failed(journal, "open");
	return 0;
}

static int read_number(struct journal *journal, const char *sql, int *number)
{
	sqlite3_stmt *statement = NULL;
	int rc = 0;

	*number = 0;
	if (sqlite3_prepare_v2(journal->db, sql, -1, &statement, NULL) ||
	    sqlite3_step(statement) != SQLITE_ROW)
		rc = failed(journal, "open");
	else
		*number = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	return rc;
}

/* A database of somebody else's is not to be written into. */
static int check_owner(struct journal *journal)
{
	int owner, tables, rc;

	rc = read_number(journal, "PRAGMA application_id", &owner);
	if (!rc)
		rc = read_number(journal, "SELECT count(*) FROM sqlite_schema",
		                 &tables);
	if (!rc && owner != APPLICATION && tables)
		rc = sv_fail(EX_DATAERR,
		             "%s: a database, but no journal of sv-asr: "
		             "give --resume another name",
		             journal->path);
	return rc;
}

static int prepare(struct journal *journal, sqlite3_stmt **made,
                   const char *sql)
{
	if (sqlite3_prepare_v3(journal->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
	                       made, NULL))
		return failed(journal, "open");
	return 0;
}

static int set_up(struct journal *journal)
{
	char *mark = sv_format("PRAGMA application_id = %d", APPLICATION);
	char *limit = sv_format("PRAGMA journal_size_limit = %d", SPARE_BYTES);
	int rc;

	rc = check_owner(journal);
	if (!rc)
		rc = run(journal, "PRAGMA journal_mode = WAL;"
		                  "PRAGMA synchronous = NORMAL");
	if (!rc)
		rc = run(journal, limit);
	if (!rc)
		rc = run(journal, mark);
	if (!rc)
		rc = run(journal,
		         "CREATE TABLE IF NOT EXISTS result ("
		         "key BLOB PRIMARY KEY, source TEXT NOT NULL, "
		         "bad INTEGER NOT NULL, events BLOB NOT NULL)");
	if (!rc)
		rc = prepare(journal, &journal->has,
		             "SELECT 1 FROM result WHERE key = ?");
	if (!rc)
		rc = prepare(journal, &journal->get,
		             "SELECT source, bad, events FROM result "
		             "WHERE key = ?");
	if (!rc)
		rc = prepare(journal, &journal->put,
		             "INSERT OR REPLACE INTO result VALUES (?,?,?,?)");
	free(mark);
	free(limit);
	return rc;
}

/* what people said is for its owner's eyes */
static int create(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);

	if (fd < 0)
		return sv_fail(EX_CANTCREAT, "open %s:", path);
	close(fd);
	return 0;
}

int journal_open(struct journal **made, const char *path)
{
	struct journal *journal = sv_alloc(sizeof *journal);
	int rc;

	*made = NULL;
	journal->path = sv_strdup(path ? path : "temporary results");
	rc = path ? create(path) : 0;
	/* no name makes a file that nobody else sees, gone at the end */
	if (!rc && sqlite3_open_v2(path ? path : "", &journal->db,
	                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
	                                   SQLITE_OPEN_NOMUTEX,
	                           NULL) != SQLITE_OK)
		rc = failed(journal, "open");
	if (!rc) {
		sqlite3_busy_timeout(journal->db, BUSY_MS);
		rc = set_up(journal);
	}
	if (rc) {
		journal_close(journal);
		return rc;
	}
	*made = journal;
	return 0;
}

void journal_close(struct journal *journal)
{
	if (!journal)
		return;
	sqlite3_finalize(journal->has);
	sqlite3_finalize(journal->get);
	sqlite3_finalize(journal->put);
	sqlite3_close(journal->db);
	free(journal->path);
	free(journal);
}

static int find(struct journal *journal, sqlite3_stmt *statement,
                const unsigned char key[SV_SHA256], bool *found)
{
	int code;

	sqlite3_bind_blob(statement, 1, key, SV_SHA256, SQLITE_STATIC);
	code = sqlite3_step(statement);
	*found = code == SQLITE_ROW;
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return failed(journal, "read");
	return 0;
}

int journal_has(struct journal *journal, const unsigned char key[SV_SHA256],
                bool *found)
{
	int rc = find(journal, journal->has, key, found);

	sqlite3_reset(journal->has);
	return rc;
}

int journal_get(struct journal *journal, const unsigned char key[SV_SHA256],
                struct result *result)
{
	sqlite3_stmt *row = journal->get;
	bool found;
	int rc;

	*result = (struct result){ 0 };
	rc = find(journal, row, key, &found);
	if (!rc && !found)
		rc = sv_fail(EX_IOERR, "%s: a result is gone", journal->path);
	if (!rc) {
		const char *source = (const char *)sqlite3_column_text(row, 0);
		const char *events = sqlite3_column_blob(row, 2);

		result->source = sv_strdup(source ? source : "");
		result->bad = sqlite3_column_int(row, 1);
		result->len = (size_t)sqlite3_column_bytes(row, 2);
		result->events = sv_alloc(result->len + 1);
		if (events)
			memcpy(result->events, events, result->len);
	}
	sqlite3_reset(row);
	return rc;
}

void result_release(struct result *result)
{
	free(result->source);
	free(result->events);
	*result = (struct result){ 0 };
}

int journal_put(struct journal *journal, const unsigned char key[SV_SHA256],
                const struct result *result)
{
	sqlite3_stmt *row = journal->put;
	int code;

	sqlite3_bind_blob(row, 1, key, SV_SHA256, SQLITE_STATIC);
	sqlite3_bind_text(row, 2, result->source, -1, SQLITE_STATIC);
	sqlite3_bind_int(row, 3, result->bad);
	sqlite3_bind_blob64(row, 4, result->events, result->len, SQLITE_STATIC);
	code = sqlite3_step(row);
	sqlite3_reset(row);
	return code == SQLITE_DONE ? 0 : failed(journal, "write");
}
