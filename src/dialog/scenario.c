/* scenario.c: a scenario from its file to memory, and what is asked of it */
#include "src/dialog/scenario.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/digest.h"
#include "lib/fail.h"
#include "lib/io.h"

#include "src/dialog/experiment.h"
#include "src/dialog/load.h"

enum { AFTER_MS = 6000, MAX_TURNS = 100 };

static void load_turns(struct loader *loader, const struct sv_node *node,
                       void *target)
{
	*(int *)target = load_count(loader, node, 1, 10000);
}

static void load_language(struct loader *loader, const struct sv_node *node,
                          void *target)
{
	const char *text = load_string(loader, node);

	if (text && strcmp(text, "ru") != 0 && strcmp(text, "en") != 0)
		sv_problem_error(loader->problems, node->place,
		                 "language is to be ru or en");
	else if (text)
		*(const char **)target = text;
}

static const struct field fields[] = {
	{ "name", load_text, offsetof(struct scenario, name), true },
	{ "version", load_text, offsetof(struct scenario, version), true },
	{ "language", load_language, offsetof(struct scenario, language),
	  true },
	{ "voice", load_text, offsetof(struct scenario, voice), false },
	{ "start", load_ref, offsetof(struct scenario, start), true },
	{ "max_turns", load_turns, offsetof(struct scenario, max_turns),
	  false },
	{ "no_input", load_ladder, offsetof(struct scenario, no_input), false },
	{ "no_match", load_ladder, offsetof(struct scenario, no_match), false },
	{ "keys", load_keys, offsetof(struct scenario, keys), false },
	{ "filler", load_filler, offsetof(struct scenario, filler), false },
	{ "model", load_model, offsetof(struct scenario, model), false },
	{ "memory", load_memory, offsetof(struct scenario, memory), false },
	{ "slots", load_slots, 0, false },
	{ "intents", load_intents, 0, false },
	{ "digressions", load_digressions, 0, false },
	{ "tools", load_tools, 0, false },
	{ "states", load_states, 0, true },
	{ "experiments", load_experiments, 0, false },
	{ 0 },
};

struct scenario *scenario_parse(const char *data, size_t len,
                                struct sv_problems *problems)
{
	struct scenario *scenario = sv_alloc(sizeof *scenario);
	struct loader loader = { .scenario = scenario, .problems = problems };
	unsigned char digest[SV_SHA256];
	struct sv_node *root;

	sv_sha256(data, len, digest);
	sv_hex(digest, sizeof digest, scenario->digest);
	scenario->language = "ru";
	scenario->max_turns = MAX_TURNS;
	scenario->no_input.after_ms = AFTER_MS;
	load_context(&loader, "every", NULL);
	root = sv_yaml_parse(&scenario->arena, problems, data, len);
	if (root)
		load_fields(&loader, root, fields, scenario);
	if (root && scenario->n_states) {
		resolve_scenario(scenario, problems);
		return scenario;
	}
	if (!problems->errors)
		sv_problem_error(problems, (struct sv_place){ 1, 1 },
		                 "there is no state");
	scenario_free(scenario);
	return NULL;
}

int scenario_load(struct scenario **made, const char *file,
                  struct sv_problems *problems)
{
	struct sv_buf data;
	int rc;

	*made = NULL;
	problems->file = file;
	sv_buf_init(&data, SV_YAML_MAX);
	rc = sv_file_read(file, &data);
	if (rc == EX_DATAERR) {
		sv_problem_error(problems, (struct sv_place){ 1, 1 },
		                 "larger than 1 MiB");
		rc = 0;
	} else if (!rc) {
		*made = scenario_parse(sv_buf_str(&data), data.len, problems);
	}
	if (*made)
		(*made)->file =
			sv_arena_copy(&(*made)->arena, file, strlen(file));
	sv_buf_release(&data);
	return rc;
}

void scenario_free(struct scenario *scenario)
{
	struct pattern *pattern;
	size_t i;

	if (!scenario)
		return;
	for (pattern = scenario->compiled; pattern;
	     pattern = pattern->next_compiled)
		regfree(&pattern->regex);
	for (i = 0; i < scenario->n_tools; i++)
		json_decref(scenario->tools[i].arguments);
	free(scenario->prompts);
	sv_arena_release(&scenario->arena);
	free(scenario);
}

bool state_ends(const struct state *state)
{
	return state->end || state->handoff.place.line;
}

bool state_listens(const struct state *state)
{
	size_t i;

	if (state->ask.name || state->talk)
		return true;
	for (i = 0; i < state->n_rules; i++)
		if (state->rules[i].intents.n)
			return true;
	return false;
}

int scenario_slot(const struct scenario *scenario, const char *name)
{
	return template_slot(scenario, name, strlen(name));
}

int template_slot(const struct scenario *scenario, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < scenario->n_slots; i++)
		if (strlen(scenario->slots[i].name) == len &&
		    !memcmp(scenario->slots[i].name, name, len))
			return (int)i;
	return REF_NONE;
}

int scenario_state(const struct scenario *scenario, const char *name)
{
	size_t i;

	for (i = 0; i < scenario->n_states; i++)
		if (!strcmp(scenario->states[i].name, name))
			return (int)i;
	return REF_NONE;
}
