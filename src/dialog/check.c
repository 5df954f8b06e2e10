/* check.c: the ways through a scenario, walked without a caller */
#include "src/dialog/check.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/dialog/check_words.h"

struct walk {
	const struct scenario *scenario;
	struct sv_problems *problems;
	bool *reached;   /* from the start */
	bool *ends;      /* can come to an end */
	bool *digressed; /* from a digression, so that one can return */
};

static const struct state *state_at(const struct walk *walk, size_t i)
{
	return &walk->scenario->states[i];
}

static bool reach(bool *set, const struct ref *ref)
{
	if (ref->index < 0 || set[ref->index])
		return false;
	set[ref->index] = true;
	return true;
}

/* adds where a state leads to; whether there was anything new */
static bool spread(const struct walk *walk, bool *set, size_t i)
{
	const struct scenario *scenario = walk->scenario;
	const struct state *state = state_at(walk, i);
	bool more = false;
	size_t k;

	for (k = 0; k < state->n_rules; k++)
		more |= reach(set, &state->rules[k].to);
	if (!state_listens(state))
		return more;
	more |= reach(set, state->no_input.then.name
	                           ? &state->no_input.then
	                           : &scenario->no_input.then);
	more |= reach(set, state->no_match.then.name
	                           ? &state->no_match.then
	                           : &scenario->no_match.then);
	return more;
}

/* from any question a digression leads to its state */
static void add_digressions(const struct walk *walk, bool *set)
{
	size_t i;

	for (i = 0; i < walk->scenario->n_digressions; i++)
		reach(set, &walk->scenario->digressions[i].to);
}

static void close_set(const struct walk *walk, bool *set, bool digress)
{
	bool more = true;
	size_t i;

	while (more) {
		more = false;
		for (i = 0; i < walk->scenario->n_states; i++) {
			if (!set[i])
				continue;
			more |= spread(walk, set, i);
			if (!digress || !state_listens(state_at(walk, i)))
				continue;
			add_digressions(walk, set);
			digress = false; /* once is enough */
			more = true;
		}
	}
}

static void walk_forward(const struct walk *walk)
{
	const struct scenario *scenario = walk->scenario;
	size_t i;

	reach(walk->reached, &scenario->start);
	close_set(walk, walk->reached, true);
	for (i = 0; i < scenario->n_digressions; i++)
		reach(walk->digressed, &scenario->digressions[i].to);
	close_set(walk, walk->digressed, false);
	for (i = 0; i < scenario->n_states; i++)
		if (!walk->reached[i])
			sv_problem_warn(
				walk->problems, state_at(walk, i)->place,
				"nothing leads to the state '%s': its prompts are never said",
				state_at(walk, i)->name);
}

/* where one may return to: any question that comes to an end */
static bool can_return(const struct walk *walk)
{
	size_t i;

	for (i = 0; i < walk->scenario->n_states; i++)
		if (walk->ends[i] && state_listens(state_at(walk, i)))
			return true;
	return false;
}

static bool comes_to_end(const struct walk *walk, const struct state *state)
{
	size_t k;

	if (state_ends(state))
		return true;
	for (k = 0; k < state->n_rules; k++) {
		int to = state->rules[k].to.index;

		if (to >= 0 ? walk->ends[to]
		            : to == REF_RETURN && can_return(walk))
			return true;
	}
	return false;
}

static void walk_back(const struct walk *walk)
{
	bool more = true;
	size_t i;

	while (more) {
		more = false;
		for (i = 0; i < walk->scenario->n_states; i++) {
			if (walk->ends[i] ||
			    !comes_to_end(walk, state_at(walk, i)))
				continue;
			walk->ends[i] = true;
			more = true;
		}
	}
	for (i = 0; i < walk->scenario->n_states; i++)
		if (walk->reached[i] && !walk->ends[i])
			sv_problem_error(walk->problems,
			                 state_at(walk, i)->place,
			                 "from '%s' no way leads to an end",
			                 state_at(walk, i)->name);
}

