/* variants: what came of calls, by the variants of experiments they had */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/report/money.h"

enum {
	EXPERIMENT,
	VARIANT,
	CALLS,
	QUALIFIED,
	CONVERSION,
	LOW,
	HIGH,
	DIFFERENCE,
	DIFFERENCE_LOW,
	DIFFERENCE_HIGH,
	LEVEL,
	VERDICT,
	DURATION,
	INTERRUPTED,
	HANDOFFS,
	ABANDONED,
	COLUMNS
};

static const struct column columns[COLUMNS] = {
	[EXPERIMENT] = { "experiment", L_EXPERIMENT, TEXT },
	[VARIANT] = { "variant", L_VARIANT, TEXT },
	[CALLS] = { "calls", L_CALLS, COUNT },
	[QUALIFIED] = { "qualified", L_QUALIFIED, COUNT },
	[CONVERSION] = { "conversion", L_CONVERSION, SHARE },
	[LOW] = { "conversion_low", L_LEAST_95, SHARE },
	[HIGH] = { "conversion_high", L_MOST_95, SHARE },
	[DIFFERENCE] = { "difference", L_DIFFERENCE, POINTS },
	[DIFFERENCE_LOW] = { "difference_low", L_LEAST, POINTS },
	[DIFFERENCE_HIGH] = { "difference_high", L_MOST, POINTS },
	[LEVEL] = { "level", L_LEVEL, SHARE },
	[VERDICT] = { "verdict", L_VERDICT, NOTE },
	[DURATION] = { "duration_ms", L_MEAN_DURATION, LENGTH },
	[INTERRUPTED] = { "interrupted", L_INTERRUPTED, AMOUNT },
	[HANDOFFS] = { "handoffs", L_HANDOFFS, COUNT },
	[ABANDONED] = { "abandoned", L_ABANDONED, COUNT },
};

/* Fewer calls than that in a variant, or fewer leads (or others) in two of
 * them, and what is seen says more of chance than of the variant. */
enum { CALLS_LEAST = 30, SEEN_LEAST = 10 };

/* the calls of one variant */
struct group {
	const struct trial *trial;
	int64_t calls, qualified, handoffs, abandoned, interrupted;
	int64_t duration_ms, timed;
	struct money money;
};

struct groups {
	struct group *items;
	size_t n;
};

static int by_experiment_and_call(const void *left, const void *right)
{
	const struct trial *a = *(const struct trial *const *)left;
	const struct trial *b = *(const struct trial *const *)right;
	int order = strcmp(a->experiment, b->experiment);

	if (!order)
		order = (a->call > b->call) - (a->call < b->call);
	return order ? order : (a > b) - (a < b); /* as they came */
}

static bool is_control(const struct trial *trial)
{
	return trial->control && !strcmp(trial->control, trial->variant);
}

/* the variant that others are compared with comes first */
static int by_variant(const void *left, const void *right)
{
	const struct trial *a = *(const struct trial *const *)left;
	const struct trial *b = *(const struct trial *const *)right;
	int order = strcmp(a->experiment, b->experiment);

	if (!order)
		order = is_control(b) - is_control(a);
	return order ? order : strcmp(a->variant, b->variant);
}

/* Those of the period's calls, a call once in an experiment: an array of *n
 * yours to free(). */
static const struct trial **select_trials(const struct query *query, size_t *n)
{
	const struct store *store = query->store;
	const struct trial **found =
		sv_calloc(store->n_trials + 1, sizeof(void *));
	size_t all = 0;

	for (size_t i = 0; i < store->n_trials; i++) {
		const struct trial *trial = &store->trials[i];

		if (call_within(&store->calls[trial->call], &query->period))
			found[all++] = trial;
	}
	qsort(found, all, sizeof(void *), by_experiment_and_call);
	*n = 0;
	for (size_t i = 0; i < all; i++) {
		const struct trial *last = *n ? found[*n - 1] : NULL;

		if (!last || last->call != found[i]->call ||
		    strcmp(last->experiment, found[i]->experiment) != 0)
			found[(*n)++] = found[i];
	}
	qsort(found, *n, sizeof(void *), by_variant);
	return found;
}

static void count(struct group *group, const struct query *query,
                  const struct call *call, const struct money *money)
{
	group->calls++;
	group->qualified += is_qualified(query, call);
	group->handoffs += call->handoff != NULL;
	group->abandoned += is_abandoned(query, call);
	group->interrupted += call->interrupted;
	if (call->duration_ms != NEVER) {
		group->duration_ms += call->duration_ms;
		group->timed++;
	}
	money_add(&group->money, money);
}

