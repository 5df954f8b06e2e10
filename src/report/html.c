/* html: a report as one page that needs nothing else */
#include "src/report/html.h"

#include <string.h>

#include "src/report/clean.h"

enum { LONG_TEXT = 48 }; /* bytes */

void html_cell(struct page *page, const struct cell *cell, enum kind kind)
{
	size_t from = page->buf.len;

	cell_print(page, cell, kind);
	clean_html(page, from);
}

void html_legend(struct page *page, const char *class, const char *text)
{
	page_printf(page, "<span><i class=\"%s\"></i>%s</span>", class, text);
}

static void put_label(struct page *page, enum label name)
{
	page_puts(page, label(page->language, name));
}

static bool is_number(enum kind kind)
{
	return kind == COUNT || kind == MS || kind == LENGTH || kind == SHARE ||
	       kind == OFFSET || kind == AMOUNT || kind == POINTS ||
	       kind == MONEY;
}

/* Only what is long is broken into lines: a number is read in one. */
static const char *class_of(enum kind kind, const struct cell *cell)
{
	bool text = kind == TEXT || kind == WORD || kind == NOTE;

	if (is_number(kind))
		return " class=\"n\"";
	if (kind == ID)
		return " class=\"id\"";
	return text && cell->given && strlen(cell->text) > LONG_TEXT
	               ? " class=\"said\""
	               : "";
}

static void put_row(struct page *page, const struct table *table, size_t row)
{
	bool total = table->total && row + 1 == table->n;

	page_puts(page, total ? "<tr class=\"sum\">" : "<tr>");
	for (size_t i = 0; i < table->n_columns; i++) {
		if (!table_uses(table, i))
			continue;
		page_printf(page, "<td%s>",
		            class_of(table->columns[i].kind,
		                     table_cell(table, row, i)));
		if (total && !i)
			put_label(page, L_WHOLE);
		else
			html_cell(page, table_cell(table, row, i),
			          table->columns[i].kind);
		page_puts(page, "</td>");
	}
	page_puts(page, "</tr>\n");
}

static void put_table(struct page *page, const struct table *table)
{
	page_puts(page, "<div class=\"scroll\"><table>\n<thead><tr>");
	for (size_t i = 0; i < table->n_columns; i++) {
		const struct column *column = &table->columns[i];

		if (!table_uses(table, i))
			continue;
		page_printf(page, "<th%s>",
		            is_number(column->kind) ? " class=\"n\"" : "");
		heading_print(page, table, i);
		page_puts(page, "</th>");
	}
	page_puts(page, "</tr></thead>\n<tbody>\n");
	for (size_t row = 0; row < table->n && !page->full; row++)
		put_row(page, table, row);
	page_puts(page, "</tbody></table></div>\n");
}

static void put_facts(struct page *page, const struct table *table)
{
	page_puts(page, "<dl>\n");
	for (size_t i = 0; i < table->n_columns; i++) {
		const struct cell *cell = table_cell(table, 0, i);

		if (!cell->given)
			continue;
		page_puts(page, "<dt>");
		heading_print(page, table, i);
		page_puts(page, "</dt><dd>");
		html_cell(page, cell, table->columns[i].kind);
		page_puts(page, "</dd>\n");
	}
	page_puts(page, "</dl>\n");
}

static const char *side_of(const char *who)
{
	if (!strcmp(who, "assistant") || !strcmp(who, "interrupted") ||
	    !strcmp(who, "agent"))
		return "mine";
	return !strcmp(who, "key") || !strcmp(who, "tool") ||
	                       !strcmp(who, "handoff") || !strcmp(who, "error")
	               ? "note"
	               : "theirs";
}

static void put_chat(struct page *page, const struct table *table)
{
	page_puts(page, "<ol class=\"chat\">\n");
	for (size_t row = 0; row < table->n && !page->full; row++) {
		const struct cell *who = table_cell(table, row, 1);

		page_printf(page, "<li class=\"%s\"><small>",
		            side_of(who->text));
		html_cell(page, table_cell(table, row, 0), OFFSET);
		page_puts(page, " · ");
		html_cell(page, who, WORD);
		page_puts(page, "</small>");
		html_cell(page, table_cell(table, row, 2), TEXT);
		page_puts(page, "</li>\n");
	}
	page_puts(page, "</ol>\n");
}

