/* store_postgres_bulk: many rows at once, by COPY */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/store_postgres.h"

enum { FLUSH = 1 << 16 }; /* bytes of COPY handed over at once */

void sv_postgres_bulk_drop(struct sv_backend *backend)
{
	free(backend->bulk_table);
	free(backend->bulk_columns);
	backend->bulk_table = backend->bulk_columns = NULL;
	sv_buf_cut(&backend->bulk, 0);
}

/* Into a table of this transaction, and from there what is new. */
int sv_postgres_bulk_begin(struct sv_backend *backend, const char *table,
                           const char *columns)
{
	char *make, *copy;
	PGresult *result;
	int rc;

	sv_postgres_bulk_drop(backend);
	make = sv_format("CREATE TEMP TABLE IF NOT EXISTS bulk_%s"
	                 " (LIKE %s INCLUDING DEFAULTS) ON COMMIT DELETE ROWS",
	                 table, table);
	copy = sv_format("COPY bulk_%s (%s) FROM STDIN", table, columns);
	backend->bulk_table = sv_strdup(table);
	backend->bulk_columns = sv_strdup(columns);
	rc = sv_postgres_run(backend, make);
	if (!rc) {
		result = PQexec(backend->link, copy);
		if (PQresultStatus(result) != PGRES_COPY_IN)
			rc = sv_postgres_failed(backend, result);
		PQclear(result);
	}
	free(make);
	free(copy);
	return rc;
}

/* COPY's text format: PostgreSQL's documentation of COPY, "File Formats" */
static int add_value(struct sv_buf *out, const char *value)
{
	int rc = 0;

	if (!value)
		return sv_buf_puts(out, "\\N");
	while (!rc && *value) {
		size_t plain = strcspn(value, "\\\t\n\r");

		rc = sv_buf_add(out, value, plain);
		value += plain;
		if (rc || !*value)
			break;
		rc = sv_buf_printf(out, "\\%c",
		                   *value == '\t'   ? 't'
		                   : *value == '\n' ? 'n'
		                   : *value == '\r' ? 'r'
		                                    : '\\');
		value++;
	}
	return rc;
}

static int flush_bulk(struct sv_backend *backend)
{
	if (PQputCopyData(backend->link, sv_buf_str(&backend->bulk),
	                  (int)backend->bulk.len) != 1)
		return sv_postgres_failed(backend, NULL);
	sv_buf_cut(&backend->bulk, 0);
	return 0;
}

int sv_postgres_bulk_row(struct sv_backend *backend, const char *const *values)
{
	size_t n = sv_store_columns(backend->bulk_columns);
	int rc = 0;

	for (size_t i = 0; !rc && i < n; i++) {
		rc = add_value(&backend->bulk, values[i]);
		if (!rc)
			rc = sv_buf_putc(&backend->bulk,
			                 i + 1 < n ? '\t' : '\n');
	}
	if (!rc && backend->bulk.len >= FLUSH)
		rc = flush_bulk(backend);
	return rc;
}

static int merge_bulk(struct sv_backend *backend, int64_t *n)
{
	char *sql = sv_format("INSERT INTO %s (%s) SELECT %s FROM bulk_%s"
	                      " ON CONFLICT DO NOTHING",
	                      backend->bulk_table, backend->bulk_columns,
	                      backend->bulk_columns, backend->bulk_table);
	char *empty = sv_format("DELETE FROM bulk_%s", backend->bulk_table);
	PGresult *result = PQexec(backend->link, sql);
	int rc = 0;

	if (PQresultStatus(result) == PGRES_COMMAND_OK)
		*n = strtoll(PQcmdTuples(result), NULL, 10);
	else
		rc = sv_postgres_failed(backend, result);
	PQclear(result);
	if (!rc)
		rc = sv_postgres_run(backend, empty);
	free(empty);
	free(sql);
	return rc;
}

int sv_postgres_bulk_end(struct sv_backend *backend, int64_t *n)
{
	int rc = flush_bulk(backend);
	PGresult *result;

	*n = 0;
	if (!rc && PQputCopyEnd(backend->link, NULL) != 1)
		rc = sv_postgres_failed(backend, NULL);
	while (!rc && (result = PQgetResult(backend->link))) {
		if (PQresultStatus(result) != PGRES_COMMAND_OK)
			rc = sv_postgres_failed(backend, result);
		PQclear(result);
	}
	if (!rc)
		rc = merge_bulk(backend, n);
	sv_postgres_bulk_drop(backend);
	return rc;
}
