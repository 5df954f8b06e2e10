/*
 * A report is a few tables. Text, CSV, JSON, HTML and Prometheus's text are
 * ways to write them, charts another; so each report says what it has once.
 */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/report/labels.h"
#include "src/report/names.h"
#include "src/report/page.h"
#include "src/report/period.h"

enum kind {
	TEXT,   /* whatever a caller or a scenario said */
	ID,     /* of a call */
	WORD,   /* of the events: translated for a person */
	NOTE,   /* a word that names nothing: what to think of the row */
	COUNT,  /* a whole number */
	MS,     /* a wait, in ms */
	LENGTH, /* a duration in ms: 2:05 */
	OFFSET, /* a place in the call in ms: 2:05.3 */
	SHARE,  /* 0 to 1: percent */
	POINTS, /* a difference of shares, -1 to 1 */
	AMOUNT, /* of whatever a service counts */
	MONEY,  /* in the column's currency, or the row's */
	TIME,   /* wall clock in ms */
	DAY,    /* 20261120 */
	HOUR,   /* 0 to 23 */
};

struct column {
	const char *key; /* in CSV and JSON, for good */
	enum label label;
	enum kind kind;
};

struct cell {
	bool given;

	union {
		int64_t n;
		double share;
		const char *text;
	};
};

struct table {
	const char *key;
	enum label title;
	const struct column *columns;
	struct column *own;      /* the same where they were made for it */
	const char **currencies; /* of each column, or NULL; or NULL */
	size_t n_columns;
	struct cell *cells;
	size_t n, cap; /* rows */
	bool total;    /* the last row sums up the others */
	bool facts;    /* one row, shown as a list */
	bool charted;  /* for charts and programs: not in text */
	bool data;     /* for programs alone: in JSON */
};

enum { TABLES_MAX = 6 };

struct report {
	const char *call; /* the only one that it shows, lent; or NULL */
	const char *name;
	enum label title;
	struct table tables[TABLES_MAX];
	size_t n, main; /* the table that CSV holds */
	struct period period;
	struct names texts; /* made for cells */
};

/* an empty table at the end of the report */
struct table *report_table(struct report *report, const char *key,
                           enum label title, const struct column *columns,
                           size_t n_columns);

/* the table of that key, or NULL */
const struct table *report_find(const struct report *report, const char *key);

void report_release(struct report *report);

/* A new row of empty cells, lent until the next row. */
struct cell *table_row(struct table *table);

const struct cell *table_cell(const struct table *table, size_t row,
                              size_t column);

/* the number of the column of that key; it must be there */
size_t table_column(const struct table *table, const char *key);

/* whether any row has something in that column */
bool table_uses(const struct table *table, size_t column);

struct cell cell_n(int64_t n);                     /* not given when negative */
struct cell cell_share(double part, double whole); /* not given for 0/0 */
struct cell cell_real(double value);               /* POINTS, AMOUNT, MONEY */
struct cell cell_text(const char *text);           /* not given when NULL */

/* what stands above a column */
void heading_print(struct page *page, const struct table *table, size_t column);

/* The cell as a person reads it, without markup; nothing when not given. */
void cell_print(struct page *page, const struct cell *cell, enum kind kind);

/* a number with grouped thousands: 1 250 or 1,250 */
void number_print(struct page *page, int64_t n);

/* percent with one decimal: 12,5 % or 12.5% */
void percent_print(struct page *page, double share);

/* The ways. Each adds the whole report to the page. */
void text_write(struct page *page, const struct report *report);
void csv_write(struct page *page, const struct report *report);
void json_write(struct page *page, const struct report *report);
void html_write(struct page *page, const struct report *report);
void prometheus_write(struct page *page, const struct report *report);

#endif
