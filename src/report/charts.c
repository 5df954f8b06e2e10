/* charts: which table is drawn, and how */
#include <stdio.h>
#include <string.h>

#include "src/report/clean.h"
#include "src/report/html.h"

static void colour(char class[8], size_t i)
{
	snprintf(class, 8, "c%d", (int)(i % 8));
}

/* a part of the wait has the same colour wherever it is drawn */
static void colour_of(char class[8], const char *part)
{
	static const char *const parts[] = { "endpoint", "asr", "dialog", "llm",
		                             "tool",     "tts", "wire" };
	size_t i = 0;

	while (i < 7 && strcmp(part, parts[i]) != 0)
		i++;
	if (strcmp(part, "behind") != 0)
		colour(class, i);
	else /* nobody worked: the machine could not keep up */
		snprintf(class, 8, "bad");
}

/* the line above a lying bar: what it is on the left, how much on the right */
static void put_heads(struct page *page, int y, const struct table *table,
                      size_t row)
{
	page_printf(page, "<text x=\"0\" y=\"%d\">", y);
	html_cell(page, table_cell(table, row, 0), table->columns[0].kind);
	page_printf(page,
	            "</text><text class=\"soft\" x=\"100%%\" y=\"%d\" "
	            "text-anchor=\"end\">",
	            y);
}

static void legend_of(struct page *page, const struct table *table,
                      const char *class, const char *key)
{
	enum label name = table->columns[table_column(table, key)].label;

	html_legend(page, class, label(page->language, name));
}

static void upright(struct page *page, const struct table *table,
                    const char *value, const char *part)
{
	struct bars bars = { .table = table,
		             .name = 0,
		             .value = table_column(table, value),
		             .part = table_column(table, part) };

	page_puts(page, "<p class=\"legend\">");
	legend_of(page, table, "pale", value);
	legend_of(page, table, "c0", part);
	page_puts(page, "</p>\n");
	svg_bars(page, &bars);
}

static void draw_days(struct page *page, const struct table *table)
{
	if (table->n > 2) /* a day and the total */
		upright(page, table, "calls", "qualified");
}

static void draw_hours(struct page *page, const struct table *table)
{
	upright(page, table, "calls", "qualified");
}

static void draw_timeline(struct page *page, const struct table *table)
{
	upright(page, table, "p95_ms", "p50_ms");
}

static void draw_outcomes(struct page *page, const struct table *table)
{
	svg_open(page, (int)table->n * SVG_ROW,
	         label(page->language, table->title));
	for (size_t row = 0; row < table->n; row++) {
		int y = (int)row * SVG_ROW;
		struct bar bar = {
			.length = table_cell(table, row, 2)->share,
			.class = "c0",
		};

		put_heads(page, y + 13, table, row);
		html_cell(page, table_cell(table, row, 1), COUNT);
		page_puts(page, " · ");
		html_cell(page, table_cell(table, row, 2), SHARE);
		page_puts(page, "</text>\n");
		svg_bar(page, y + 19, &bar);
	}
	svg_close(page);
}

static void draw_states(struct page *page, const struct table *table)
{
	page_puts(page, "<p class=\"legend\">");
	legend_of(page, table, "c0", "reached");
	legend_of(page, table, "bad", "left");
	page_puts(page, "</p>\n");
	svg_open(page, (int)table->n * SVG_ROW,
	         label(page->language, table->title));
	for (size_t row = 0; row < table->n; row++) {
		int y = (int)row * SVG_ROW;
		double share = table_cell(table, row, 2)->share;
		struct bar bar = {
			/* in the middle, as a funnel */
			.from = (1 - share) / 2,
			.length = share,
			.lost = share * table_cell(table, row, 4)->share,
			.class = "c0",
		};

		put_heads(page, y + 13, table, row);
		html_cell(page, table_cell(table, row, 1), COUNT);
		page_puts(page, " · ");
		html_cell(page, table_cell(table, row, 2), SHARE);
		page_puts(page, "</text>\n");
		svg_bar(page, y + 19, &bar);
	}
	svg_close(page);
}

