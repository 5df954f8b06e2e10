/* csv: the main table by RFC 4180, safe to open in a spreadsheet */
#include <inttypes.h>
#include <string.h>

#include "src/report/table.h"

/*
 * A spreadsheet runs a cell that begins with one of these as a formula, and
 * callers choose their names. A phone number (+ and digits, masked or not) is
 * none that could do anything, and scripts want it as it is.
 */
static bool formula(const char *text)
{
	if (*text == '+')
		return strspn(text + 1, "0123456789*") != strlen(text + 1);
	return *text && strchr("=-@\t\r", *text);
}

static void put_text(struct page *page, const char *text)
{
	bool quoted = formula(text) || strpbrk(text, ",\"\r\n") ||
	              *text == ' ' || !*text;

	if (!quoted) {
		page_puts(page, text);
		return;
	}
	page_puts(page, "\"");
	if (formula(text))
		page_puts(page, "'");
	for (; *text; text++) {
		if (*text == '"')
			page_puts(page, "\"");
		page_add(page, text, 1);
	}
	page_puts(page, "\"");
}

static void put_day(struct page *page, int64_t day)
{
	page_printf(page, "%04d-%02d-%02d", (int)(day / 10000),
	            (int)(day / 100 % 100), (int)(day % 100));
}

static void put_cell(struct page *page, const struct cell *cell, enum kind kind)
{
	char time[PERIOD_TIME_LEN];

	if (!cell->given)
		return;
	switch (kind) {
	case TEXT:
	case ID:
	case WORD:
	case NOTE:
		put_text(page, cell->text);
		break;
	case SHARE:
	case POINTS:
		page_printf(page, "%.4f", cell->share);
		break;
	case AMOUNT:
	case MONEY:
		page_printf(page, "%.12g", cell->share);
		break;
	case TIME:
		period_format(cell->n, time);
		page_puts(page, time);
		break;
	case DAY:
		put_day(page, cell->n);
		break;
	case COUNT:
	case MS:
	case LENGTH:
	case OFFSET:
	case HOUR:
		page_printf(page, "%" PRId64, cell->n);
		break;
	}
}

void csv_write(struct page *page, const struct report *report)
{
	const struct table *table = &report->tables[report->main];
	size_t rows = table->n - (table->total ? 1 : 0);

	for (size_t i = 0; i < table->n_columns; i++)
		page_printf(page, "%s%s", i ? "," : "", table->columns[i].key);
	page_puts(page, "\r\n");
	for (size_t row = 0; row < rows && !page->full; row++) {
		for (size_t i = 0; i < table->n_columns; i++) {
			if (i)
				page_puts(page, ",");
			put_cell(page, table_cell(table, row, i),
			         table->columns[i].kind);
		}
		page_puts(page, "\r\n");
	}
}
