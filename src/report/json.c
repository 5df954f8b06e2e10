/* json: the whole report as one object on one line, keys for good */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "lib/clock.h"

#include "src/report/table.h"

static json_t *time_json(int64_t ms)
{
	char time[SV_TIME_LEN];

	sv_time_format(ms, time);
	return json_string(time);
}

static json_t *number_json(double value)
{
	double near = round(value * 1e6) / 1e6;

	if (near < 1e15 && near == floor(near))
		return json_integer((json_int_t)near);
	return json_real(near);
}

static json_t *cell_json(const struct cell *cell, enum kind kind)
{
	switch (kind) {
	case TEXT:
	case ID:
	case WORD:
	case NOTE:
		return json_string(cell->text);
	case SHARE:
	case POINTS:
		return json_real(round(cell->share * 10000) / 10000);
	case AMOUNT:
	case MONEY:
		return number_json(cell->share);
	case TIME:
		return time_json(cell->n);
	case DAY:
		return json_sprintf("%04d-%02d-%02d", (int)(cell->n / 10000),
		                    (int)(cell->n / 100 % 100),
		                    (int)(cell->n % 100));
	case COUNT:
	case MS:
	case LENGTH:
	case OFFSET:
	case HOUR:
		break;
	}
	return json_integer(cell->n);
}

/* what is not known is absent */
static json_t *row_json(const struct table *table, size_t row)
{
	json_t *object = json_object();

	for (size_t i = 0; i < table->n_columns; i++) {
		const struct cell *cell = table_cell(table, row, i);
		const struct column *column = &table->columns[i];

		if (cell->given)
			json_object_set_new(object, column->key,
			                    cell_json(cell, column->kind));
	}
	return object;
}

static void add_table(json_t *object, const struct table *table)
{
	size_t rows = table->n - (table->total ? 1 : 0);
	json_t *list;

	if (table->facts) {
		json_object_set_new(object, table->key,
		                    table->n ? row_json(table, 0)
		                             : json_object());
		return;
	}
	list = json_array();
	for (size_t row = 0; row < rows; row++)
		json_array_append_new(list, row_json(table, row));
	json_object_set_new(object, table->key, list);
	if (table->total)
		json_object_set_new(object, "total", row_json(table, rows));
}

void json_write(struct page *page, const struct report *report)
{
	json_t *object = json_object();
	char *text;

	json_object_set_new(object, "report", json_string(report->name));
	if (report->period.since_ms != INT64_MIN)
		json_object_set_new(object, "since",
		                    time_json(report->period.since_ms));
	if (report->period.until_ms != INT64_MAX)
		json_object_set_new(object, "until",
		                    time_json(report->period.until_ms));
	for (size_t i = 0; i < report->n; i++)
		add_table(object, &report->tables[i]);
	text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(12));
	if (text)
		page_puts(page, text);
	else
		page->full = true;
	page_puts(page, "\n");
	free(text);
	json_decref(object);
}