static void put_section(struct page *page, const struct table *table)
{
	if (!table->n || table->data)
		return;
	page_puts(page, "<section><h2>");
	put_label(page, table->title);
	page_puts(page, "</h2>\n");
	html_chart(page, table);
	if (!strcmp(table->key, "lines"))
		put_chat(page, table);
	else if (table->facts)
		put_facts(page, table);
	else if (!html_chart_only(table))
		put_table(page, table);
	page_puts(page, "</section>\n");
}

/* the numbers one looks for first: the row of totals */
static void put_tiles(struct page *page, const struct table *table)
{
	size_t row = table->n - 1;

	if (!table->n || !table->total)
		return;
	page_puts(page, "<div class=\"tiles\">\n");
	for (size_t i = 1; i < table->n_columns; i++) {
		const struct column *column = &table->columns[i];
		const struct cell *cell = table_cell(table, row, i);

		/* the whole is all of itself */
		if (!cell->given || !strcmp(column->key, "share"))
			continue;
		page_puts(page, "<div class=\"tile\"><b>");
		html_cell(page, cell, column->kind);
		page_puts(page, "</b><span>");
		heading_print(page, table, i);
		page_puts(page, "</span></div>\n");
	}
	page_puts(page, "</div>\n");
}

static void put_bound(struct page *page, int64_t ms)
{
	bool day = period_is_midnight(ms);
	struct cell cell = { .given = true, .n = day ? period_day(ms) : ms };

	html_cell(page, &cell, day ? DAY : TIME);
}

/* what is written before a bound when the other one is open */
static void put_open(struct page *page, enum label word, bool open)
{
	if (open) {
		put_label(page, word);
		page_puts(page, " ");
	}
}

static void put_period(struct page *page, const struct period *period)
{
	bool from = period->since_ms != INT64_MIN;
	bool to = period->until_ms != INT64_MAX;
	int64_t last = period->until_ms;

	if (!from && !to)
		put_label(page, L_ALL_TIME);
	if (from) {
		put_open(page, L_SINCE, !to);
		put_bound(page, period->since_ms);
	}
	if (!to)
		return;
	if (period_is_midnight(last)) /* the last day, not the next */
		last = period_midnight(last - 1);
	if (from && last == period->since_ms)
		return;
	page_puts(page, from ? " – " : "");
	put_open(page, L_UNTIL, !from);
	put_bound(page, last);
}

static void put_head(struct page *page, const struct report *report)
{
	page_printf(page,
	            "<!doctype html>\n<html lang=\"%s\">\n<head>\n"
	            "<meta charset=\"utf-8\">\n"
	            "<meta name=\"viewport\" "
	            "content=\"width=device-width,initial-scale=1\">\n"
	            "<meta http-equiv=\"Content-Security-Policy\" "
	            "content=\"default-src 'none'; "
	            "style-src 'unsafe-inline'\">\n<title>",
	            page->language == RU ? "ru" : "en");
	put_label(page, report->title);
	page_puts(page, "</title>\n<style>\n");
	page_puts(page, html_style);
	page_puts(page, "\n</style>\n</head>\n<body>\n<main>\n<h1>");
	put_label(page, report->title);
	page_puts(page, "</h1>\n<p class=\"when\">");
	put_period(page, &report->period);
	page_puts(page, "</p>\n");
}

void html_write(struct page *page, const struct report *report)
{
	bool any = false;

	put_head(page, report);
	put_tiles(page, &report->tables[report->main]);
	for (size_t i = 0; i < report->n; i++) {
		any |= report->tables[i].n > 0;
		put_section(page, &report->tables[i]);
	}
	if (!any) {
		page_puts(page, "<section>");
		put_label(page, L_NOTHING);
		page_puts(page, "</section>\n");
	}
	page_puts(page, "</main>\n</body>\n</html>\n");
}
