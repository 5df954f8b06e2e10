/* rows: what is to go into a table of the store */
#include "src/report/rows.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

enum { WIDTH_MAX = 16, FIRST = 256 };

static const size_t absent = SIZE_MAX; /* where NULL stands */

void rows_init(struct rows *rows, const char *table, const char *columns)
{
	*rows = (struct rows){ .table = table, .columns = columns, .width = 1 };
	for (; *columns; columns++)
		rows->width += *columns == ',';
	assert(rows->width <= WIDTH_MAX);
	sv_buf_init(&rows->text, SIZE_MAX / 2); /* its batch has a ceiling */
}

void rows_clear(struct rows *rows)
{
	rows->n = 0;
	sv_buf_cut(&rows->text, 0);
}

void rows_release(struct rows *rows)
{
	sv_buf_release(&rows->text);
	free(rows->at);
	rows->at = NULL;
	rows->n = rows->cap = 0;
}

static void add(struct rows *rows, size_t at)
{
	if (rows->n == rows->cap) {
		rows->cap = rows->cap ? rows->cap * 2 : FIRST;
		rows->at = sv_realloc(rows->at, rows->cap * sizeof *rows->at);
	}
	rows->at[rows->n++] = at;
}

void rows_put(struct rows *rows, const char *text, size_t len)
{
	add(rows, text ? rows->text.len : absent);
	if (!text)
		return;
	sv_buf_add(&rows->text, text, len);
	sv_buf_putc(&rows->text, '\0');
}

void rows_put_text(struct rows *rows, const char *text)
{
	rows_put(rows, text, text ? strlen(text) : 0);
}

void rows_put_int(struct rows *rows, int64_t number)
{
	char text[24];
	int len = snprintf(text, sizeof text, "%" PRId64, number);

	rows_put(rows, text, (size_t)len);
}

void rows_put_real(struct rows *rows, double number)
{
	char text[32];
	int len = snprintf(text, sizeof text, "%.17g", number);

	rows_put(rows, text, (size_t)len);
}

static int put_row(const struct rows *rows, struct sv_store *store, size_t from)
{
	const char *values[WIDTH_MAX];

	for (size_t i = 0; i < rows->width; i++)
		values[i] = rows->at[from + i] == absent
		                    ? NULL
		                    : rows->text.data + rows->at[from + i];
	return sv_store_bulk_row(store, values);
}

int rows_store(const struct rows *rows, struct sv_store *store)
{
	int64_t new;
	int rc;

	if (!rows->n)
		return 0;
	rc = sv_store_bulk_begin(store, rows->table, rows->columns);
	for (size_t i = 0; !rc && i < rows->n; i += rows->width)
		rc = put_row(rows, store, i);
	return rc ? rc : sv_store_bulk_end(store, &new);
}
