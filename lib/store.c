/* store: what is the same for SQLite and PostgreSQL */
#include "lib/store.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/schema.h"
#include "lib/store_backend.h"

struct sv_store {
	const struct sv_store_engine *engine;
	struct sv_backend *backend;
};

struct sv_rows {
	const struct sv_store_engine *engine;
	struct sv_cursor *cursor; /* NULL: the store is empty */
	int code;
	bool over; /* SQLite would begin again */
};

static bool has_scheme(const char *dsn, const char *scheme)
{
	return !strncmp(dsn, scheme, strlen(scheme));
}

/* the usual place, or a path, as sqlite:PATH; yours to free() */
static int whole_dsn(char **whole, const char *dsn, enum sv_store_mode mode)
{
	char *folder;
	int rc = 0;

	if (dsn && *dsn) {
		*whole = sv_strdup(dsn);
		return 0;
	}
	folder = sv_state_folder();
	if (mode == SV_STORE_WRITE)
		rc = sv_folder_make(folder);
	*whole = sv_format("sqlite:%s/store.db", folder);
	free(folder);
	return rc;
}

static int choose(const struct sv_store_engine **engine, const char *dsn)
{
	*engine = &sv_store_sqlite;
	if (has_scheme(dsn, "postgresql://") || has_scheme(dsn, "postgres://"))
		*engine = &sv_store_postgres;
	else if (!has_scheme(dsn, "sqlite:") && strstr(dsn, "://"))
		return sv_fail(EX_USAGE,
		               "store %.*s…: say sqlite:PATH or "
		               "postgresql://HOST/NAME",
		               (int)(strstr(dsn, "://") - dsn), dsn);
	return 0;
}

int sv_store_open(struct sv_store **made, const char *dsn,
                  enum sv_store_mode mode)
{
	struct sv_store *store = sv_alloc(sizeof *store);
	char *whole;
	int rc = whole_dsn(&whole, dsn, mode);

	if (!rc)
		rc = choose(&store->engine, whole);
	if (!rc)
		rc = store->engine->open(&store->backend, whole, mode);
	if (!rc)
		rc = mode == SV_STORE_WRITE ? sv_schema_migrate(store)
		                            : sv_schema_check(store);
	free(whole);
	*made = store;
	if (rc) {
		sv_store_close(store);
		*made = NULL;
	}
	return rc;
}

void sv_store_close(struct sv_store *store)
{
	if (!store)
		return;
	if (store->backend)
		store->engine->close(store->backend);
	free(store);
}

const char *sv_store_name(const struct sv_store *store)
{
	return store->engine->name(store->backend);
}

bool sv_store_is_postgres(const struct sv_store *store)
{
	return store->engine == &sv_store_postgres;
}

int sv_store_begin(struct sv_store *store)
{
	return store->engine->begin(store->backend);
}

int sv_store_commit(struct sv_store *store)
{
	return store->engine->commit(store->backend);
}

void sv_store_rollback(struct sv_store *store)
{
	store->engine->rollback(store->backend);
}

int sv_store_execute(struct sv_store *store, const char *sql)
{
	return store->engine->execute(store->backend, sql);
}

static size_t take_values(struct sv_value *values, const char *types,
                          va_list args)
{
	size_t n = strlen(types);

	assert(n <= SV_STORE_PARAMETERS);
	for (size_t i = 0; i < n; i++) {
		values[i] = (struct sv_value){ .type = types[i] };
		if (types[i] == 's')
			values[i].text = va_arg(args, const char *);
		else if (types[i] == 'd')
			values[i].real = va_arg(args, double);
		else
			values[i].integer = va_arg(args, int64_t);
	}
	return n;
}

int sv_store_change(struct sv_store *store, int64_t *n, const char *sql,
                    const char *types, ...)
{
	struct sv_value values[SV_STORE_PARAMETERS];
	struct sv_cursor *cursor = NULL;
	va_list args;
	size_t n_values;
	int rc, code = 0;

	va_start(args, types);
	n_values = take_values(values, types, args);
	va_end(args);
	rc = store->engine->query(store->backend, &cursor, sql, values,
	                          n_values);
	if (n)
		*n = 0;
	if (rc || !cursor)
		return rc;
	store->engine->next(cursor, &code);
	if (n && !code)
		*n = store->engine->changed(cursor);
	store->engine->finish(cursor);
	return code;
}

static int query(struct sv_store *store, struct sv_rows **rows, const char *sql,
                 const char *types, va_list args)
{
	struct sv_value values[SV_STORE_PARAMETERS];
	size_t n = take_values(values, types, args);

	*rows = sv_alloc(sizeof **rows);
	(*rows)->engine = store->engine;
	(*rows)->code = store->engine->query(store->backend, &(*rows)->cursor,
	                                     sql, values, n);
	return (*rows)->code;
}

int sv_store_query(struct sv_store *store, struct sv_rows **rows,
                   const char *sql, const char *types, ...)
{
	va_list args;
	int rc;

	va_start(args, types);
	rc = query(store, rows, sql, types, args);
	va_end(args);
	return rc;
}

int sv_store_first(struct sv_store *store, struct sv_rows **row,
                   const char *sql, const char *types, ...)
{
	va_list args;
	int rc;

	va_start(args, types);
	rc = query(store, row, sql, types, args);
	va_end(args);
	if (!rc && sv_rows_next(*row))
		return 0;
	if (!rc)
		rc = sv_rows_code(*row);
	sv_rows_free(*row);
	*row = NULL;
	return rc;
}

bool sv_rows_next(struct sv_rows *rows)
{
	if (rows->code || rows->over || !rows->cursor)
		return false;
	rows->over = rows->engine->next(rows->cursor, &rows->code) <= 0;
	return !rows->over;
}

int sv_rows_code(const struct sv_rows *rows)
{
	return rows->code;
}

void sv_rows_free(struct sv_rows *rows)
{
	if (!rows)
		return;
	if (rows->cursor)
		rows->engine->finish(rows->cursor);
	free(rows);
}

const char *sv_rows_text(const struct sv_rows *rows, int column)
{
	return rows->engine->text(rows->cursor, column);
}

int64_t sv_rows_int(const struct sv_rows *rows, int column)
{
	return rows->engine->integer(rows->cursor, column);
}

double sv_rows_real(const struct sv_rows *rows, int column)
{
	return rows->engine->real(rows->cursor, column);
}

bool sv_rows_null(const struct sv_rows *rows, int column)
{
	return !rows->engine->text(rows->cursor, column);
}

int sv_store_lock(struct sv_store *store, const char *name)
{
	return store->engine->lock(store->backend, name);
}

void sv_store_unlock(struct sv_store *store, const char *name)
{
	store->engine->unlock(store->backend, name);
}

size_t sv_store_columns(const char *columns)
{
	size_t n = 1;

	while ((columns = strchr(columns, ','))) {
		columns++;
		n++;
	}
	return n;
}

int sv_store_bulk_begin(struct sv_store *store, const char *table,
                        const char *columns)
{
	assert(sv_store_columns(columns) <= SV_STORE_PARAMETERS);
	return store->engine->bulk_begin(store->backend, table, columns);
}

int sv_store_bulk_row(struct sv_store *store, const char *const *values)
{
	return store->engine->bulk_row(store->backend, values);
}

int sv_store_bulk_end(struct sv_store *store, int64_t *n)
{
	return store->engine->bulk_end(store->backend, n);
}

int sv_store_hold_migrations(struct sv_store *store)
{
	return store->engine->migrating(store->backend);
}
