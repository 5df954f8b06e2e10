/* latency: what the caller waits for, for who is woken at night */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/report/reports.h"

enum { TEXT_HOURS = 24 };

static const char *const part_words[PARTS] = {
	[ENDPOINT] = "endpoint", [ASR] = "asr",       [DIALOG] = "dialog",
	[LLM] = "llm",           [TOOL] = "tool",     [TTS] = "tts",
	[WIRE] = "wire",         [BEHIND] = "behind", [OTHER] = "other",
};

/* the turns of the period's calls */
struct turns {
	const struct turn **items;
	size_t n;
	int32_t *values; /* room to sort as many */
};

static void select_turns(struct turns *turns, const struct query *query)
{
	const struct store *store = query->store;

	turns->items = sv_calloc(store->n_turns + 1, sizeof(void *));
	turns->values = sv_calloc(store->n_turns + 1, sizeof(int32_t));
	turns->n = 0;
	for (size_t i = 0; i < store->n_turns; i++) {
		const struct turn *turn = &store->turns[i];

		if (call_within(&store->calls[turn->call], &query->period))
			turns->items[turns->n++] = turn;
	}
}

enum { PART_OF, PART_TURNS, P50, P95, P99, MOST, PART_SHARE, PART_COLUMNS };

static const struct column part_columns[PART_COLUMNS] = {
	[PART_OF] = { "part", L_PART, WORD },
	[PART_TURNS] = { "turns", L_TURNS, COUNT },
	[P50] = { "p50_ms", L_P50, MS },
	[P95] = { "p95_ms", L_P95, MS },
	[P99] = { "p99_ms", L_P99, MS },
	[MOST] = { "max_ms", L_MAX, MS },
	[PART_SHARE] = { "share", L_SHARE, SHARE },
};

static int32_t value_of(const struct turn *turn, enum part part)
{
	return part == PARTS ? turn->total_ms : turn->parts[part];
}

/* PARTS stands for the whole. A part that a turn does not name took no time,
 * so the row is over all turns, and the parts' means add up to the total's. */
static void add_part(struct table *table, struct turns *turns, enum part part,
                     int64_t whole_ms)
{
	struct cell *row;
	int64_t sum = 0, used = 0;

	for (size_t i = 0; i < turns->n; i++) {
		turns->values[i] = value_of(turns->items[i], part);
		sum += turns->values[i];
		used += turns->values[i] > 0;
	}
	if (!used && part != PARTS)
		return;
	sort_ms(turns->values, turns->n);
	row = table_row(table);
	row[PART_OF] = cell_text(part == PARTS ? "total" : part_words[part]);
	row[PART_TURNS] = cell_n(part == PARTS ? (int64_t)turns->n : used);
	row[P50] = cell_n(percentile(turns->values, turns->n, 50));
	row[P95] = cell_n(percentile(turns->values, turns->n, 95));
	row[P99] = cell_n(percentile(turns->values, turns->n, 99));
	row[MOST] = cell_n(percentile(turns->values, turns->n, 100));
	row[PART_SHARE] = cell_share((double)sum, (double)whole_ms);
}

static void parts_table(struct report *report, struct turns *turns)
{
	struct table *table = report_table(report, "parts", L_PARTS,
	                                   part_columns, PART_COLUMNS);
	int64_t whole_ms = 0;

	if (!turns->n)
		return;
	for (size_t i = 0; i < turns->n; i++)
		whole_ms += turns->items[i]->total_ms;
	for (enum part part = 0; part <= PARTS; part++)
		add_part(table, turns, part, whole_ms);
	table->total = true;
}

enum { SLOW_TIME, SLOW_CALL, SLOW_TURN, SLOW_TOTAL, SLOW_PARTS };

