/* failovers: engines that were given up, and why */
#include "src/report/reports.h"

enum { STAGE, FROM, TO, REASON, TIMES, LOST, LAST, FAILOVER_COLUMNS };

static const struct column failover_columns[FAILOVER_COLUMNS] = {
	[STAGE] = { "stage", L_STAGE, TEXT },
	[FROM] = { "from", L_FROM, TEXT },
	[TO] = { "to", L_TO, TEXT },
	[REASON] = { "reason", L_REASON, TEXT },
	[TIMES] = { "times", L_COUNT, COUNT },
	[LOST] = { "lost_ms", L_LOST, MS },
	[LAST] = { "last", L_LAST, TIME },
};

/* texts are kept once each, so equal ones are the same pointer */
static bool same(const struct failover *a, const struct failover *b)
{
	return a->stage == b->stage && a->from == b->from && a->to == b->to &&
	       a->reason == b->reason;
}

/* A reason may hold anything: past so many kinds the rest is one row. */
enum { KINDS_MAX = 100 };

struct kinds {
	const struct failover *items[KINDS_MAX + 1];
	size_t n;
};

static size_t kind_of(const struct kinds *kinds,
                      const struct failover *failover)
{
	size_t i = 0;

	while (i < kinds->n && !same(kinds->items[i], failover))
		i++;
	return i;
}

static struct cell *new_kind(struct table *table, struct kinds *kinds,
                             const struct failover *failover)
{
	struct cell *row = table_row(table);

	kinds->items[kinds->n++] = failover;
	row[STAGE] = cell_text(failover->stage);
	row[FROM] = cell_text(failover->from);
	row[TO] = cell_text(failover->to);
	row[REASON] = cell_text(failover->reason);
	row[TIMES] = cell_n(0);
	return row;
}

/* the same thing many times is one row */
static void add_failover(struct table *table, struct kinds *kinds,
                         const struct failover *failover)
{
	static const struct failover rest = { .reason = "…" };
	size_t i = kind_of(kinds, failover);
	bool full = i == kinds->n && i >= KINDS_MAX;
	struct cell *row;

	if (full)
		i = kind_of(kinds, &rest);
	row = i < kinds->n ? table->cells + i * table->n_columns
	                   : new_kind(table, kinds, full ? &rest : failover);
	row[TIMES].n++;
	if (failover->lost_ms != NEVER)
		row[LOST] = cell_n(row[LOST].n + failover->lost_ms);
	if (failover->time_ms > row[LAST].n)
		row[LAST] = cell_n(failover->time_ms);
}

static bool within(const struct query *query, const struct failover *failover)
{
	if (failover->call == NAMES_MAX)
		return period_holds(&query->period, failover->time_ms);
	return call_within(&query->store->calls[failover->call],
	                   &query->period);
}

void failovers_table(struct report *report, const struct query *query)
{
	const struct store *store = query->store;
	struct kinds kinds = { .n = 0 };
	struct table *table = report_table(report, "failovers", L_FAILOVERS,
	                                   failover_columns, FAILOVER_COLUMNS);

	for (size_t i = 0; i < store->n_failovers; i++) {
		if (within(query, &store->failovers[i]))
			add_failover(table, &kinds, &store->failovers[i]);
	}
}
