/*
 * What calls cost, a sum for each currency: nothing is converted. Amounts
 * without a price are counted beside, never as 0.
 */
#ifndef REPORT_MONEY_H
#define REPORT_MONEY_H

#include "src/report/reports.h"

/* all zero is nothing spent */
struct money {
	double sum[CURRENCIES];
	int64_t priced[CURRENCIES]; /* amounts in it */
	int64_t unpriced;
};

void money_add(struct money *money, const struct money *more);
void money_cost(struct money *money, const struct cost *cost);

/* the money of each call of the store, an array yours to free() */
struct money *money_by_call(const struct store *store);

/* a column for each currency, named KEY_rub */
struct money_column {
	const char *key;
	enum label label;
};

/* The table with columns behind its own: for each currency those of kinds (n
 * of them), and `unpriced` where there is anything of that sort. Before its
 * first row. Returns the number of the first. */
size_t money_columns(struct report *report, struct table *table,
                     const struct store *store,
                     const struct money_column *kinds, size_t n);

/* Fills those of a row: one cell for each kind and currency, money divided by
 * per[kind]; nothing where that is 0, or nothing was spent. */
void money_put(struct cell *cells, const struct store *store,
               const struct money *money, const double *per, size_t n);

#endif
