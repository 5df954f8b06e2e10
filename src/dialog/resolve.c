/* resolve.c: finds what the names in a scenario mean, and that it fits */
#include <string.h>

#include "src/dialog/experiment.h"
#include "src/dialog/load.h"

struct resolver {
	struct scenario *scenario;
	struct sv_problems *problems;
};

/* where names of one sort are: an array of structs that begin with the name */
struct names {
	const char *what;
	const void *items;
	size_t n;
	size_t size;
};

static const char *name_at(const struct names *names, size_t i)
{
	return *(const char *const *)((const char *)names->items +
	                              i * names->size);
}

static struct names states_of(const struct resolver *resolver)
{
	const struct scenario *scenario = resolver->scenario;

	return (struct names){ "state", scenario->states, scenario->n_states,
		               sizeof *scenario->states };
}

static struct names slots_of(const struct resolver *resolver)
{
	const struct scenario *scenario = resolver->scenario;

	return (struct names){ "slot", scenario->slots, scenario->n_slots,
		               sizeof *scenario->slots };
}

static struct names intents_of(const struct resolver *resolver)
{
	const struct scenario *scenario = resolver->scenario;

	return (struct names){ "intent", scenario->intents, scenario->n_intents,
		               sizeof *scenario->intents };
}

static struct names tools_of(const struct resolver *resolver)
{
	const struct scenario *scenario = resolver->scenario;

	return (struct names){ "tool", scenario->tools, scenario->n_tools,
		               sizeof *scenario->tools };
}

static void find(const struct resolver *resolver, struct names names,
                 struct ref *ref)
{
	struct sv_guess guess = { .typed = ref->name };
	char hint[96];
	size_t i;

	ref->index = REF_NONE;
	if (!ref->name)
		return;
	for (i = 0; i < names.n; i++) {
		if (!strcmp(name_at(&names, i), ref->name)) {
			ref->index = (int)i;
			return;
		}
		sv_guess_offer(&guess, name_at(&names, i));
	}
	sv_problem_error(resolver->problems, ref->place, "no %s '%.60s'%s",
	                 names.what, ref->name, sv_guess_hint(&guess, hint));
}

static void find_target(const struct resolver *resolver, struct ref *ref)
{
	if (ref->name && !strcmp(ref->name, "return"))
		ref->index = REF_RETURN;
	else
		find(resolver, states_of(resolver), ref);
}

/* a slot that a caller fills: `caller` comes from the line */
static void find_fillable(const struct resolver *resolver, struct ref *ref)
{
	find(resolver, slots_of(resolver), ref);
	if (ref->index == (int)resolver->scenario->n_slots - 1)
		sv_problem_error(
			resolver->problems, ref->place,
			"'caller' is the number on the line: it cannot be asked, set or forgotten");
}

static bool is_choice(const struct slot *slot, const char *value)
{
	size_t i;

	for (i = 0; i < slot->n_choices; i++)
		if (!strcmp(slot->choices[i].value, value))
			return true;
	return false;
}

static void check_value(const struct resolver *resolver, int index,
                        const char *value, struct sv_place place)
{
	const struct slot *slot = &resolver->scenario->slots[index];
	struct sv_guess guess = { .typed = value };
	char hint[96];
	size_t i;

	if (slot->kind == SLOT_YESNO && strcmp(value, "yes") != 0 &&
	    strcmp(value, "no") != 0)
		sv_problem_error(resolver->problems, place,
		                 "'%s' is yes or no, never '%.40s'", slot->name,
		                 value);
	if (slot->kind != SLOT_CHOICE || is_choice(slot, value))
		return;
	for (i = 0; i < slot->n_choices; i++)
		sv_guess_offer(&guess, slot->choices[i].value);
	sv_problem_error(resolver->problems, place,
	                 "'%.40s' is no choice of '%s'%s", value, slot->name,
	                 sv_guess_hint(&guess, hint));
}

static void resolve_condition(const struct resolver *resolver,
                              struct condition *condition)
{
	size_t i;

	for (i = 0; i < condition->n; i++) {
		struct term *term = &condition->terms[i];

		if (!strcmp(term->slot.name, "visits")) {
			term->slot.index = SLOT_VISITS;
			continue;
		}
		find(resolver, slots_of(resolver), &term->slot);
		if (term->slot.index >= 0 && term->value)
			check_value(resolver, term->slot.index, term->value,
			            condition->place);
	}
}

static void resolve_set(const struct resolver *resolver, struct assignment *set)
{
	struct ref from = { .place = set->slot.place };
	size_t len = strlen(set->value);
	char name[64];

	find_fillable(resolver, &set->slot);
	if (set->slot.index < 0)
		return;
	if (len < 3 || len - 2 >= sizeof name || set->value[0] != '{' ||
	    set->value[len - 1] != '}') {
		check_value(resolver, set->slot.index, set->value,
		            set->slot.place);
		return;
	}
	memcpy(name, set->value + 1, len - 2);
	name[len - 2] = '\0';
	from.name = name;
	find(resolver, slots_of(resolver), &from);
	set->copied = from.index;
}

