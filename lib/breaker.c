/* breaker.c: a service that has failed is left alone for a while */
#include "lib/breaker.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"

/* What is known of a service; times are monotonic. */
struct state {
	int failures;     /* in a row, within the window */
	int64_t first_ms; /* when the first of them was */
	int64_t until_ms; /* open until then; 0: closed */
	int64_t tried_ms; /* half-open: when somebody began to try; 0: nobody */
	int64_t length_ms; /* for how long it was opened last */
};

struct sv_breaker {
	char *name;
	struct sv_breaker_rule rule;
	struct state *state;
	struct sv_breaker *next;
};

const struct sv_breaker_rule sv_breaker_usual = {
	.failures = 3,
	.window_ms = 30000,
	.open_ms = 10000,
	.most_ms = 300000,
};

/* those of this process: two of one name have one state */
static struct sv_breaker *all;

struct sv_breaker *sv_breaker_new(const char *name,
                                  const struct sv_breaker_rule *rule)
{
	struct sv_breaker *breaker = sv_alloc(sizeof *breaker);
	const struct sv_breaker *other = all;

	while (other && strcmp(other->name, name) != 0)
		other = other->next;
	breaker->name = sv_strdup(name);
	breaker->rule = *rule;
	breaker->state =
		other ? other->state : sv_alloc(sizeof *breaker->state);
	breaker->next = all;
	all = breaker;
	return breaker;
}

void sv_breaker_free(struct sv_breaker *breaker)
{
	struct sv_breaker **at = &all;
	const struct sv_breaker *other;

	if (!breaker)
		return;
	while (*at != breaker)
		at = &(*at)->next;
	*at = breaker->next;
	for (other = all; other && other->state != breaker->state;)
		other = other->next;
	if (!other)
		free(breaker->state);
	free(breaker->name);
	free(breaker);
}

bool sv_breaker_allows(struct sv_breaker *breaker)
{
	struct state *state = breaker->state;
	const int64_t now = sv_now_ms();

	if (!state->until_ms)
		return true;
	if (now < state->until_ms)
		return false;
	if (state->tried_ms && now < state->tried_ms + breaker->rule.open_ms)
		return false;
	state->tried_ms = now;
	return true;
}

void sv_breaker_worked(struct sv_breaker *breaker)
{
	*breaker->state = (struct state){ 0 };
}

static void open_it(struct state *state, const struct sv_breaker_rule *rule,
                    int64_t least_ms)
{
	int64_t length_ms =
		state->until_ms ? 2 * state->length_ms : rule->open_ms;

	if (length_ms > rule->most_ms)
		length_ms = rule->most_ms;
	state->length_ms = length_ms;
	if (length_ms < least_ms)
		length_ms = least_ms;
	state->until_ms = sv_now_ms() + length_ms;
	state->tried_ms = 0;
}

void sv_breaker_failed(struct sv_breaker *breaker, int at_least_ms)
{
	struct state *state = breaker->state;
	const int64_t now = sv_now_ms();

	if (state->until_ms && now < state->until_ms)
		return; /* those who asked before it opened */
	if (!state->failures ||
	    now > state->first_ms + breaker->rule.window_ms) {
		state->failures = 0;
		state->first_ms = now;
	}
	state->failures++;
	if (state->until_ms || at_least_ms ||
	    state->failures >= breaker->rule.failures)
		open_it(state, &breaker->rule, at_least_ms);
}

enum sv_breaker_state sv_breaker_look(struct sv_breaker *breaker, int *left_ms)
{
	const struct state *state = breaker->state;
	const int64_t left = state->until_ms - sv_now_ms();

	*left_ms = left > 0 ? (int)left : 0;
	if (!state->until_ms)
		return SV_CLOSED;
	return left > 0 ? SV_OPEN : SV_HALF_OPEN;
}
