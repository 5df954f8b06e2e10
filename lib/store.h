/*
 * The store of calls: an SQLite file, or a PostgreSQL database (15 or later),
 * with one schema (schema.h) and one dialect: the SQL given here is what both
 * understand, with parameters as ? or ?1, ?2 … A commit is on disk when it
 * returns.
 *
 * Codes: EX_TEMPFAIL busy, locked, no connection, or one that broke: what was
 * begun is undone, the next begin connects anew; EX_NOPERM refused;
 * EX_DATAERR damaged, or no database of ours; EX_CANTCREAT, EX_IOERR (a disk
 * that is full, too); EX_SOFTWARE a statement that is wrong.
 */
#ifndef SV_STORE_H
#define SV_STORE_H

#include <stdbool.h>
#include <stdint.h>

struct sv_store;
struct sv_rows;

enum sv_store_mode {
	SV_STORE_WRITE, /* made when it is not there, and brought up to date */
	SV_STORE_READ,  /* nothing is written; what is not there is empty */
};

/* dsn: "sqlite:PATH", PATH, "postgresql://USER@HOST/NAME?…" as libpq has it (a
 * password comes from PGPASSFILE or SV_STORE_PASSWORD, secret.h), or NULL for
 * store.db in the state folder. 0 and *made for sv_store_close(); EX_USAGE
 * too. */
int sv_store_open(struct sv_store **made, const char *dsn,
                  enum sv_store_mode mode);
void sv_store_close(struct sv_store *store); /* NULL is fine */

/* what sentences call it: the path, or host and database; lent */
const char *sv_store_name(const struct sv_store *store);
bool sv_store_is_postgres(const struct sv_store *store);

/* Several changes as one: all are there, or none. Rolling back what is not
 * going on is fine. */
int sv_store_begin(struct sv_store *store);
int sv_store_commit(struct sv_store *store);
void sv_store_rollback(struct sv_store *store);

/* Statements without parameters or rows, as many as there are. */
int sv_store_execute(struct sv_store *store, const char *sql);

/* One statement. types has a letter for each parameter: s a string, lent, or
 * NULL; i an int64_t; d a double. *n, if not NULL, gets the number of rows
 * changed. */
int sv_store_change(struct sv_store *store, int64_t *n, const char *sql,
                    const char *types, ...);

/* A query: 0 and *rows for sv_rows_free(), which stand before the first. It is
 * over before anything else is asked of the store. */
int sv_store_query(struct sv_store *store, struct sv_rows **rows,
                   const char *sql, const char *types, ...);

/* The first row of a query that has one at most: *row for sv_rows_free(), NULL
 * when there is none. */
int sv_store_first(struct sv_store *store, struct sv_rows **row,
                   const char *sql, const char *types, ...);

/* Goes to the next row: false at the end, or when reading failed, which
 * sv_rows_code() tells. */
bool sv_rows_next(struct sv_rows *rows);
int sv_rows_code(const struct sv_rows *rows);
void sv_rows_free(struct sv_rows *rows); /* NULL is fine */

/* A column of the row, from 0: lent until the next row. NULL is NULL or 0. */
const char *sv_rows_text(const struct sv_rows *rows, int column);
int64_t sv_rows_int(const struct sv_rows *rows, int column);
double sv_rows_real(const struct sv_rows *rows, int column);
bool sv_rows_null(const struct sv_rows *rows, int column);

/* A right that one process at a time has, by a name of a few letters; it ends
 * with the process, and with a connection that is lost. 0, EX_TEMPFAIL when
 * somebody else has it. */
int sv_store_lock(struct sv_store *store, const char *name);
void sv_store_unlock(struct sv_store *store, const char *name);

/* Many rows at once, for what is loaded by the thousand: within a transaction,
 * begin (table, columns "a, b, c"), rows of as many texts (NULL is NULL), end.
 * Rows whose key is there already are left out; *n gets how many were new. */
int sv_store_bulk_begin(struct sv_store *store, const char *table,
                        const char *columns);
int sv_store_bulk_row(struct sv_store *store, const char *const *values);
int sv_store_bulk_end(struct sv_store *store, int64_t *n);

#endif
