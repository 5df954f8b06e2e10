/* svg: bars, upright and lying */
#include "src/report/clean.h"
#include "src/report/html.h"

enum { PLOT = 180, TOP = 18, BOTTOM = 22, TICKS = 4 };

enum { HOUR_AT = 11 }; /* in "2026-11-20 14:30:05" */

/* the percent of the width that the numbers of the scale take */
static const double gutter = 9;

void svg_open(struct page *page, int height, const char *title)
{
	size_t from;

	page_printf(page, "<svg role=\"img\" height=\"%d\" aria-label=\"",
	            height);
	from = page->buf.len;
	page_puts(page, title);
	clean_html(page, from);
	page_puts(page, "\">\n");
}

void svg_close(struct page *page)
{
	page_puts(page, "</svg>\n");
}

void svg_bar(struct page *page, int y, const struct bar *bar)
{
	double kept = bar->length - bar->lost;

	page_printf(page,
	            "<rect class=\"%s\" x=\"%.2f%%\" y=\"%d\" "
	            "width=\"%.2f%%\" height=\"14\" rx=\"3\"/>\n",
	            bar->class, bar->from * 100, y, kept > 0 ? kept * 100 : 0);
	if (bar->lost > 0)
		page_printf(page,
		            "<rect class=\"bad\" x=\"%.2f%%\" y=\"%d\" "
		            "width=\"%.2f%%\" height=\"14\" rx=\"3\"/>\n",
		            (bar->from + kept) * 100, y, bar->lost * 100);
}

/* the number a scale ends at: four steps that are easy to read */
static int64_t scale_end(int64_t most)
{
	static const int64_t steps[] = { 1, 2, 3, 4, 5, 6, 8, 10 };
	int64_t unit = 1;

	for (;; unit *= 10) {
		for (size_t i = 0; i < 8; i++) {
			if (unit * steps[i] * TICKS >= most)
				return unit * steps[i] * TICKS;
		}
	}
}

static int64_t value(const struct table *table, size_t row, size_t column)
{
	const struct cell *cell = table_cell(table, row, column);

	return cell->given ? cell->n : 0;
}

static size_t rows_of(const struct table *table)
{
	return table->n - (table->total ? 1 : 0);
}

static double height_of(int64_t n, int64_t end)
{
	return (double)n / (double)end * PLOT;
}

static void put_scale(struct page *page, int64_t end)
{
	for (int i = 0; i <= TICKS; i++) {
		int y = TOP + PLOT - PLOT * i / TICKS;

		page_printf(page,
		            "<line class=\"grid\" x1=\"%.0f%%\" x2=\"100%%\" "
		            "y1=\"%d\" y2=\"%d\"/><text class=\"soft\" "
		            "x=\"%.1f%%\" y=\"%d\" text-anchor=\"end\">",
		            gutter, y, y, gutter - 0.8, y + 4);
		number_print(page, end * i / TICKS);
		page_puts(page, "</text>\n");
	}
}

/* the short name under a bar: the year goes, and of an hour its day */
static void put_name(struct page *page, const struct bars *bars, size_t row)
{
	const struct cell *cell = table_cell(bars->table, row, bars->name);
	enum kind kind = bars->table->columns[bars->name].kind;
	int32_t day = (int32_t)cell->n;
	char time[PERIOD_TIME_LEN];

	if (kind == TIME) {
		period_format(cell->n, time);
		page_printf(page, "%.5s", *time ? time + HOUR_AT : "");
	} else if (kind == HOUR) {
		page_printf(page, "%d", (int)cell->n);
	} else if (page->language == RU) {
		page_printf(page, "%02d.%02d", day % 100, day / 100 % 100);
	} else {
		page_printf(page, "%02d-%02d", day / 100 % 100, day % 100);
	}
}

struct place {
	double x, width; /* percent */
	int64_t end;
	size_t every; /* how many bars share one name */
	bool valued;
};

static void put_bar(struct page *page, const struct bars *bars, size_t row,
                    const struct place *place)
{
	int64_t all = value(bars->table, row, bars->value);
	int64_t part = value(bars->table, row, bars->part);
	double tall = height_of(all, place->end);
	double low = height_of(part < all ? part : all, place->end);
	double middle = place->x + place->width / 2;

	page_puts(page, "<g><title>");
	html_cell(page, table_cell(bars->table, row, bars->name),
	          bars->table->columns[bars->name].kind);
	page_puts(page, ": ");
	number_print(page, all);
	page_puts(page, " / ");
	number_print(page, part);
	page_printf(page,
	            "</title><rect class=\"pale\" x=\"%.2f%%\" y=\"%.1f\" "
	            "width=\"%.2f%%\" height=\"%.1f\" rx=\"2\"/><rect "
	            "class=\"c0\" x=\"%.2f%%\" y=\"%.1f\" width=\"%.2f%%\" "
	            "height=\"%.1f\" rx=\"2\"/></g>\n",
	            place->x, TOP + PLOT - tall, place->width, tall, place->x,
	            TOP + PLOT - low, place->width, low);
	if (place->valued && all) {
		page_printf(page,
		            "<text x=\"%.2f%%\" y=\"%.1f\" "
		            "text-anchor=\"middle\">",
		            middle, TOP + PLOT - tall - 5);
		number_print(page, all);
		page_puts(page, "</text>\n");
	}
	if (row % place->every)
		return;
	page_printf(page,
	            "<text class=\"soft\" x=\"%.2f%%\" y=\"%d\" "
	            "text-anchor=\"middle\">",
	            middle, TOP + PLOT + 17);
	put_name(page, bars, row);
	page_puts(page, "</text>\n");
}

void svg_bars(struct page *page, const struct bars *bars)
{
	size_t n = rows_of(bars->table);
	double slot = (100 - gutter) / (double)(n ? n : 1);
	struct place place = { .every = (n + 7) / 8, .valued = n <= 12 };
	int64_t most = 1;

	for (size_t row = 0; row < n; row++) {
		int64_t each = value(bars->table, row, bars->value);

		if (each > most)
			most = each;
	}
	if (slot > 16)
		slot = 16;
	place.end = scale_end(most);
	place.width = slot * 0.72;
	svg_open(page, TOP + PLOT + BOTTOM,
	         label(page->language, bars->table->title));
	put_scale(page, place.end);
	for (size_t row = 0; row < n; row++) {
		place.x = gutter + slot * ((double)row + 0.14);
		put_bar(page, bars, row, &place);
	}
	svg_close(page);
}
