/* money: sums of what calls cost, and their columns */
#include "src/report/money.h"

#include <stdio.h>
#include <string.h>

#include "lib/alloc.h"

void money_cost(struct money *money, const struct cost *cost)
{
	if (cost->currency == NO_PRICE) {
		money->unpriced++;
		return;
	}
	money->sum[cost->currency] += cost->price;
	money->priced[cost->currency]++;
}

void money_add(struct money *money, const struct money *more)
{
	for (size_t i = 0; i < CURRENCIES; i++) {
		money->sum[i] += more->sum[i];
		money->priced[i] += more->priced[i];
	}
	money->unpriced += more->unpriced;
}

struct money *money_by_call(const struct store *store)
{
	struct money *all = sv_calloc(store->n_calls + 1, sizeof *all);

	for (size_t i = 0; i < store->n_costs; i++) {
		if (store->costs[i].call != NAMES_MAX)
			money_cost(&all[store->costs[i].call],
			           &store->costs[i]);
	}
	return all;
}

/* "cost" and "RUB" are cost_rub */
static const char *key_of(struct report *report, const char *key,
                          const char *currency)
{
	char name[64];
	int len = snprintf(name, sizeof name, "%s_%s", key, currency);
	uint32_t at;

	for (char *p = name + len - 3; *p; p++)
		*p = (char)(*p + ('a' - 'A'));
	at = names_put(&report->texts, name, (size_t)len);
	return report->texts.items[at];
}

size_t money_columns(struct report *report, struct table *table,
                     const struct store *store,
                     const struct money_column *kinds, size_t n)
{
	size_t first = table->n_columns, at = first;
	struct column *own;

	if (!store->n_costs)
		return first;
	own = sv_calloc(first + n * store->n_currencies + 1, sizeof *own);
	table->currencies = sv_calloc(first + n * store->n_currencies + 1,
	                              sizeof *table->currencies);
	memcpy(own, table->columns, first * sizeof *own);
	for (size_t i = 0; i < store->n_currencies; i++) {
		const char *currency = store->currencies[i];

		for (size_t kind = 0; kind < n; kind++) {
			table->currencies[at] = currency;
			own[at++] =
				(struct column){ key_of(report, kinds[kind].key,
				                        currency),
				                 kinds[kind].label, MONEY };
		}
	}
	own[at++] = (struct column){ "unpriced", L_UNPRICED, COUNT };
	table->columns = table->own = own;
	table->n_columns = at;
	return first;
}

void money_put(struct cell *cells, const struct store *store,
               const struct money *money, const double *per, size_t n)
{
	if (!store->n_costs)
		return;
	for (size_t i = 0; i < store->n_currencies; i++) {
		for (size_t kind = 0; kind < n; kind++, cells++) {
			if (money->priced[i] && per[kind] > 0)
				*cells = cell_real(money->sum[i] / per[kind]);
		}
	}
	if (money->unpriced)
		*cells = cell_n(money->unpriced);
}
