/* rules_age: how long a kind is kept */
#include "src/admin/rules.h"

static bool conditional(const struct rule *rule)
{
	return rule->n_scenarios || rule->n_outcomes;
}

int64_t rules_cutoff(const struct kind_rules *rules, int64_t now_ms)
{
	const struct rule *last = rules->n ? &rules->items[rules->n - 1] : NULL;

	if (!last || conditional(last) || last->keep_ms == FOREVER)
		return INT64_MIN;
	return now_ms - last->keep_ms;
}

int64_t rules_longest(const struct kind_rules *rules)
{
	int64_t longest = 0;

	if (!rules->n || conditional(&rules->items[rules->n - 1]))
		return FOREVER;
	for (size_t i = 0; i < rules->n; i++) {
		if (rules->items[i].keep_ms > longest)
			longest = rules->items[i].keep_ms;
	}
	return longest;
}
