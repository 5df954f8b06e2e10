/* take-cost: amounts that services counted, and what they cost */
#include <string.h>

#include "src/report/takers.h"

/* more money than that for one amount is none */
static const double most = 1e12;

/* The number of a currency, whose codes are kept in order; NO_PRICE for what
 * is no code, and for the ninth. */
static uint32_t currency_of(struct store *store, struct span code)
{
	char(*codes)[4] = store->currencies;
	size_t at = 0;

	if (code.len != 3)
		return NO_PRICE;
	for (size_t i = 0; i < 3; i++) {
		if (code.text[i] < 'A' || code.text[i] > 'Z')
			return NO_PRICE;
	}
	while (at < store->n_currencies && memcmp(codes[at], code.text, 3) < 0)
		at++;
	if (at < store->n_currencies && !memcmp(codes[at], code.text, 3))
		return (uint32_t)at;
	if (store->n_currencies == CURRENCIES)
		return NO_PRICE;
	memmove(codes + at + 1, codes + at,
	        (store->n_currencies++ - at) * sizeof *codes);
	memcpy(codes[at], code.text, 3);
	for (size_t i = 0; i < store->n_costs; i++) {
		struct cost *cost = &store->costs[i];

		if (cost->currency != NO_PRICE && cost->currency >= at)
			cost->currency++;
	}
	return (uint32_t)at;
}

/* a price without a currency is as good as none */
static void take_price(struct store *store, struct cost *cost,
                       struct event *event)
{
	struct span code;

	cost->currency = NO_PRICE;
	if (!scan_number(event->scan, "price", &cost->price))
		return;
	if (!(cost->price >= 0 && cost->price <= most)) {
		event->scan->wrong = "price";
		return;
	}
	if (scan_string(event->scan, "currency", &code))
		cost->currency = currency_of(store, code);
	if (cost->currency == NO_PRICE)
		event->scan->wrong = "currency";
}

void take_cost(struct store *store, struct call *call, struct event *event)
{
	struct cost cost = { .time_ms = event->time_ms };

	if (!scan_number(event->scan, "amount", &cost.amount) ||
	    !(cost.amount >= 0 && cost.amount <= most)) {
		event->scan->wrong = "amount";
		return;
	}
	cost.call = call ? (uint32_t)(call - store->calls) : NAMES_MAX;
	cost.engine = event_text(store, event, "engine");
	cost.service = event_text(store, event, "service");
	cost.model = event_text(store, event, "model");
	cost.unit = event_text(store, event, "unit");
	take_price(store, &cost, event);
	store->costs = store_add(store->costs, &store->n_costs,
	                         &store->cap_costs, sizeof *store->costs);
	store->costs[store->n_costs - 1] = cost;
}
