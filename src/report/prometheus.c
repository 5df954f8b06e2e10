/* prometheus: what a report counts, in the text format of Prometheus 0.0.4 */
#include <math.h>
#include <string.h>

#include "src/report/table.h"

static bool is_label(enum kind kind)
{
	return kind == TEXT || kind == WORD || kind == DAY || kind == HOUR;
}

/* A table with a row a call, or a row an hour of some day, is no matter for
 * metrics: each row would be a series of its own. */
static bool fits(const struct table *table)
{
	return table->n && !table->facts && !table->data &&
	       table->columns[0].kind != TIME;
}

static double value_of(const struct cell *cell, enum kind kind)
{
	if (kind == SHARE || kind == POINTS || kind == AMOUNT || kind == MONEY)
		return cell->share;
	if (kind == MS || kind == LENGTH || kind == OFFSET || kind == TIME)
		return (double)cell->n / 1000;
	return (double)cell->n;
}

static void put_escaped(struct page *page, const char *text)
{
	for (; *text; text++) {
		if (*text == '\n')
			page_puts(page, "\\n");
		else if (*text == '"' || *text == '\\')
			page_printf(page, "\\%c", *text);
		else
			page_add(page, text, 1);
	}
}

static void put_label(struct page *page, const struct cell *cell,
                      const struct column *column, bool first)
{
	page_printf(page, "%s%s=\"", first ? "" : ",", column->key);
	if (column->kind == DAY)
		page_printf(page, "%04d-%02d-%02d", (int)(cell->n / 10000),
		            (int)(cell->n / 100 % 100), (int)(cell->n % 100));
	else if (column->kind == HOUR)
		page_printf(page, "%02d", (int)cell->n);
	else
		put_escaped(page, cell->text);
	page_puts(page, "\"");
}

/* {day="2026-11-20",currency="RUB"} */
static void put_labels(struct page *page, const struct table *table, size_t row,
                       size_t value)
{
	const char *currency =
		table->currencies ? table->currencies[value] : NULL;
	bool first = true;

	page_puts(page, "{");
	for (size_t i = 0; i < table->n_columns; i++) {
		const struct cell *cell = table_cell(table, row, i);

		if (!is_label(table->columns[i].kind) || !cell->given)
			continue;
		put_label(page, cell, &table->columns[i], first);
		first = false;
	}
	if (currency)
		page_printf(page, "%scurrency=\"%s\"", first ? "" : ",",
		            currency);
	page_puts(page, "}");
}

/* sv_report_daily_days_duration_seconds: in Prometheus's units, with the
 * currency among the labels */
static void put_name(struct page *page, const struct report *report,
                     const char *group, const struct table *table,
                     size_t column)
{
	const char *key = table->columns[column].key;
	enum kind kind = table->columns[column].kind;
	size_t len = strlen(key);

	if (table->currencies && table->currencies[column])
		len -= strlen("_rub");
	if (len > 3 && !strcmp(key + len - 3, "_ms"))
		len -= 3;
	page_printf(page, "sv_report_%s_%s_%.*s", report->name, group, (int)len,
	            key);
	if (kind == MS || kind == LENGTH || kind == OFFSET)
		page_puts(page, "_seconds");
	else if (kind == TIME)
		page_puts(page, "_timestamp_seconds");
	else if (kind == SHARE || kind == POINTS)
		page_puts(page, "_ratio");
}

/* whether an earlier column is of the same family: one with another currency */
static bool is_told(const struct table *table, size_t column)
{
	for (size_t i = 0; table->currencies && i < column; i++) {
		if (table->currencies[i] && table->currencies[column] &&
		    table->columns[i].label == table->columns[column].label)
			return true;
	}
	return false;
}

static bool same_family(const struct table *table, size_t a, size_t b)
{
	return a == b || (table->currencies && table->currencies[a] &&
	                  table->currencies[b] &&
	                  table->columns[a].label == table->columns[b].label);
}

/* what one # TYPE stands for: a column, and its kin in other currencies */
struct family {
	const struct report *report;
	const struct table *table;
	const char *group; /* the table's key, or "total" */
	size_t column;
	bool begun;
};

static void put_value(struct page *page, struct family *family, size_t row,
                      size_t column)
{
	const struct table *table = family->table;
	const struct cell *cell = table_cell(table, row, column);

	if (!same_family(table, column, family->column) || !cell->given)
		return;
	if (!family->begun) {
		page_puts(page, "# TYPE ");
		put_name(page, family->report, family->group, table, column);
		page_puts(page, " gauge\n");
		family->begun = true;
	}
	put_name(page, family->report, family->group, table, column);
	put_labels(page, table, row, column);
	page_printf(page, " %.12g\n",
	            value_of(cell, table->columns[column].kind));
}

static void put_family(struct page *page, struct family family, size_t from,
                       size_t to)
{
	for (size_t row = from; row < to; row++) {
		for (size_t i = family.column; i < family.table->n_columns; i++)
			put_value(page, &family, row, i);
	}
}

static void put_table(struct page *page, const struct report *report,
                      const struct table *table)
{
	size_t rows = table->n - (table->total ? 1 : 0);

	for (size_t i = 0; i < table->n_columns; i++) {
		struct family family = { report, table, table->key, i, false };

		if (is_label(table->columns[i].kind) ||
		    table->columns[i].kind == NOTE || is_told(table, i))
			continue;
		put_family(page, family, 0, rows);
		family.group = "total";
		put_family(page, family, rows, table->n);
	}
}

void prometheus_write(struct page *page, const struct report *report)
{
	for (size_t i = 0; i < report->n; i++) {
		if (fits(&report->tables[i]))
			put_table(page, report, &report->tables[i]);
	}
}
