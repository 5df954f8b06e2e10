/* outcome: what became of a call, and how often */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/report/reports.h"

static bool listed(const struct sv_list *list, const char *name)
{
	for (size_t i = 0; name && i < list->n; i++) {
		if (!strcmp(list->items[i], name))
			return true;
	}
	return false;
}

bool is_qualified(const struct query *query, const struct call *call)
{
	return listed(&query->qualified, call->outcome);
}

bool is_abandoned(const struct query *query, const struct call *call)
{
	if (call->outcome)
		return listed(&query->abandoned, call->outcome);
	return call->ended && call->in_dialog && !call->handoff;
}

bool is_answered(const struct call *call)
{
	return call->spoken;
}

int64_t call_turns(const struct call *call)
{
	if (call->turns != NEVER)
		return call->turns;
	return call->turns_seen ? (int64_t)call->turns_seen : NEVER;
}

struct tally {
	const char *outcome;
	int64_t calls;
};

static int by_calls(const void *left, const void *right)
{
	const struct tally *a = left, *b = right;

	if (a->calls != b->calls)
		return a->calls > b->calls ? -1 : 1;
	return strcmp(a->outcome, b->outcome);
}

/* The outcomes of some calls, the most frequent first: an array of *n yours to
 * free(); all of them together are *all calls. */
static struct tally *count(struct call *const *calls, size_t n_calls, size_t *n,
                           int64_t *all)
{
	struct tally *tallies = sv_calloc(n_calls + 1, sizeof *tallies);
	struct names names = { 0 };

	*all = 0;
	for (size_t i = 0; i < n_calls; i++) {
		const char *outcome = calls[i]->outcome;
		uint32_t number;

		if (!calls[i]->in_dialog)
			continue;
		if (!outcome)
			outcome = "no_outcome";
		number = names_put(&names, outcome, strlen(outcome));
		if (number == NAMES_MAX)
			continue;
		tallies[number].outcome = outcome;
		tallies[number].calls++;
		++*all;
	}
	*n = names.n;
	names_release(&names);
	if (*n)
		qsort(tallies, *n, sizeof *tallies, by_calls);
	return tallies;
}

void outcomes_table(struct report *report, const struct query *query)
{
	static const struct column columns[] = {
		{ "outcome", L_OUTCOME, WORD },
		{ "calls", L_CALLS, COUNT },
		{ "share", L_SHARE, SHARE },
	};

	struct table *table =
		report_table(report, "outcomes", L_OUTCOMES, columns, 3);
	size_t n;
	int64_t all;
	struct tally *tallies = count(query->calls, query->n, &n, &all);

	for (size_t i = 0; i < n; i++) {
		struct cell *row = table_row(table);

		row[0] = cell_text(tallies[i].outcome);
		row[1] = cell_n(tallies[i].calls);
		row[2] = cell_share((double)tallies[i].calls, (double)all);
	}
	free(tallies);
}

/* from is the first call of a day: the first of the next */
static size_t add_day(struct table *table, const struct query *query,
                      size_t from)
{
	int32_t day = period_day(call_began(query->calls[from]));
	size_t to = from, n;
	int64_t all;
	struct tally *tallies;

	while (to < query->n && period_day(call_began(query->calls[to])) == day)
		to++;
	tallies = count(query->calls + from, to - from, &n, &all);
	for (size_t i = 0; i < n; i++) {
		struct cell *row = table_row(table);

		row[0] = cell_n(day ? day : NEVER);
		row[1] = cell_text(tallies[i].outcome);
		row[2] = cell_n(tallies[i].calls);
	}
	free(tallies);
	return to;
}

void day_outcomes_table(struct report *report, const struct query *query)
{
	static const struct column columns[] = {
		{ "day", L_DAY, DAY },
		{ "outcome", L_OUTCOME, WORD },
		{ "calls", L_CALLS, COUNT },
	};

	struct table *table =
		report_table(report, "day_outcomes", L_OUTCOMES, columns, 3);
	size_t from = 0;

	table->data = true;
	while (from < query->n)
		from = add_day(table, query, from);
}