static void resolve_rule(const struct resolver *resolver, struct rule *rule)
{
	size_t i;

	for (i = 0; i < rule->intents.n; i++)
		find(resolver, intents_of(resolver), &rule->intents.items[i]);
	for (i = 0; i < rule->forget.n; i++)
		find_fillable(resolver, &rule->forget.items[i]);
	for (i = 0; i < rule->n_set; i++)
		resolve_set(resolver, &rule->set[i]);
	resolve_condition(resolver, &rule->condition);
	find_target(resolver, &rule->to);
	if (!rule->to.name && !rule->say.n)
		sv_problem_error(
			resolver->problems, rule->place,
			"a rule leads to a state, or says something and asks again");
	if (!rule->to.name && !rule->intents.n)
		sv_problem_error(
			resolver->problems, rule->place,
			"a rule without an intent needs a state to lead to");
}

static void resolve_ladder(const struct resolver *resolver,
                           struct ladder *ladder)
{
	find(resolver, states_of(resolver), &ladder->then);
}

static void resolve_keys(const struct resolver *resolver, struct keys *keys)
{
	size_t i;

	for (i = 0; i < keys->n; i++)
		find(resolver, intents_of(resolver), &keys->items[i].intent);
}

static void check_shape(const struct resolver *resolver,
                        const struct state *state)
{
	bool ends = state_ends(state);

	if (ends && (state->ask.name || state->n_rules))
		sv_problem_error(
			resolver->problems, state->place,
			"'%s' ends the conversation: it cannot ask or lead on",
			state->name);
	if (!ends && !state->n_rules)
		sv_problem_error(
			resolver->problems, state->place,
			"'%s' has no way out: give it next, handoff or end",
			state->name);
	if (!strcmp(state->name, "return"))
		sv_problem_error(resolver->problems, state->place,
		                 "no state may be called return");
	if (state_listens(state) && !state->say.n)
		sv_problem_error(resolver->problems, state->place,
		                 "'%s' listens to the caller but says nothing",
		                 state->name);
}

/* what is for a model, and a model for it */
static void check_talk(const struct resolver *resolver,
                       const struct state *state)
{
	if (state_ends(state) && state->talk)
		sv_problem_error(
			resolver->problems, state->place,
			"'%s' ends the conversation: nobody talks there",
			state->name);
	if ((state->fills.n || state->tools.n) && !state->talk)
		sv_problem_error(
			resolver->problems, state->place,
			"'%s' has %s, which are for a model: give it talk",
			state->name, state->fills.n ? "fills" : "tools");
	if (state->talk && !resolver->scenario->model.place.line)
		sv_problem_error(
			resolver->problems, state->place,
			"'%s' is talked through by a model: give the scenario a model",
			state->name);
}

static void resolve_state(const struct resolver *resolver, struct state *state)
{
	size_t i;

	state->ask.index = REF_NONE;
	if (state->ask.name)
		find_fillable(resolver, &state->ask);
	for (i = 0; i < state->n_rules; i++)
		resolve_rule(resolver, &state->rules[i]);
	for (i = 0; i < state->tools.n; i++)
		find(resolver, tools_of(resolver), &state->tools.items[i]);
	for (i = 0; i < state->fills.n; i++)
		find_fillable(resolver, &state->fills.items[i]);
	resolve_keys(resolver, &state->keys);
	resolve_ladder(resolver, &state->no_input);
	resolve_ladder(resolver, &state->no_match);
	check_shape(resolver, state);
	check_talk(resolver, state);
	if (!state->no_input.after_ms)
		state->no_input.after_ms =
			resolver->scenario->no_input.after_ms;
}

static void ensure_caller(struct scenario *scenario)
{
	struct slot *caller;

	if (scenario->n_slots)
		return;
	caller = sv_arena_alloc(&scenario->arena, sizeof *caller);
	caller->name = "caller";
	caller->kind = SLOT_PHONE;
	scenario->slots = caller;
	scenario->n_slots = 1;
}

void resolve_scenario(struct scenario *scenario, struct sv_problems *problems)
{
	struct resolver resolver = { scenario, problems };
	size_t i;

	ensure_caller(scenario);
	find(&resolver, states_of(&resolver), &scenario->start);
	for (i = 0; i < scenario->memory.slots.n; i++)
		find_fillable(&resolver, &scenario->memory.slots.items[i]);
	resolve_keys(&resolver, &scenario->keys);
	resolve_ladder(&resolver, &scenario->no_input);
	resolve_ladder(&resolver, &scenario->no_match);
	for (i = 0; i + 1 < scenario->n_slots; i++)
		validate_slot(&scenario->slots[i], problems);
	for (i = 0; i < scenario->n_digressions; i++) {
		find(&resolver, intents_of(&resolver),
		     &scenario->digressions[i].intent);
		find(&resolver, states_of(&resolver),
		     &scenario->digressions[i].to);
	}
	for (i = 0; i < scenario->n_states; i++)
		resolve_state(&resolver, &scenario->states[i]);
	resolve_experiments(scenario, problems);
	for (i = 0; i < scenario->n_prompts; i++)
		validate_prompt(scenario, scenario->prompts[i], problems);
}
