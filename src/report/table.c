/* table: the rows of a report */
#include "src/report/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

struct table *report_table(struct report *report, const char *key,
                           enum label title, const struct column *columns,
                           size_t n_columns)
{
	struct table *table = &report->tables[report->n++];

	assert(report->n <= TABLES_MAX);
	*table = (struct table){ .key = key,
		                 .title = title,
		                 .columns = columns,
		                 .n_columns = n_columns };
	return table;
}

const struct table *report_find(const struct report *report, const char *key)
{
	for (size_t i = 0; i < report->n; i++) {
		if (!strcmp(report->tables[i].key, key))
			return &report->tables[i];
	}
	return NULL;
}

void report_release(struct report *report)
{
	for (size_t i = 0; i < report->n; i++) {
		free(report->tables[i].cells);
		free(report->tables[i].own);
		free(report->tables[i].currencies);
	}
	names_release(&report->texts);
}

struct cell *table_row(struct table *table)
{
	size_t width = table->n_columns * sizeof *table->cells;
	struct cell *row;

	if (table->n == table->cap) {
		table->cap = table->cap ? table->cap * 2 : 16;
		table->cells = sv_realloc(table->cells, table->cap * width);
	}
	row = table->cells + table->n++ * table->n_columns;
	memset(row, 0, width);
	return row;
}

const struct cell *table_cell(const struct table *table, size_t row,
                              size_t column)
{
	return &table->cells[row * table->n_columns + column];
}

size_t table_column(const struct table *table, const char *key)
{
	size_t i = 0;

	while (i < table->n_columns && strcmp(table->columns[i].key, key) != 0)
		i++;
	assert(i < table->n_columns);
	return i;
}

bool table_uses(const struct table *table, size_t column)
{
	for (size_t row = 0; row < table->n; row++) {
		if (table_cell(table, row, column)->given)
			return true;
	}
	return false;
}

struct cell cell_n(int64_t n)
{
	return (struct cell){ .given = n >= 0, .n = n };
}

struct cell cell_share(double part, double whole)
{
	return (struct cell){ .given = whole > 0,
		              .share = whole > 0 ? part / whole : 0 };
}

struct cell cell_real(double value)
{
	return (struct cell){ .given = true, .share = value };
}

struct cell cell_text(const char *text)
{
	return (struct cell){ .given = text != NULL, .text = text };
}
