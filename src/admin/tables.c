/* tables: what the store has, row by row */
#include "src/admin/tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/fail.h"
#include "lib/start.h"

enum { SQL_MAX = 8000, ID_MAX = 128 };

/* table, column: texts only, a partition's rows are its parent's */
static const char lite_columns[] =
	"SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) "
	"c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'"
	" AND t.name NOT IN ('migration', 'audit') AND upper(c.type) = 'TEXT'"
	" ORDER BY t.name, c.cid";
static const char postgres_columns[] =
	"SELECT t.relname::text, c.attname::text FROM pg_class t"
	" JOIN pg_attribute c ON c.attrelid = t.oid"
	" WHERE t.relnamespace = current_schema()::regnamespace"
	" AND t.relkind IN ('r', 'p') AND NOT t.relispartition"
	" AND t.relname NOT IN ('migration', 'audit')"
	" AND c.attnum > 0 AND NOT c.attisdropped"
	" AND c.atttypid IN ('text'::regtype, 'varchar'::regtype,"
	" 'json'::regtype, 'jsonb'::regtype)"
	" ORDER BY t.relname, c.attnum";

static int take_column(struct tables *tables, const char *name,
                       const char *column)
{
	struct table *table = tables->n ? &tables->items[tables->n - 1] : NULL;

	if (!table || strcmp(table->name, name) != 0) {
		if (tables->n == TABLES_MAX)
			return sv_fail(EX_SOFTWARE, "too many tables");
		table = &tables->items[tables->n++];
		table->name = sv_strdup(name);
	}
	if (table->n_texts == COLUMNS_MAX)
		return sv_fail(EX_SOFTWARE, "too many columns in %s", name);
	table->texts[table->n_texts++] = sv_strdup(column);
	table->has_call = table->has_call || !strcmp(column, "call");
	return 0;
}

int tables_load(struct tables *tables, struct sv_store *store)
{
	struct sv_rows *rows;
	int rc = sv_store_query(store, &rows,
	                        sv_store_is_postgres(store) ? postgres_columns
	                                                    : lite_columns,
	                        "");

	while (!rc && sv_rows_next(rows))
		rc = take_column(tables, sv_rows_text(rows, 0),
		                 sv_rows_text(rows, 1));
	if (!rc)
		rc = sv_rows_code(rows);
	sv_rows_free(rows);
	return rc;
}

void tables_release(struct tables *tables)
{
	for (size_t i = 0; i < tables->n; i++) {
		free(tables->items[i].name);
		for (size_t j = 0; j < tables->items[i].n_texts; j++)
			free(tables->items[i].texts[j]);
	}
	tables->n = 0;
}

static char *question(const struct table *table, bool postgres)
{
	struct sv_buf sql = { .max = SQL_MAX };

	sv_buf_printf(&sql, "SELECT %s, ''",
	              postgres ? "tableoid::bigint::text, ctid::text"
	                       : "rowid");
	if (postgres) /* two columns are its id, in SQLite one and a blank */
		sv_buf_cut(&sql, sql.len - strlen(", ''"));
	for (size_t i = 0; i < table->n_texts; i++)
		sv_buf_printf(&sql, ", \"%s\"%s", table->texts[i],
		              postgres ? "::text" : "");
	sv_buf_printf(&sql, " FROM \"%s\"", table->name);
	return sv_buf_take(&sql);
}

static int scan(const struct table *table, struct sv_store *store,
                int (*each)(void *arg, const struct table_row *row), void *arg)
{
	bool postgres = sv_store_is_postgres(store);
	char *sql = question(table, postgres);
	struct sv_rows *rows;
	int rc = sv_store_query(store, &rows, sql, "");

	while (!rc && !sv_stopping() && sv_rows_next(rows)) {
		struct table_row row = { .table = table, .call = "" };
		char id[ID_MAX];

		if (postgres)
			snprintf(id, sizeof id,
			         "tableoid = %s AND ctid = '%s'::tid",
			         sv_rows_text(rows, 0), sv_rows_text(rows, 1));
		else
			snprintf(id, sizeof id, "rowid = %s",
			         sv_rows_text(rows, 0));
		row.id = id;
		for (size_t i = 0; i < table->n_texts; i++) {
			row.texts[i] = sv_rows_text(rows, (int)i + 2);
			if (row.texts[i] && !strcmp(table->texts[i], "call"))
				row.call = row.texts[i];
		}
		rc = each(arg, &row);
	}
	if (!rc)
		rc = sv_rows_code(rows);
	sv_rows_free(rows);
	free(sql);
	return rc;
}

int tables_scan(const struct tables *tables, struct sv_store *store,
                int (*each)(void *arg, const struct table_row *row), void *arg)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < tables->n; i++)
		rc = scan(&tables->items[i], store, each, arg);
	return rc;
}
