/*
 * The store of calls, an SQLite file with a write-ahead log: opening it, and
 * queries in a line. A commit is on disk when it returns.
 */
#ifndef CRM_STORE_H
#define CRM_STORE_H

#include <sqlite3.h>
#include <stdbool.h>

struct store;

/* dsn: "sqlite:PATH", PATH, or NULL for store.db in the state folder. Made
 * when it is not there, with the schema, which must be fit to run each time;
 * unless read_only: then what is not there is empty, and nothing is written.
 * 0 and *made for store_close(); EX_USAGE, EX_CANTCREAT, EX_IOERR,
 * EX_TEMPFAIL, EX_DATAERR (no database). */
int store_open(struct store **made, const char *dsn, const char *schema,
               bool read_only);
void store_close(struct store *store); /* NULL is fine */

/* lent */
const char *store_path(const struct store *store);

/* Several changes as one: all are there, or none. Rolling back what is not
 * going on is fine. */
int store_begin(struct store *store);
int store_commit(struct store *store);
void store_rollback(struct store *store);

/* statements without parameters or rows */
int store_execute(struct store *store, const char *sql);

/* The first row of a query: *row for sqlite3_finalize(), NULL when there is
 * none. types has a letter for each parameter: s a string, lent, or NULL; i
 * an int64_t. */
int store_query(struct store *store, sqlite3_stmt **row, const char *sql,
                const char *types, ...);

/* a query without rows */
int store_change(struct store *store, const char *sql, const char *types, ...);

/* a column's text, yours to free(), or NULL */
char *store_text(sqlite3_stmt *row, int column);

#endif