static void gather_groups(struct groups *groups, const struct query *query)
{
	const struct store *store = query->store;
	struct money *money = money_by_call(store);
	size_t n;
	const struct trial **trials = select_trials(query, &n);

	groups->items = sv_calloc(n + 1, sizeof *groups->items);
	groups->n = 0;
	for (size_t i = 0; i < n; i++) {
		if (!i || by_variant(&trials[i - 1], &trials[i]) != 0)
			groups->items[groups->n++].trial = trials[i];
		count(&groups->items[groups->n - 1], query,
		      &store->calls[trials[i]->call], &money[trials[i]->call]);
	}
	free(trials);
	free(money);
}

static const char *verdict(const struct group *a, const struct group *b,
                           const struct interval *difference)
{
	int64_t seen = a->qualified + b->qualified;
	int64_t others = a->calls + b->calls - seen;

	if (a->calls < CALLS_LEAST || b->calls < CALLS_LEAST ||
	    seen < SEEN_LEAST || others < SEEN_LEAST)
		return "too_few";
	return difference->low > 0    ? "better"
	       : difference->high < 0 ? "worse"
	                              : "no_difference";
}

/* Against the control. The more variants are compared with it, the surer each
 * has to be (Bonferroni), or one of twenty would look better by chance. */
static void compare(struct cell *row, const struct group *group,
                    const struct group *control, size_t compared)
{
	double z = normal_quantile(0.05 / (double)compared);
	struct share a = { (double)group->qualified, (double)group->calls };
	struct share b = { (double)control->qualified, (double)control->calls };
	struct interval difference = difference_interval(a, b, z);

	row[DIFFERENCE] = cell_real(a.part / a.whole - b.part / b.whole);
	row[DIFFERENCE_LOW] = cell_real(difference.low);
	row[DIFFERENCE_HIGH] = cell_real(difference.high);
	row[LEVEL] = cell_share(1 - 0.05 / (double)compared, 1);
	row[VERDICT] = cell_text(verdict(group, control, &difference));
}

static struct cell *add(struct table *table, const struct group *group)
{
	struct cell *row = table_row(table);
	struct share leads = { (double)group->qualified, (double)group->calls };
	struct interval sure = share_interval(leads, normal_quantile(0.05));

	row[EXPERIMENT] = cell_text(group->trial->experiment);
	row[VARIANT] = cell_text(group->trial->variant);
	row[CALLS] = cell_n(group->calls);
	row[QUALIFIED] = cell_n(group->qualified);
	row[CONVERSION] = cell_share(leads.part, leads.whole);
	row[LOW] = cell_share(sure.low, 1);
	row[HIGH] = cell_share(sure.high, 1);
	row[DURATION] =
		cell_n(group->timed ? (group->duration_ms + group->timed / 2) /
	                                      group->timed
	                            : NEVER);
	row[INTERRUPTED] =
		cell_real((double)group->interrupted / (double)group->calls);
	row[HANDOFFS] = cell_n(group->handoffs);
	row[ABANDONED] = cell_n(group->abandoned);
	return row;
}

/* where the variants of the next experiment begin */
static size_t experiment_end(const struct groups *groups, size_t from)
{
	size_t to = from;

	while (to < groups->n && !strcmp(groups->items[to].trial->experiment,
	                                 groups->items[from].trial->experiment))
		to++;
	return to;
}

int variants_report(struct report *report, const struct query *query)
{
	static const struct money_column kinds[] = {
		{ "call_cost", L_CALL_COST },
		{ "lead_cost", L_LEAD_COST },
	};

	struct table *table;
	struct groups groups;
	size_t at;

	report->title = L_VARIANTS_REPORT;
	table = report_table(report, "variants", L_VARIANTS_REPORT, columns,
	                     COLUMNS);
	at = money_columns(report, table, query->store, kinds, 2);
	gather_groups(&groups, query);
	for (size_t from = 0, to; from < groups.n; from = to) {
		to = experiment_end(&groups, from);
		for (size_t i = from; i < to; i++) {
			const struct group *group = &groups.items[i];
			struct cell *row = add(table, group);

			if (i > from)
				compare(row, group, &groups.items[from],
				        to - from - 1);
			money_put(row + at, query->store, &group->money,
			          (double[]){ (double)group->calls,
			                      (double)group->qualified },
			          2);
		}
	}
	free(groups.items);
	return 0;
}
