/* The pieces of a page: html.c puts them together. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "src/report/table.h"

extern const char html_style[];

/* a cell, escaped */
void html_cell(struct page *page, const struct cell *cell, enum kind kind);

/* the chart that goes with a table, where there is one and it has rows */
void html_chart(struct page *page, const struct table *table);

/* whether a table is all in its chart */
bool html_chart_only(const struct table *table);

/* One legend entry; class is that of its colour. */
void html_legend(struct page *page, const char *class, const char *text);

/*
 * Charts as SVG without a viewBox: across in percent, down in pixels, so that
 * the lettering keeps its size on a phone.
 */

/* Bars side by side, one a row; the lower part of each in another colour. */
struct bars {
	const struct table *table;
	size_t name, value, part; /* columns */
};

void svg_bars(struct page *page, const struct bars *bars);

/* Bars one below the other, each under its name: from, length and a second
 * piece at the end, as shares of the width. */
struct bar {
	double from, length, lost;
	const char *class;
};

enum { SVG_ROW = 40 };

void svg_open(struct page *page, int height, const char *title);
void svg_bar(struct page *page, int y, const struct bar *bar);
void svg_close(struct page *page);

#endif