/* Each part begins where the one before it ends: lengths are shares of the
 * mean wait, and so they fill the width. */
static void draw_parts(struct page *page, const struct table *table)
{
	size_t share = table_column(table, "share");
	double from = 0;
	char class[8];

	svg_open(page, ((int)table->n - 1) * SVG_ROW,
	         label(page->language, table->title));
	for (size_t row = 0; row + 1 < table->n; row++) {
		int y = (int)row * SVG_ROW;
		struct bar bar = {
			.from = from,
			.length = table_cell(table, row, share)->share,
			.class = class,
		};

		colour_of(class, table_cell(table, row, 0)->text);
		from += bar.length;
		put_heads(page, y + 13, table, row);
		html_cell(page, table_cell(table, row, share), SHARE);
		page_puts(page, "<tspan class=\"soft wide\"> · p50 ");
		html_cell(page, table_cell(table, row, 2), MS);
		page_puts(page, " · p95 ");
		html_cell(page, table_cell(table, row, 3), MS);
		page_puts(page, "</tspan></text>\n");
		svg_bar(page, y + 19, &bar);
	}
	svg_close(page);
}

static void put_stack(struct page *page, const struct table *table, size_t row,
                      int64_t most)
{
	size_t first = table_column(table, "endpoint");
	int y = (int)row * SVG_ROW;
	double from = 0;
	char class[8];

	for (size_t i = first; i < table->n_columns; i++) {
		const struct cell *cell = table_cell(table, row, i);
		struct bar bar = {
			.from = from,
			.length = cell->given ? (double)cell->n / (double)most
			                      : 0,
			.class = class,
		};

		colour(class, i - first);
		if (cell->given)
			svg_bar(page, y + 19, &bar);
		from += bar.length;
	}
}

static void draw_slowest(struct page *page, const struct table *table)
{
	size_t first = table_column(table, "endpoint");
	char class[8];

	page_puts(page, "<p class=\"legend\">");
	for (size_t i = first; i < table->n_columns; i++) {
		colour(class, i - first);
		if (table_uses(table, i))
			legend_of(page, table, class, table->columns[i].key);
	}
	page_puts(page, "</p>\n");
	svg_open(page, (int)table->n * SVG_ROW,
	         label(page->language, table->title));
	for (size_t row = 0; row < table->n; row++) {
		int64_t most = table_cell(table, 0, 3)->n;
		int y = (int)row * SVG_ROW;

		page_printf(page, "<text class=\"id\" x=\"0\" y=\"%d\">",
		            y + 13);
		html_cell(page, table_cell(table, row, 1), ID);
		page_printf(page,
		            "</text><text class=\"soft\" x=\"100%%\" "
		            "y=\"%d\" text-anchor=\"end\">",
		            y + 13);
		html_cell(page, table_cell(table, row, 3), MS);
		page_puts(page, "</text>\n");
		put_stack(page, table, row, most ? most : 1);
	}
	svg_close(page);
}

static const struct drawing {
	const char *key;
	void (*draw)(struct page *page, const struct table *table);
	bool only; /* the table under it would say nothing more */
} drawings[] = {
	{ "days", draw_days, false },        { "hours", draw_hours, true },
	{ "outcomes", draw_outcomes, true }, { "states", draw_states, false },
	{ "parts", draw_parts, false },      { "slowest", draw_slowest, false },
	{ "timeline", draw_timeline, true },
};

static const struct drawing *drawing_of(const struct table *table)
{
	for (size_t i = 0; i < sizeof drawings / sizeof *drawings; i++) {
		if (!strcmp(table->key, drawings[i].key))
			return &drawings[i];
	}
	return NULL;
}

void html_chart(struct page *page, const struct table *table)
{
	const struct drawing *drawing = drawing_of(table);

	if (drawing && table->n)
		drawing->draw(page, table);
}

bool html_chart_only(const struct table *table)
{
	const struct drawing *drawing = drawing_of(table);

	return drawing && drawing->only;
}
