/* What SQLite and PostgreSQL each do for store.h. */
#ifndef SV_STORE_BACKEND_H
#define SV_STORE_BACKEND_H

#include <stddef.h>

#include "lib/store.h"

enum { SV_STORE_PARAMETERS = 32 };

/* a parameter: its letter and its value */
struct sv_value {
	char type;
	const char *text;
	int64_t integer;
	double real;
};

struct sv_backend; /* each defines it for itself */
struct sv_cursor;  /* a query's rows, likewise */

struct sv_store_engine {
	/* as in store.h; the dsn is whole */
	int (*open)(struct sv_backend **made, const char *dsn,
	            enum sv_store_mode mode);
	void (*close)(struct sv_backend *backend);
	const char *(*name)(const struct sv_backend *backend);

	int (*begin)(struct sv_backend *backend);
	int (*commit)(struct sv_backend *backend);
	void (*rollback)(struct sv_backend *backend);
	int (*execute)(struct sv_backend *backend, const char *sql);

	/* *cursor is NULL when the store is not there */
	int (*query)(struct sv_backend *backend, struct sv_cursor **cursor,
	             const char *sql, const struct sv_value *values, size_t n);
	/* 1 there is one, 0 that was the last, -1 with *rc */
	int (*next)(struct sv_cursor *cursor, int *rc);
	int64_t (*changed)(struct sv_cursor *cursor);
	const char *(*text)(struct sv_cursor *cursor, int column);
	int64_t (*integer)(struct sv_cursor *cursor, int column);
	double (*real)(struct sv_cursor *cursor, int column);
	void (*finish)(struct sv_cursor *cursor);

	int (*lock)(struct sv_backend *backend, const char *name);
	void (*unlock)(struct sv_backend *backend, const char *name);

	/* holds other processes' migrations off until the transaction ends */
	int (*migrating)(struct sv_backend *backend);

	int (*bulk_begin)(struct sv_backend *backend, const char *table,
	                  const char *columns);
	int (*bulk_row)(struct sv_backend *backend, const char *const *values);
	int (*bulk_end)(struct sv_backend *backend, int64_t *n);
};

extern const struct sv_store_engine sv_store_sqlite, sv_store_postgres;

/* how many columns "a, b, c" names */
size_t sv_store_columns(const char *columns);

/* as migrating() above, for schema.c */
int sv_store_hold_migrations(struct sv_store *store);

#endif
