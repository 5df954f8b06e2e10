/* load_state.c: the states of a scenario and the rules that lead on */
#include <string.h>

#include "src/dialog/load.h"

static void load_set(struct loader *loader, const struct sv_node *node,
                     void *target)
{
	struct rule *rule = target;
	const struct sv_node *child = node->first;

	if (!load_is(loader, node, SV_NODE_MAP))
		return;
	rule->set = load_alloc(loader, node->n, sizeof *rule->set);
	for (; child; child = child->next) {
		struct assignment *set = &rule->set[rule->n_set];

		set->slot.name = child->key;
		set->slot.place = child->key_place;
		set->slot.index = REF_NONE;
		set->copied = REF_NONE;
		set->value = load_string(loader, child);
		rule->n_set += set->value != NULL;
	}
}

static void load_rules(struct loader *loader, const struct sv_node *node,
                       void *target)
{
	static const struct field fields[] = {
		{ "intent", load_refs, offsetof(struct rule, intents), false },
		{ "if", load_condition, offsetof(struct rule, condition),
		  false },
		{ "say", load_prompt, offsetof(struct rule, say), false },
		{ "set", load_set, 0, false },
		{ "forget", load_refs, offsetof(struct rule, forget), false },
		{ "to", load_ref, offsetof(struct rule, to), false },
		{ 0 },
	};
	struct state *state = target;
	const struct sv_node *item = node->first;
	char context[sizeof loader->context];

	/* `next: bye` is short for a single rule that always holds */
	if (node->kind == SV_NODE_TEXT) {
		state->rules = load_alloc(loader, 1, sizeof *state->rules);
		state->n_rules = 1;
		state->rules->place = node->place;
		load_ref(loader, node, &state->rules->to);
		return;
	}
	if (!load_is(loader, node, SV_NODE_LIST))
		return;
	memcpy(context, loader->context, sizeof context);
	state->rules = load_alloc(loader, node->n, sizeof *state->rules);
	for (; item; item = item->next) {
		struct rule *rule = &state->rules[state->n_rules++];

		rule->place = item->place;
		snprintf(loader->context, sizeof loader->context,
		         "%.120s.next.%zu", context, state->n_rules);
		load_fields(loader, item, fields, rule);
	}
	memcpy(loader->context, context, sizeof context);
}

void load_keys(struct loader *loader, const struct sv_node *node, void *target)
{
	struct keys *keys = target;
	const struct sv_node *child = node->first;

	if (!load_is(loader, node, SV_NODE_MAP))
		return;
	keys->items = load_alloc(loader, node->n, sizeof *keys->items);
	for (; child; child = child->next) {
		struct key *key = &keys->items[keys->n++];

		key->key = *child->key;
		load_ref(loader, child, &key->intent);
		if (strlen(child->key) != 1 ||
		    !strchr("0123456789*#", *child->key))
			sv_problem_error(loader->problems, child->key_place,
			                 "'%.20s' is no key: 0 to 9, * or #",
			                 child->key);
	}
}

void load_filler(struct loader *loader, const struct sv_node *node,
                 void *target)
{
	static const struct field fields[] = {
		{ "say", load_prompt, offsetof(struct filler, say), true },
		{ "after", load_time, offsetof(struct filler, after_ms),
		  false },
		{ 0 },
	};
	struct filler *filler = target;
	char context[sizeof loader->context];

	memcpy(context, loader->context, sizeof context);
	load_context(loader, "filler", NULL);
	filler->place = node->place;
	filler->after_ms = 1500;
	load_fields(loader, node, fields, filler);
	memcpy(loader->context, context, sizeof context);
}

static void load_handoff(struct loader *loader, const struct sv_node *node,
                         void *target)
{
	static const struct field fields[] = {
		{ "target", load_text, offsetof(struct handoff, target), true },
		{ "reason", load_text, offsetof(struct handoff, reason), true },
		{ "brief", load_prompt, offsetof(struct handoff, brief), true },
		{ 0 },
	};
	struct handoff *handoff = target;

	handoff->place = node->place;
	load_fields(loader, node, fields, handoff);
}

static void load_state(struct loader *loader, const struct sv_node *node,
                       struct state *state)
{
	static const struct field fields[] = {
		{ "say", load_prompt, offsetof(struct state, say), false },
		{ "reask", load_prompt, offsetof(struct state, reask), false },
		{ "ask", load_ref, offsetof(struct state, ask), false },
		{ "talk", load_instruction, offsetof(struct state, talk),
		  false },
		{ "fills", load_refs, offsetof(struct state, fills), false },
		{ "tools", load_refs, offsetof(struct state, tools), false },
		{ "closed", load_bool, offsetof(struct state, closed), false },
		{ "keys", load_keys, offsetof(struct state, keys), false },
		{ "next", load_rules, 0, false },
		{ "no_input", load_ladder, offsetof(struct state, no_input),
		  false },
		{ "no_match", load_ladder, offsetof(struct state, no_match),
		  false },
		{ "handoff", load_handoff, offsetof(struct state, handoff),
		  false },
		{ "end", load_text, offsetof(struct state, end), false },
		{ 0 },
	};

	load_fields(loader, node, fields, state);
}

void load_states(struct loader *loader, const struct sv_node *node,
                 void *target)
{
	struct scenario *scenario = target;
	const struct sv_node *child = node->first;

	if (!load_is(loader, node, SV_NODE_MAP))
		return;
	scenario->states =
		load_alloc(loader, node->n, sizeof *scenario->states);
	for (; child; child = child->next) {
		struct state *state = &scenario->states[scenario->n_states++];

		state->name = child->key;
		state->place = child->key_place;
		load_context(loader, child->key, NULL);
		load_state(loader, child, state);
	}
}
