/* daily: what the head of sales asks in the morning, a row a day */
#include <stdlib.h>

#include "lib/alloc.h"

#include "src/report/money.h"

enum {
	DAY_OF,
	CALLS,
	ANSWERED,
	QUALIFIED,
	CONVERSION,
	HANDOFFS,
	ABANDONED,
	DURATION,
	NO_MATCH,
	CONFIDENCE,
	TURN_P50,
	TURN_P95,
	COLUMNS
};

static const struct column columns[COLUMNS] = {
	[DAY_OF] = { "day", L_DAY, DAY },
	[CALLS] = { "calls", L_CALLS, COUNT },
	[ANSWERED] = { "answered", L_ANSWERED, COUNT },
	[QUALIFIED] = { "qualified", L_QUALIFIED, COUNT },
	[CONVERSION] = { "conversion", L_CONVERSION, SHARE },
	[HANDOFFS] = { "handoffs", L_HANDOFFS, COUNT },
	[ABANDONED] = { "abandoned", L_ABANDONED, COUNT },
	[DURATION] = { "duration_ms", L_MEAN_DURATION, LENGTH },
	[NO_MATCH] = { "no_match", L_NO_MATCH, SHARE },
	[CONFIDENCE] = { "confidence", L_CONFIDENCE, SHARE },
	[TURN_P50] = { "turn_p50_ms", L_TURN_P50, MS },
	[TURN_P95] = { "turn_p95_ms", L_TURN_P95, MS },
};

/* a longer time without a call is not shown day by day, nor are more days */
enum { GAP_MAX = 366, DAYS_SHOWN = 3660, HOURS = 24 };

struct sum {
	int64_t calls, answered, qualified, handoffs, abandoned;
	int64_t duration_ms, timed, no_match, answers, confident;
	double confidence;
	struct money money;
};

/* where the waits of each selected call begin, in the order of the calls */
struct waits {
	int32_t *ms;
	size_t *begin; /* n + 1 of them */
};

/* the table while it is filled */
struct days {
	struct table *table;
	const struct query *query;
	struct waits waits;
	struct money *money; /* of each call of the store */
	size_t money_at;     /* the first column of it */
};

static void sum_call(struct sum *sum, const struct days *days,
                     const struct call *call)
{
	const struct query *query = days->query;

	sum->calls++;
	sum->answered += is_answered(call);
	sum->qualified += is_qualified(query, call);
	sum->handoffs += call->handoff != NULL;
	sum->abandoned += is_abandoned(query, call);
	if (call->duration_ms != NEVER) {
		sum->duration_ms += call->duration_ms;
		sum->timed++;
	}
	sum->no_match += call->no_match;
	sum->answers += call->answers;
	sum->confidence += call->confidence;
	sum->confident += call->confident;
	money_add(&sum->money, &days->money[call - query->store->calls]);
}

/* waits: the sorted latencies of the turns of these calls */
static void add_row(const struct days *days, int32_t day, const struct sum *sum,
                    const int32_t *waits, size_t n)
{
	struct cell *row = table_row(days->table);

	row[DAY_OF] = cell_n(day ? day : NEVER);
	row[CALLS] = cell_n(sum->calls);
	row[ANSWERED] = cell_n(sum->answered);
	row[QUALIFIED] = cell_n(sum->qualified);
	row[CONVERSION] =
		cell_share((double)sum->qualified, (double)sum->answered);
	row[HANDOFFS] = cell_n(sum->handoffs);
	row[ABANDONED] = cell_n(sum->abandoned);
	row[DURATION] = cell_n(
		sum->timed ? (sum->duration_ms + sum->timed / 2) / sum->timed
			   : NEVER);
	row[NO_MATCH] = cell_share((double)sum->no_match,
	                           (double)(sum->answers > sum->no_match
	                                            ? sum->answers
	                                            : sum->no_match));
	if (!sum->answers)
		row[NO_MATCH].given = false;
	row[CONFIDENCE] = cell_share(sum->confidence, (double)sum->confident);
	row[TURN_P50] = cell_n(percentile(waits, n, 50));
	row[TURN_P95] = cell_n(percentile(waits, n, 95));
	money_put(row + days->money_at, days->query->store, &sum->money,
	          (double[]){ 1, (double)sum->qualified }, 2);
}

