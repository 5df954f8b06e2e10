/* load_experiment.c: the experiments of a scenario, and what they change */
#include <string.h>

#include "src/dialog/experiment.h"

enum {
	MAX_EXPERIMENTS = 20,
	MAX_ARMS = 20,
	MAX_WEIGHT = 1000000,
	MAX_NAME = 64,
};

static void load_weight(struct loader *loader, const struct sv_node *node,
                        void *target)
{
	*(unsigned *)target = (unsigned)load_count(loader, node, 0, MAX_WEIGHT);
}

static void check_name(struct loader *loader, const char *name,
                       struct sv_place place)
{
	if (strlen(name) > MAX_NAME)
		sv_problem_error(
			loader->problems, place,
			"'%.20s…': a name of an experiment has %d bytes "
			"at most",
			name, MAX_NAME);
}

/* `warm: 2` is short for its weight alone, and in a list all weigh the same */
static void load_arm(struct loader *loader, const struct sv_node *node,
                     struct arm *arm)
{
	static const struct field fields[] = {
		{ "weight", load_weight, offsetof(struct arm, weight), false },
		{ "voice", load_text, offsetof(struct arm, voice), false },
		{ 0 },
	};

	arm->weight = 1;
	arm->place = node->place;
	if (!node->key) {
		arm->name = load_string(loader, node);
		return;
	}
	arm->name = node->key;
	arm->place = node->key_place;
	if (node->kind == SV_NODE_TEXT)
		load_weight(loader, node, &arm->weight);
	else
		load_fields(loader, node, fields, arm);
}

static void refuse_twin(struct loader *loader,
                        const struct experiment *experiment,
                        const struct arm *arm)
{
	size_t i;

	for (i = 0; i < experiment->n; i++)
		if (!strcmp(experiment->arms[i].name, arm->name))
			sv_problem_error(loader->problems, arm->place,
			                 "a second variant '%.60s'", arm->name);
}

static void load_arms(struct loader *loader, const struct sv_node *node,
                      void *target)
{
	struct experiment *experiment = target;
	const struct sv_node *child = node->first;

	if (node->kind == SV_NODE_TEXT && !load_is(loader, node, SV_NODE_MAP))
		return;
	if (node->n < 2 || node->n > MAX_ARMS) {
		sv_problem_error(loader->problems, node->place,
		                 "an experiment has from 2 to %d variants",
		                 MAX_ARMS);
		return;
	}
	experiment->arms =
		load_alloc(loader, node->n, sizeof *experiment->arms);
	for (; child; child = child->next) {
		struct arm *arm = &experiment->arms[experiment->n];

		load_arm(loader, child, arm);
		if (!arm->name)
			continue;
		check_name(loader, arm->name, arm->place);
		refuse_twin(loader, experiment, arm);
		experiment->weight += arm->weight;
		experiment->voices |= arm->voice != NULL;
		experiment->n++;
	}
	if (!experiment->weight)
		sv_problem_error(loader->problems, node->place,
		                 "all variants weigh 0: none could be chosen");
}

static void load_by(struct loader *loader, const struct sv_node *node,
                    void *target)
{
	const char *text = load_string(loader, node);

	if (text && strcmp(text, "call") != 0 && strcmp(text, "caller") != 0)
		sv_problem_error(loader->problems, node->place,
		                 "by is to be call or caller");
	else if (text)
		*(bool *)target = !strcmp(text, "caller");
}

void load_experiments(struct loader *loader, const struct sv_node *node,
                      void *target)
{
	static const struct field fields[] = {
		{ "by", load_by, offsetof(struct experiment, by_caller),
		  false },
		{ "variants", load_arms, 0, true },
		{ 0 },
	};
	struct scenario *scenario = target;
	const struct sv_node *child = node->first;

	if (!load_is(loader, node, SV_NODE_MAP))
		return;
	if (node->n > MAX_EXPERIMENTS) {
		sv_problem_error(loader->problems, node->place,
		                 "more than %d experiments", MAX_EXPERIMENTS);
		return;
	}
	scenario->experiments =
		load_alloc(loader, node->n, sizeof *scenario->experiments);
	for (; child; child = child->next) {
		struct experiment *experiment =
			&scenario->experiments[scenario->n_experiments++];

		experiment->name = child->key;
		experiment->place = child->key_place;
		check_name(loader, child->key, child->key_place);
		load_fields(loader, child, fields, experiment);
	}
}

