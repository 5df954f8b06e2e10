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
	double place; /* mean place in the order of first visits */
};

/* a fork of the scenario has steps at the same place: the busier one first */
static int by_place(const void *left, const void *right)
{
	const struct step *a = left, *b = right;

	if (a->place < b->place || a->place > b->place)
		return a->place < b->place ? -1 : 1;
	if (a->reached != b->reached)
		return a->reached > b->reached ? -1 : 1;
	return strcmp(a->state, b->state);
}

static void follow(struct step *steps, const struct query *query,
                   const struct call *call)
{
	for (uint32_t i = 0; i < call->n_path; i++) {
		steps[call->path[i]].reached++;
		steps[call->path[i]].place += i;
	}
	if (call->state != NAMES_MAX && is_abandoned(query, call))
		steps[call->state].left++;
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
		steps[n].place /= (double)steps[n].reached;
		n++;
	}
	if (n)
		qsort(steps, n, sizeof *steps, by_place);
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