static const struct column slow_columns[SLOW_PARTS + PARTS] = {
	[SLOW_TIME] = { "time", L_TIME, TIME },
	[SLOW_CALL] = { "call", L_CALL, ID },
	[SLOW_TURN] = { "turn", L_TURN, COUNT },
	[SLOW_TOTAL] = { "total_ms", L_TOTAL, MS },
	[SLOW_PARTS + ENDPOINT] = { "endpoint", L_ENDPOINT, MS },
	[SLOW_PARTS + ASR] = { "asr", L_ASR, MS },
	[SLOW_PARTS + DIALOG] = { "dialog", L_DIALOG, MS },
	[SLOW_PARTS + LLM] = { "llm", L_LLM, MS },
	[SLOW_PARTS + TOOL] = { "tool", L_TOOL, MS },
	[SLOW_PARTS + TTS] = { "tts", L_TTS, MS },
	[SLOW_PARTS + WIRE] = { "wire", L_WIRE, MS },
	[SLOW_PARTS + BEHIND] = { "behind", L_BEHIND, MS },
	[SLOW_PARTS + OTHER] = { "other", L_OTHER, MS },
};

static int slowest_first(const void *left, const void *right)
{
	const struct turn *a = *(const struct turn *const *)left;
	const struct turn *b = *(const struct turn *const *)right;

	if (a->total_ms != b->total_ms)
		return a->total_ms > b->total_ms ? -1 : 1;
	return (a > b) - (a < b); /* as they came */
}

static void slowest_table(struct report *report, const struct query *query,
                          struct turns *turns)
{
	struct table *table = report_table(report, "slowest", L_SLOWEST,
	                                   slow_columns, SLOW_PARTS + PARTS);

	if (turns->n)
		qsort(turns->items, turns->n, sizeof(void *), slowest_first);
	for (size_t i = 0; i < turns->n && i < (size_t)query->slowest; i++) {
		const struct turn *turn = turns->items[i];
		const struct call *call = &query->store->calls[turn->call];
		struct cell *row = table_row(table);

		row[SLOW_TIME] = cell_n(turn->time_ms);
		row[SLOW_CALL] = cell_text(call->id);
		row[SLOW_TURN] = cell_n(turn->number ? turn->number : NEVER);
		row[SLOW_TOTAL] = cell_n(turn->total_ms);
		for (enum part part = 0; part < PARTS; part++)
			row[SLOW_PARTS + part] = cell_n(
				turn->parts[part] ? turn->parts[part] : NEVER);
	}
}

static int by_time(const void *left, const void *right)
{
	const struct turn *a = *(const struct turn *const *)left;
	const struct turn *b = *(const struct turn *const *)right;

	if (a->time_ms != b->time_ms)
		return a->time_ms < b->time_ms ? -1 : 1;
	return (a > b) - (a < b);
}

/* Whole hours since 1970: those of a zone that is off by half an hour begin
 * at half past, which the table then says. */
static int64_t hour_of(const struct turn *turn)
{
	return turn->time_ms == NEVER ? NEVER : turn->time_ms / 3600000;
}

static void timeline_table(struct report *report, struct turns *turns)
{
	static const struct column columns[] = {
		{ "hour", L_HOUR, TIME },
		{ "turns", L_TURNS, COUNT },
		{ "p50_ms", L_P50, MS },
		{ "p95_ms", L_P95, MS },
	};

	struct table *table =
		report_table(report, "timeline", L_TIMELINE, columns, 4);
	size_t i = 0, from;

	if (turns->n)
		qsort(turns->items, turns->n, sizeof(void *), by_time);
	while (i < turns->n) {
		int64_t hour = hour_of(turns->items[i]);
		struct cell *row;

		for (from = i; i < turns->n && hour_of(turns->items[i]) == hour;
		     i++)
			turns->values[i - from] = turns->items[i]->total_ms;
		if (hour == NEVER)
			continue;
		sort_ms(turns->values, i - from);
		row = table_row(table);
		row[0] = cell_n(hour * 3600000);
		row[1] = cell_n((int64_t)(i - from));
		row[2] = cell_n(percentile(turns->values, i - from, 50));
		row[3] = cell_n(percentile(turns->values, i - from, 95));
	}
	table->charted = table->n > TEXT_HOURS;
}

int latency_report(struct report *report, const struct query *query)
{
	struct turns turns;

	report->title = L_LATENCY_REPORT;
	select_turns(&turns, query);
	parts_table(report, &turns);
	slowest_table(report, query, &turns);
	timeline_table(report, &turns);
	failovers_table(report, query);
	free(turns.items);
	free(turns.values);
	return 0;
}
