/* costs: what services took, in all, by service and by outcome */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/report/money.h"

/* the amounts of the period */
struct spent {
	const struct cost **items;
	size_t n;
};

static bool within(const struct query *query, const struct cost *cost)
{
	if (cost->call == NAMES_MAX)
		return period_holds(&query->period, cost->time_ms);
	return call_within(&query->store->calls[cost->call], &query->period);
}

static int by_text(const char *a, const char *b)
{
	if (a == b)
		return 0;
	return !a ? -1 : !b ? 1 : strcmp(a, b);
}

/* of the same service, model, unit and currency */
static int by_kind(const struct cost *a, const struct cost *b)
{
	int order = by_text(a->service, b->service);

	if (!order)
		order = by_text(a->engine, b->engine);
	if (!order)
		order = by_text(a->model, b->model);
	if (!order)
		order = by_text(a->unit, b->unit);
	if (!order)
		order = (a->currency > b->currency) -
		        (a->currency < b->currency);
	return order;
}

static int by_kind_and_call(const void *left, const void *right)
{
	const struct cost *a = *(const struct cost *const *)left;
	const struct cost *b = *(const struct cost *const *)right;
	int order = by_kind(a, b);

	return order ? order : (a->call > b->call) - (a->call < b->call);
}

static void select_costs(struct spent *spent, const struct query *query)
{
	const struct store *store = query->store;

	spent->items = sv_calloc(store->n_costs + 1, sizeof(void *));
	spent->n = 0;
	for (size_t i = 0; i < store->n_costs; i++) {
		if (within(query, &store->costs[i]))
			spent->items[spent->n++] = &store->costs[i];
	}
	if (spent->n)
		qsort(spent->items, spent->n, sizeof(void *), by_kind_and_call);
}

static int64_t count_leads(const struct query *query)
{
	int64_t leads = 0;

	for (size_t i = 0; i < query->n; i++)
		leads += is_qualified(query, query->calls[i]);
	return leads;
}

static struct cell per(double sum, int64_t n)
{
	return n ? cell_real(sum / (double)n) : (struct cell){ 0 };
}

static void money_table(struct report *report, const struct query *query,
                        const struct spent *spent)
{
	static const struct column columns[] = {
		{ "currency", L_CURRENCY, TEXT },
		{ "cost", L_COST, MONEY },
		{ "calls", L_CALLS, COUNT },
		{ "call_cost", L_CALL_COST, MONEY },
		{ "leads", L_QUALIFIED, COUNT },
		{ "lead_cost", L_LEAD_COST, MONEY },
	};

	const struct store *store = query->store;
	struct table *table =
		report_table(report, "money", L_MONEY, columns, 6);
	int64_t leads = count_leads(query), calls = (int64_t)query->n;
	struct money all = { 0 };

	for (size_t i = 0; i < spent->n; i++)
		money_cost(&all, spent->items[i]);
	for (size_t i = 0; i < store->n_currencies; i++) {
		struct cell *row;

		if (!all.priced[i])
			continue;
		row = table_row(table);
		row[0] = cell_text(store->currencies[i]);
		row[1] = cell_real(all.sum[i]);
		row[2] = cell_n(calls);
		row[3] = per(all.sum[i], calls);
		row[4] = cell_n(leads);
		row[5] = per(all.sum[i], leads);
	}
}

enum { SERVICE, ENGINE, MODEL, UNIT, SPENT_AMOUNT, CALLS, CURRENCY, SPENT };

static const struct column kind_columns[] = {
	[SERVICE] = { "service", L_SERVICE, WORD },
	[ENGINE] = { "engine", L_ENGINE, TEXT },
	[MODEL] = { "model", L_MODEL, TEXT },
	[UNIT] = { "unit", L_UNIT, WORD },
	[SPENT_AMOUNT] = { "amount", L_AMOUNT, AMOUNT },
	[CALLS] = { "calls", L_CALLS, COUNT },
	[CURRENCY] = { "currency", L_CURRENCY, TEXT },
	[SPENT] = { "cost", L_COST, MONEY },
};