static void find_experiment(const struct scenario *scenario,
                            struct sv_problems *problems, struct ref *ref)
{
	struct sv_guess guess = { .typed = ref->name };
	char hint[96];
	size_t i;

	for (i = 0; i < scenario->n_experiments; i++) {
		if (!strcmp(scenario->experiments[i].name, ref->name)) {
			ref->index = (int)i;
			return;
		}
		sv_guess_offer(&guess, scenario->experiments[i].name);
	}
	sv_problem_error(problems, ref->place, "no experiment '%.60s'%s",
	                 ref->name, sv_guess_hint(&guess, hint));
}

static void find_arm(const struct experiment *experiment,
                     struct sv_problems *problems, struct ref *ref)
{
	struct sv_guess guess = { .typed = ref->name };
	char hint[96];
	size_t i;

	for (i = 0; i < experiment->n; i++) {
		if (!strcmp(experiment->arms[i].name, ref->name)) {
			ref->index = (int)i;
			return;
		}
		sv_guess_offer(&guess, experiment->arms[i].name);
	}
	sv_problem_error(problems, ref->place,
	                 "the experiment '%s' has no variant '%.60s'%s",
	                 experiment->name, ref->name,
	                 sv_guess_hint(&guess, hint));
}

static void resolve_prompt(const struct scenario *scenario,
                           struct prompt *prompt, struct sv_problems *problems)
{
	const struct experiment *experiment;
	size_t i;

	if (!prompt->experiment.name) {
		if (prompt->n_wordings)
			sv_problem_error(
				problems, prompt->place,
				"wording is for an experiment: name it");
		return;
	}
	find_experiment(scenario, problems, &prompt->experiment);
	if (prompt->experiment.index < 0)
		return;
	experiment = &scenario->experiments[prompt->experiment.index];
	for (i = 0; i < prompt->n_wordings; i++)
		find_arm(experiment, problems, &prompt->wordings[i].arm);
	if (!prompt->n_wordings)
		sv_problem_error(problems, prompt->place,
		                 "the experiment '%s' needs a wording here",
		                 experiment->name);
	else if (!prompt->n_plain && prompt->n_wordings < experiment->n)
		sv_problem_error(
			problems, prompt->place,
			"text is missing, for the variants of '%s' that "
			"have no wording here",
			experiment->name);
}

void resolve_experiments(struct scenario *scenario,
                         struct sv_problems *problems)
{
	const struct experiment *voices = NULL;
	size_t i;

	for (i = 0; i < scenario->n_experiments; i++) {
		const struct experiment *one = &scenario->experiments[i];

		if (one->voices && voices)
			sv_problem_error(problems, one->place,
			                 "'%s' and '%s' both change the voice",
			                 voices->name, one->name);
		if (one->voices)
			voices = one;
	}
	for (i = 0; i < scenario->n_prompts; i++)
		resolve_prompt(scenario, scenario->prompts[i], problems);
}

void check_experiments(const struct scenario *scenario,
                       struct sv_problems *problems)
{
	size_t i, k;

	for (i = 0; i < scenario->n_experiments; i++) {
		const struct experiment *experiment = &scenario->experiments[i];
		bool used = experiment->voices;

		for (k = 0; !used && k < scenario->n_prompts; k++)
			used = scenario->prompts[k]->experiment.index == (int)i;
		if (!used)
			sv_problem_warn(problems, experiment->place,
			                "the experiment '%s' changes nothing",
			                experiment->name);
	}
}
