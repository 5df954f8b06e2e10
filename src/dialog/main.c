/* sv-dialog: the conversation, by a scenario */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/option.h"
#include "lib/start.h"

#include "src/dialog/check.h"
#include "src/dialog/graph.h"
#include "src/dialog/live.h"
#include "src/dialog/prompts.h"
#include "src/dialog/simulate.h"
#include "src/dialog/terminal.h"

static struct {
	struct sv_list engines, settings;
	const char *scenario;
	const char *state;
	bool check;
	bool graph;
	bool prompts;
	bool terminal;
	bool by_call;
	bool simulate;
	const char *format;
	const char *output;
} opt = { .format = "text" };

static const struct sv_option options[] = {
	{ 's', "scenario", "SV_SCENARIO", "FILE", sv_str, &opt.scenario,
	  "talk by the scenario in FILE" },
	{ 'e', "engine", "SV_DIALOG_ENGINE", "NAME[,NAME]", sv_names,
	  &opt.engines,
	  "rules alone, or the models to be asked; help lists them" },
	{ 'p', "set", NULL, "KEY=VALUE", sv_pair, &opt.settings,
	  "a setting of a model's endpoint" },
	{ 0, "state", "SV_DIALOG_STATE", "DIR", sv_str, &opt.state,
	  "keep checkpoints in DIR, and resume from them" },
	{ 0, "clock", "SV_CLOCK", "wall|call", sv_clock, &opt.by_call,
	  "wait by the machine's clock, or by the events' t" },
	{ 'T', "terminal", NULL, NULL, sv_flag, &opt.terminal,
	  "talk in the terminal" },
	{ 0, "check", NULL, NULL, sv_flag, &opt.check,
	  "say what is wrong with the scenario" },
	{ 0, "prompts", NULL, NULL, sv_flag, &opt.prompts,
	  "write what can be said, for sv-tts to have it ready" },
	{ 0, "graph", NULL, NULL, sv_flag, &opt.graph,
	  "write the scenario's states as DOT" },
	{ 0, "simulate", NULL, NULL, sv_flag, &opt.simulate,
	  "play the conversations of the files, and compare" },
	{ 0, "format", NULL, "text|junit", sv_str, &opt.format,
	  "how --simulate tells what came of it" },
	{ 'o', "output", NULL, "FILE", sv_str, &opt.output,
	  "where it tells that, instead of standard output" },
	{ 0 },
};

static const struct sv_command command = {
	.name = "sv-dialog",
	.operands = "[FILE ...]",
	.about = "answer the caller of an event stream by a scenario",
	.options = options,
};

static int list_engines(void)
{
	printf("%s\t%s\n", engine_rules.name, engine_rules.about);
	printf("openai, yandexgpt, vllm, llama, ollama, NAME\t"
	       "a model behind the chat API of OpenAI; SV_NAME_URL says where\n");
	return 0;
}

/* the one word that -e is, or NULL */
static bool engine_is(const char *name)
{
	return opt.engines.n == 1 && !strcmp(opt.engines.items[0], name);
}

/* Where checkpoints go: where told, and in a live call always somewhere. */
static int state_folder(char **folder)
{
	char *root;

	*folder = NULL;
	if (opt.state && *opt.state) {
		*folder = sv_strdup(opt.state);
	} else if (sv_call_fd(SV_FD_DIALOG) >= 0) {
		root = sv_state_folder();
		*folder = sv_format("%s/dialog", root);
		free(root);
	}
	return *folder ? sv_folder_make(*folder) : 0;
}

static int talk(struct live *live)
{
	char *folder;
	int rc;

	if (opt.terminal)
		return terminal_run(live);
	rc = state_folder(&folder);
	live->folder = folder;
	if (!rc)
		rc = live_run(live);
	free(folder);
	return rc;
}

/* What the scenario leaves to a model needs one that was named. */
static int open_mind(const struct scenario *scenario, struct mind **mind)
{
	*mind = NULL;
	if (!opt.engines.n || engine_is(engine_rules.name))
		return 0;
	if (!scenario->model.place.line)
		return sv_fail(
			EX_CONFIG,
			"%s has no model: nothing would be asked of '%s'",
			scenario->file, opt.engines.items[0]);
	return mind_open(mind, &opt.engines, &opt.settings);
}

static int use(const struct scenario *scenario)
{
	struct live live = { .scenario = scenario,
		             .type = &engine_rules,
		             .by_call = opt.by_call };
	int rc;

	if (opt.graph)
		return graph_write(scenario, stdout);
	if (opt.prompts)
		return prompts_write(scenario);
	rc = live.type->open(&live.engine, scenario);
	if (!rc)
		rc = open_mind(scenario, &live.mind);
	if (!rc)
		rc = talk(&live);
	mind_close(live.mind);
	live.type->close(live.engine);
	return rc;
}

static int simulate(char **files, int n)
{
	const struct simulation simulation = { .scenario = opt.scenario,
		                               .format = opt.format,
		                               .output = opt.output,
		                               .open_mind = open_mind };

	if (!n)
		return sv_fail(EX_USAGE, "which conversations? give FILE");
	return simulate_run(&simulation, files, n);
}

static int check(struct scenario *scenario, struct sv_problems *problems)
{
	if (scenario && !problems->errors)
		check_scenario(scenario, problems);
	sv_problems_sort(problems);
	sv_problems_print(problems, stdout);
	if (problems->errors)
		return sv_fail(EX_CONFIG, "%s: %zu %s", problems->file,
		               problems->errors,
		               problems->errors == 1 ? "error" : "errors");
	return 0;
}

static int run(void)
{
	struct sv_problems problems = { .see = "sv-dialog --check" };
	struct scenario *scenario = NULL;
	char **files;
	int n;
	int rc;

	files = sv_operands(&n);
	if (engine_is("help"))
		return list_engines();
	if (opt.simulate)
		return simulate(files, n);
	if (opt.output || strcmp(opt.format, "text") != 0)
		return sv_fail(EX_USAGE, "-o and --format are for --simulate");
	if (n)
		return sv_fail(EX_USAGE,
		               "no operands: the scenario is -s FILE");
	if (!opt.scenario)
		return sv_fail(EX_USAGE, "which scenario? give -s FILE");
	rc = scenario_load(&scenario, opt.scenario, &problems);
	if (!rc && opt.check)
		rc = check(scenario, &problems);
	else if (!rc)
		rc = sv_problems_code(&problems);
	if (!rc && !opt.check)
		rc = use(scenario);
	scenario_free(scenario);
	sv_problems_release(&problems);
	return rc;
}

int main(int argc, char *argv[])
{
	sv_start(&command, argc, argv);
	return sv_end(run());
}