/* where a state that does not listen goes to for sure, or REF_NONE */
static int only_way(const struct state *state)
{
	if (state_listens(state) || state_ends(state) || !state->n_rules ||
	    state->rules[0].condition.n)
		return REF_NONE;
	return state->rules[0].to.index;
}

static void find_circles(const struct walk *walk)
{
	size_t i;
	size_t steps;

	for (i = 0; i < walk->scenario->n_states; i++) {
		int at = only_way(state_at(walk, i));

		for (steps = 0; at >= 0 && at != (int)i &&
		                steps < walk->scenario->n_states;
		     steps++)
			at = only_way(state_at(walk, (size_t)at));
		if (at == (int)i)
			sv_problem_error(
				walk->problems, state_at(walk, i)->place,
				"'%s' comes back to itself without listening to the caller",
				state_at(walk, i)->name);
	}
}

static bool has_case(const struct state *state, int slot, const char *value)
{
	size_t k;

	for (k = 0; k < state->n_rules; k++) {
		const struct rule *rule = &state->rules[k];
		const struct term *term = rule->condition.terms;

		if (!rule->intents.n && rule->condition.n == 1 &&
		    term->slot.index == slot && !term->negated &&
		    term->compare == IS_EQUAL && !strcmp(term->value, value))
			return true;
	}
	return false;
}

/* whether the rules name every answer there can be */
static bool covers(const struct walk *walk, const struct state *state)
{
	const struct slot *slot;
	size_t i;

	if (state->ask.index < 0)
		return false;
	slot = &walk->scenario->slots[state->ask.index];
	if (slot->kind == SLOT_YESNO)
		return has_case(state, state->ask.index, "yes") &&
		       has_case(state, state->ask.index, "no");
	if (slot->kind != SLOT_CHOICE)
		return false;
	for (i = 0; i < slot->n_choices; i++)
		if (!has_case(state, state->ask.index, slot->choices[i].value))
			return false;
	return true;
}

static bool always(const struct rule *rule)
{
	return !rule->intents.n && !rule->condition.n;
}

static void check_rules(const struct walk *walk, const struct state *state)
{
	bool open = !state_ends(state);
	size_t k;

	for (k = 0; k < state->n_rules; k++) {
		const struct rule *rule = &state->rules[k];

		if (state->talk && !state->ask.name && always(rule))
			sv_problem_error(
				walk->problems, rule->place,
				"the talk in '%s' would end with the first answer: give this rule an intent or a condition, or the state something to ask",
				state->name);
		if (!open && !rule->intents.n)
			sv_problem_warn(
				walk->problems, rule->place,
				"this rule is never reached: the one before always holds");
		open &= !always(rule);
	}
	/* a state of intents alone just does not understand the rest */
	if (open && (state->ask.name || !state_listens(state)) &&
	    !covers(walk, state))
		sv_problem_warn(
			walk->problems, state->place,
			"when no condition of '%s' holds the call ends as failed: add a last rule without one",
			state->name);
}

static void check_returns(const struct walk *walk, size_t i)
{
	const struct state *state = state_at(walk, i);
	size_t k;

	for (k = 0; k < state->n_rules; k++)
		if (state->rules[k].to.index == REF_RETURN &&
		    !walk->digressed[i])
			sv_problem_error(
				walk->problems, state->rules[k].to.place,
				"there is nothing to return to: no digression leads to '%s'",
				state->name);
}

void check_scenario(const struct scenario *scenario,
                    struct sv_problems *problems)
{
	size_t n = scenario->n_states;
	struct walk walk = { scenario, problems, sv_calloc(n, 1),
		             sv_calloc(n, 1), sv_calloc(n, 1) };
	size_t i;

	walk_forward(&walk);
	walk_back(&walk);
	find_circles(&walk);
	for (i = 0; i < n; i++) {
		check_rules(&walk, &scenario->states[i]);
		check_returns(&walk, i);
	}
	free(walk.reached);
	free(walk.ends);
	free(walk.digressed);
	check_words(scenario, problems);
}