static void gather_waits(struct waits *waits, const struct query *query)
{
	const struct store *store = query->store;
	uint32_t *place = sv_calloc(store->n_calls + 1, sizeof *place);

	waits->begin = sv_calloc(query->n + 2, sizeof *waits->begin);
	waits->ms = sv_calloc(store->n_turns + 1, sizeof *waits->ms);
	for (size_t i = 0; i < query->n; i++)
		place[query->calls[i] - store->calls] = (uint32_t)i + 1;
	for (size_t i = 0; i < store->n_turns; i++)
		waits->begin[place[store->turns[i].call] + 1]++;
	waits->begin[1] = 0; /* those of no selected call */
	for (size_t i = 1; i <= query->n; i++)
		waits->begin[i + 1] += waits->begin[i];
	for (size_t i = 0; i < store->n_turns; i++) {
		uint32_t at = place[store->turns[i].call];

		if (at)
			waits->ms[waits->begin[at]++] =
				store->turns[i].total_ms;
	}
	free(place); /* begin[i] has moved to where call i began */
}

/* the days between two with calls had none, and say so */
static void add_gap(const struct days *days, int32_t last, int32_t day)
{
	static const struct sum none;
	int n = 0;

	if (!last || days->table->n > DAYS_SHOWN)
		return;
	for (last = period_next_day(last); last < day && n++ < GAP_MAX;
	     last = period_next_day(last))
		add_row(days, last, &none, NULL, 0);
}

static void add_days(const struct days *days)
{
	const struct query *query = days->query;
	const struct waits *waits = &days->waits;
	int32_t day = 0;
	size_t from = 0, i;

	for (i = 0; i < query->n; from = i) {
		struct sum sum = { 0 };
		int32_t last = day;
		size_t at = waits->begin[from];

		day = period_day(call_began(query->calls[i]));
		while (i < query->n &&
		       period_day(call_began(query->calls[i])) == day)
			sum_call(&sum, days, query->calls[i++]);
		sort_ms(waits->ms + at, waits->begin[i] - at);
		add_gap(days, last, day);
		add_row(days, day, &sum, waits->ms + at, waits->begin[i] - at);
	}
}

static void add_total(const struct days *days)
{
	const struct query *query = days->query;
	const struct waits *waits = &days->waits;
	size_t n = waits->begin[query->n];
	struct sum sum = { 0 };

	for (size_t i = 0; i < query->n; i++)
		sum_call(&sum, days, query->calls[i]);
	sort_ms(waits->ms, n);
	add_row(days, 0, &sum, waits->ms, n);
	days->table->total = true;
}

static void hours_table(struct report *report, const struct query *query)
{
	static const struct column hours[] = {
		{ "hour", L_HOUR, HOUR },
		{ "calls", L_CALLS, COUNT },
		{ "qualified", L_QUALIFIED, COUNT },
	};

	struct table *table = report_table(report, "hours", L_HOURS, hours, 3);
	int64_t calls[HOURS] = { 0 }, qualified[HOURS] = { 0 };

	table->charted = true;
	for (size_t i = 0; i < query->n; i++) {
		int64_t began = call_began(query->calls[i]);
		int hour = began == NEVER ? 0 : period_hour(began);

		calls[hour] += began != NEVER;
		qualified[hour] +=
			began != NEVER && is_qualified(query, query->calls[i]);
	}
	for (int hour = 0; query->n && hour < HOURS; hour++) {
		struct cell *row = table_row(table);

		row[0] = cell_n(hour);
		row[1] = cell_n(calls[hour]);
		row[2] = cell_n(qualified[hour]);
	}
}

static void days_table(struct report *report, const struct query *query)
{
	static const struct money_column kinds[] = {
		{ "cost", L_COST },
		{ "lead_cost", L_LEAD_COST },
	};

	struct days days = { .query = query,
		             .money = money_by_call(query->store) };

	days.table = report_table(report, "days", L_DAYS, columns, COLUMNS);
	days.money_at =
		money_columns(report, days.table, query->store, kinds, 2);
	gather_waits(&days.waits, query);
	add_days(&days);
	if (query->n)
		add_total(&days);
	free(days.waits.ms);
	free(days.waits.begin);
	free(days.money);
}

int daily_report(struct report *report, const struct query *query)
{
	report->title = L_DAILY_REPORT;
	days_table(report, query);
	hours_table(report, query);
	outcomes_table(report, query);
	day_outcomes_table(report, query);
	states_table(report, query);
	report->tables[report->n - 1].charted = true;
	return 0;
}