/* The amounts of one kind, which stand together: where the next begins. */
static size_t add_kind(struct table *table, const struct store *store,
                       const struct spent *spent, size_t from)
{
	const struct cost *first = spent->items[from];
	struct cell *row = table_row(table);
	uint32_t last = NAMES_MAX;
	double amount = 0, sum = 0;
	int64_t calls = 0;
	size_t i;

	for (i = from; i < spent->n && !by_kind(first, spent->items[i]); i++) {
		const struct cost *cost = spent->items[i];

		amount += cost->amount;
		sum += cost->price;
		calls += cost->call != NAMES_MAX && cost->call != last;
		last = cost->call;
	}
	row[SERVICE] = cell_text(first->service);
	row[ENGINE] = cell_text(first->engine);
	row[MODEL] = cell_text(first->model);
	row[UNIT] = cell_text(first->unit);
	row[SPENT_AMOUNT] = cell_real(amount);
	row[CALLS] = cell_n(calls);
	if (first->currency != NO_PRICE) {
		row[CURRENCY] = cell_text(store->currencies[first->currency]);
		row[SPENT] = cell_real(sum);
	}
	return i;
}

static void kinds_table(struct report *report, const struct query *query,
                        const struct spent *spent, bool all)
{
	struct table *table =
		all ? report_table(report, "engines", L_ENGINES, kind_columns,
	                           SPENT + 1)
		    : report_table(report, "unpriced", L_UNPRICED_TABLE,
	                           kind_columns, CURRENCY);
	size_t i = 0;

	while (i < spent->n) {
		const struct cost *first = spent->items[i];

		if (all || first->currency == NO_PRICE)
			i = add_kind(table, query->store, spent, i);
		else
			i++;
	}
}

/* what calls cost that ended so */
struct ending {
	const char *outcome;
	int64_t calls;
	struct money money;
};

static int by_calls(const void *left, const void *right)
{
	const struct ending *a = left, *b = right;

	if (a->calls != b->calls)
		return a->calls > b->calls ? -1 : 1;
	return strcmp(a->outcome, b->outcome);
}

static size_t gather_endings(struct ending *endings, const struct query *query)
{
	const struct store *store = query->store;
	struct money *money = money_by_call(store);
	struct names names = { 0 };
	size_t n;

	for (size_t i = 0; i < query->n; i++) {
		const struct call *call = query->calls[i];
		const char *outcome =
			call->outcome ? call->outcome : "no_outcome";
		uint32_t at = names_put(&names, outcome, strlen(outcome));

		endings[at].outcome = outcome;
		endings[at].calls++;
		money_add(&endings[at].money, &money[call - store->calls]);
	}
	n = names.n;
	names_release(&names);
	free(money);
	return n;
}

static void endings_table(struct report *report, const struct query *query)
{
	static const struct column columns[] = {
		{ "outcome", L_OUTCOME, WORD },
		{ "calls", L_CALLS, COUNT },
	};
	static const struct money_column kinds[] = {
		{ "cost", L_COST },
		{ "call_cost", L_CALL_COST },
	};

	struct table *table = report_table(report, "outcome_costs",
	                                   L_OUTCOME_COSTS, columns, 2);
	struct ending *endings = sv_calloc(query->n + 1, sizeof *endings);
	size_t n = gather_endings(endings, query);
	size_t at = money_columns(report, table, query->store, kinds, 2);

	if (n)
		qsort(endings, n, sizeof *endings, by_calls);
	for (size_t i = 0; i < n && query->store->n_costs; i++) {
		struct cell *row = table_row(table);

		row[0] = cell_text(endings[i].outcome);
		row[1] = cell_n(endings[i].calls);
		money_put(row + at, query->store, &endings[i].money,
		          (double[]){ 1, (double)endings[i].calls }, 2);
	}
	free(endings);
}

int costs_report(struct report *report, const struct query *query)
{
	struct spent spent;

	report->title = L_COSTS_REPORT;
	select_costs(&spent, query);
	money_table(report, query, &spent);
	kinds_table(report, query, &spent, true);
	kinds_table(report, query, &spent, false);
	endings_table(report, query);
	report->main = 1;
	free(spent.items);
	return 0;
}
