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

/* how many calls came to each outcome, by the outcomes' numbers in names */
static struct tally *count(const struct query *query, struct names *names,
                           int64_t *all)
{
	struct tally *tallies = sv_calloc(query->n + 1, sizeof *tallies);

	*all = 0;
	for (size_t i = 0; i < query->n; i++) {
		const struct call *call = query->calls[i];
		const char *outcome =
			call->outcome ? call->outcome : "no_outcome";
		uint32_t number;

		if (!call->in_dialog)
			continue;
		number = names_put(names, outcome, strlen(outcome));
		if (number == NAMES_MAX)
			continue;
		tallies[number].outcome = outcome;
		tallies[number].calls++;
		++*all;
	}
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
	struct names names = { 0 };
	int64_t all;
	struct tally *tallies = count(query, &names, &all);
	size_t n = names.n;

	if (n)
		qsort(tallies, n, sizeof *tallies, by_calls);
	for (size_t i = 0; i < n; i++) {
		struct cell *row = table_row(table);

		row[0] = cell_text(tallies[i].outcome);
		row[1] = cell_n(tallies[i].calls);
		row[2] = cell_share((double)tallies[i].calls, (double)all);
	}
	free(tallies);
	names_release(&names);
}
