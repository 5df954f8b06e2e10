/* suite_expect.c: the names of a scenario that expectations use */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/dialog/suite.h"

/* the i-th name of a kind, NULL after the last */
typedef const char *name_at(const struct scenario *scenario, size_t i);

static const char *slot_at(const struct scenario *scenario, size_t i)
{
	return i < scenario->n_slots ? scenario->slots[i].name : NULL;
}

static const char *prompt_at(const struct scenario *scenario, size_t i)
{
	return i < scenario->n_prompts ? scenario->prompts[i]->name : NULL;
}

static const char *tool_at(const struct scenario *scenario, size_t i)
{
	return i < scenario->n_tools ? scenario->tools[i].name : NULL;
}

static const char *state_at(const struct scenario *scenario, size_t i)
{
	return i < scenario->n_states ? scenario->states[i].name : NULL;
}

/* The outcomes that are ours come first; states without one repeat it. */
static const char *outcome_at(const struct scenario *scenario, size_t i)
{
	static const char *const own[] = { "abandoned", "handoff",  "no_input",
		                           "no_match",  "too_long", "failed" };
	const size_t n = sizeof own / sizeof *own;

	if (i < n)
		return own[i];
	if (i - n >= scenario->n_states)
		return NULL;
	return scenario->states[i - n].end ? scenario->states[i - n].end
	                                   : own[0];
}

static const char *target_at(const struct scenario *scenario, size_t i)
{
	if (i >= scenario->n_states)
		return NULL;
	return scenario->states[i].handoff.place.line &&
	                       scenario->states[i].handoff.target
	               ? scenario->states[i].handoff.target
	               : "";
}

static bool known(struct loader *loader, struct sv_place place,
                  const char *what, const char *name, name_at *at)
{
	struct sv_guess guess = { .typed = name };
	const char *one;
	char hint[96];
	size_t i;

	for (i = 0; (one = at(loader->scenario, i)); i++) {
		if (!strcmp(one, name))
			return true;
		sv_guess_offer(&guess, one);
	}
	sv_problem_error(loader->problems, place,
	                 "the scenario has no %s '%.60s'%s", what, name,
	                 sv_guess_hint(&guess, hint));
	return false;
}

static void load_name(struct loader *loader, const struct sv_node *node,
                      const char *what, name_at *at, const char **target)
{
	const char *text = load_string(loader, node);

	if (text && known(loader, node->place, what, text, at))
		*target = text;
}

static void load_names(struct loader *loader, const struct sv_node *node,
                       const char *what, name_at *at, struct strings *target)
{
	size_t i;

	load_strings(loader, node, target);
	for (i = 0; i < target->n; i++)
		known(loader, target->places[i], what, target->items[i], at);
}

void load_fixed(struct loader *loader, const struct sv_node *node, void *target)
{
	struct wanted *wanted = target;
	const struct sv_node *child = node->first;

	if (!load_is(loader, node, SV_NODE_MAP))
		return;
	wanted->slots = load_alloc(loader, node->n, sizeof *wanted->slots);
	for (; child; child = child->next) {
		struct fixed *fixed = &wanted->slots[wanted->n_slots];

		fixed->value = load_string(loader, child);
		if (!fixed->value || !known(loader, child->key_place, "slot",
		                            child->key, slot_at))
			continue;
		fixed->slot = scenario_slot(loader->scenario, child->key);
		wanted->n_slots++;
	}
}

void load_names_of_slots(struct loader *loader, const struct sv_node *node,
                         void *target)
{
	load_names(loader, node, "slot", slot_at, target);
}

/* What is asked without words of the scenario has a name, too. */
static bool built_in(const struct scenario *scenario, const char *name)
{
	static const char *const ends[] = { ".talk", ".confirm_say" };
	const char *dot = strrchr(name, '.');
	char stem[96];

	if (!dot || dot - name >= (int)sizeof stem)
		return false;
	snprintf(stem, sizeof stem, "%.*s", (int)(dot - name), name);
	if (!strcmp(dot, ends[0]))
		return scenario_state(scenario, stem) >= 0;
	return !strcmp(dot, ends[1]) && scenario_slot(scenario, stem) >= 0;
}

void load_names_of_prompts(struct loader *loader, const struct sv_node *node,
                           void *target)
{
	struct strings *names = target;
	size_t i;

	load_strings(loader, node, names);
	for (i = 0; i < names->n; i++)
		if (!built_in(loader->scenario, names->items[i]))
			known(loader, names->places[i], "prompt",
			      names->items[i], prompt_at);
}

void load_names_of_tools(struct loader *loader, const struct sv_node *node,
                         void *target)
{
	load_names(loader, node, "tool", tool_at, target);
}

void load_name_of_state(struct loader *loader, const struct sv_node *node,
                        void *target)
{
	load_name(loader, node, "state", state_at, target);
}

void load_outcome(struct loader *loader, const struct sv_node *node,
                  void *target)
{
	load_name(loader, node, "outcome", outcome_at, target);
}

void load_target(struct loader *loader, const struct sv_node *node,
                 void *target)
{
	load_name(loader, node, "target", target_at, target);
}
