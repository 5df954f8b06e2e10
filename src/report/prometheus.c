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
	if (kind == SHARE || kind == AMOUNT || kind == MONEY)
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
	else if (kind == SHARE)
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

/* the rows from..to of a column, and of its kin in other currencies */
static void put_family(struct page *page, const struct report *report,
                       const char *group, size_t t, size_t column)
{
	const struct table *table = &report->tables[t];
	bool total = !strcmp(group, "total");
	size_t rows = table->n - (table->total ? 1 : 0);
	bool begun = false;

	for (size_t row = total ? rows : 0; row < (total ? table->n : rows);
	     row++) {
		for (size_t i = column; i < table->n_columns; i++) {
			const struct cell *cell = table_cell(table, row, i);

			if (!same_family(table, i, column) || !cell->given)
				continue;
			if (!begun) {
				page_puts(page, "# TYPE ");
				put_name(page, report, group, table, column);
				page_puts(page, " gauge\n");
				begun = true;
			}
			put_name(page, report, group, table, i);
			put_labels(page, table, row, i);
			page_printf(page, " %.12g\n",
			            value_of(cell, table->columns[i].kind));
		}
	}
}

void prometheus_write(struct page *page, const struct report *report)
{
	for (size_t t = 0; t < report->n; t++) {
		const struct table *table = &report->tables[t];

		if (!fits(table))
			continue;
		for (size_t i = 0; i < table->n_columns; i++) {
			if (is_label(table->columns[i].kind) ||
			    is_told(table, i))
				continue;
			put_family(page, report, table->key, t, i);
			if (table->total)
				put_family(page, report, "total", t, i);
		}
	}
}
