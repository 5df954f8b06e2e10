/* text: tables aligned for a terminal */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/report/clean.h"
#include "src/report/table.h"
#include "src/report/width.h"

enum { GAP = 2 };

/* one table while it is laid out: every cell printed, then padded */
struct layout {
	const struct table *table;
	struct page cells; /* the cells' texts one behind the other */
	size_t *ends;      /* where each ends */
	size_t *widths;    /* of the columns; 0 for those left out */
	size_t last;       /* the last column shown is not padded */
};

static bool to_the_right(enum kind kind)
{
	return kind != TEXT && kind != ID && kind != WORD && kind != NOTE &&
	       kind != TIME && kind != DAY && kind != HOUR;
}

/* the text of a cell: row 0 is the heading */
static void put(struct layout *layout, size_t row, size_t column)
{
	const struct table *table = layout->table;
	const struct column *about = &table->columns[column];
	struct page *page = &layout->cells;
	size_t from = page->buf.len, taken;

	if (!row)
		heading_print(page, table, column);
	else if (table->total && row == table->n && !column)
		page_puts(page, label(page->language, L_WHOLE));
	else
		cell_print(page, table_cell(table, row - 1, column),
		           about->kind);
	clean_text(page, from);
	taken = width(sv_buf_str(&page->buf) + from, page->buf.len - from);
	if (taken > layout->widths[column])
		layout->widths[column] = taken;
	layout->ends[row * table->n_columns + column] = page->buf.len;
}

static void measure(struct layout *layout)
{
	const struct table *table = layout->table;

	for (size_t row = 0; row <= table->n; row++) {
		for (size_t column = 0; column < table->n_columns; column++)
			put(layout, row, column);
	}
	for (size_t column = 0; column < table->n_columns; column++) {
		if (table_uses(table, column))
			layout->last = column;
		else
			layout->widths[column] = 0;
	}
}

static void pad(struct page *page, size_t n)
{
	while (n--)
		page_puts(page, " ");
}

static void put_row(struct page *page, const struct layout *layout, size_t row)
{
	const struct table *table = layout->table;

	for (size_t column = 0; column <= layout->last; column++) {
		size_t i = row * table->n_columns + column;
		size_t from = i ? layout->ends[i - 1] : 0;
		const char *text = sv_buf_str(&layout->cells.buf) + from;
		size_t len = layout->ends[i] - from;
		size_t missing = layout->widths[column];

		if (!missing)
			continue;
		missing -= width(text, len);
		if (to_the_right(table->columns[column].kind))
			pad(page, missing);
		page_add(page, text, len);
		if (column == layout->last)
			break;
		if (!to_the_right(table->columns[column].kind))
			pad(page, missing);
		pad(page, GAP);
	}
	page_puts(page, "\n");
}

/* empty cells at the end of a row leave blanks: they go */
static void trim(struct page *page, size_t from)
{
	size_t len = page->buf.len - 1;

	while (len > from && page->buf.data[len - 1] == ' ')
		len--;
	sv_buf_cut(&page->buf, len);
	page_puts(page, "\n");
}

static void put_rows(struct page *page, const struct layout *layout)
{
	for (size_t row = 0; row <= layout->table->n && !page->full; row++) {
		size_t from = page->buf.len;

		put_row(page, layout, row);
		trim(page, from);
	}
}

static void put_table(struct page *page, const struct table *table)
{
	struct layout layout = { .table = table };
	size_t cells = (table->n + 1) * table->n_columns;

	page_init(&layout.cells, page->language);
	layout.ends = sv_calloc(cells, sizeof *layout.ends);
	layout.widths = sv_calloc(table->n_columns, sizeof *layout.widths);
	measure(&layout);
	if (layout.cells.full)
		page->full = true;
	else
		put_rows(page, &layout);
	page_release(&layout.cells);
	free(layout.ends);
	free(layout.widths);
}

/* adds what stands above a column: how wide it is */
static size_t put_heading(struct page *page, const struct table *table,
                          size_t column)
{
	size_t from = page->buf.len;

	heading_print(page, table, column);
	return width(sv_buf_str(&page->buf) + from, page->buf.len - from);
}

/* one row as a list: what is there, and what it is */
static void put_facts(struct page *page, const struct table *table)
{
	size_t widest = 0;

	for (size_t i = 0; i < table->n_columns; i++) {
		size_t from = page->buf.len;
		size_t taken = put_heading(page, table, i);

		sv_buf_cut(&page->buf, from);
		if (table_cell(table, 0, i)->given && taken > widest)
			widest = taken;
	}
	for (size_t i = 0; i < table->n_columns; i++) {
		const struct cell *cell = table_cell(table, 0, i);
		size_t from;

		if (!cell->given)
			continue;
		pad(page, widest - put_heading(page, table, i) + GAP);
		from = page->buf.len;
		cell_print(page, cell, table->columns[i].kind);
		clean_text(page, from);
		page_puts(page, "\n");
	}
}

void text_write(struct page *page, const struct report *report)
{
	bool first = true;

	for (size_t i = 0; i < report->n; i++) {
		const struct table *table = &report->tables[i];

		if (!table->n || table->charted || table->data)
			continue;
		if (!first)
			page_printf(page, "\n%s\n",
			            label(page->language, table->title));
		if (table->facts)
			put_facts(page, table);
		else
			put_table(page, table);
		first = false;
	}
	if (first)
		page_printf(page, "%s\n", label(page->language, L_NOTHING));
}
