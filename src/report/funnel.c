/* funnel: which steps of the scenario callers reach, and where they leave */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/report/reports.h"

enum { STATE, REACHED, OF_ALL, LEFT, LEFT_OF, COLUMNS };

static const struct column columns[COLUMNS] = {
	[STATE] = { "state", L_STATE, TEXT },
	[REACHED] = { "reached", L_REACHED, COUNT },
	[OF_ALL] = { "share", L_SHARE, SHARE },
	[LEFT] = { "left", L_LEFT, COUNT },
	[LEFT_OF] = { "drop_off", L_LEFT_SHARE, SHARE },
};

struct step {
	const char *state;
	int64_t reached, left;
	int64_t lead; /* how many steps it comes before, less those after */
};

/* past so many states the order is that of the calls they are met in */
enum { ORDERED_MAX = 512 };

/* steps that no call has in common stand side by side: the busier one first */
static int by_lead(const void *left, const void *right)
{
	const struct step *a = left, *b = right;

	if (a->lead != b->lead)
		return a->lead > b->lead ? -1 : 1;
	if (a->reached != b->reached)
		return a->reached > b->reached ? -1 : 1;
	return strcmp(a->state, b->state);
}

static void follow(struct step *steps, const struct query *query,
                   const struct call *call)
{
	for (uint32_t i = 0; i < call->n_path; i++)
		steps[call->path[i].state].reached++;
	if (call->state != NAMES_MAX && is_abandoned(query, call))
		steps[call->state].left++;
}

static void meet(int32_t *before, size_t n, const struct call *call)
{
	for (uint32_t i = 0; i < call->n_path; i++) {
		for (uint32_t later = i + 1; later < call->n_path; later++)
			before[call->path[i].state * n +
			       call->path[later].state]++;
	}
}

/* A step comes before another when it does so in most of the calls that have
 * both: mean places would put a farewell after one question early, only
 * because many calls are short. */
static void order(struct step *steps, const struct query *query)
{
	size_t n = query->store->states.n;
	int32_t *before;

	if (n > ORDERED_MAX)
		return;
	before = sv_calloc(n * n + 1, sizeof *before);
	for (size_t i = 0; i < query->n; i++)
		meet(before, n, query->calls[i]);
	for (size_t a = 0; a < n; a++) {
		for (size_t b = 0; b < n; b++)
			steps[a].lead +=
				(before[a * n + b] > before[b * n + a]) -
				(before[a * n + b] < before[b * n + a]);
	}
	free(before);
}

/* the steps that were reached, in order, to the front: their number */
static size_t arrange(struct step *steps, const struct names *states)
{
	size_t n = 0;

	for (size_t i = 0; i < states->n; i++) {
		if (!steps[i].reached)
			continue;
		steps[n] = steps[i];
		steps[n].state = states->items[i];
		n++;
	}
	if (n)
		qsort(steps, n, sizeof *steps, by_lead);
	return n;
}

void states_table(struct report *report, const struct query *query)
{
	const struct names *states = &query->store->states;
	struct step *steps = sv_calloc(states->n + 1, sizeof *steps);
	struct table *table =
		report_table(report, "states", L_STATES, columns, COLUMNS);
	int64_t calls = 0;
	size_t n;

	for (size_t i = 0; i < query->n; i++) {
		follow(steps, query, query->calls[i]);
		calls += query->calls[i]->n_path > 0;
	}
	order(steps, query);
	n = arrange(steps, states);
	for (size_t i = 0; i < n; i++) {
		struct cell *row = table_row(table);

		row[STATE] = cell_text(steps[i].state);
		row[REACHED] = cell_n(steps[i].reached);
		row[OF_ALL] =
			cell_share((double)steps[i].reached, (double)calls);
		row[LEFT] = cell_n(steps[i].left);
		row[LEFT_OF] = cell_share((double)steps[i].left,
		                          (double)steps[i].reached);
	}
	free(steps);
}

int funnel_report(struct report *report, const struct query *query)
{
	report->title = L_FUNNEL_REPORT;
	states_table(report, query);
	outcomes_table(report, query);
	return 0;
}
