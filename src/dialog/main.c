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
#include "src/dialog/terminal.h"

static struct {
	const char *engine;
	const char *scenario;
	const char *state;
	bool check;
	bool graph;
	bool prompts;
	bool terminal;
	bool by_call;
} opt = { .engine = "rules" };

static const struct sv_option options[] = {
	{ 's', "scenario", "SV_SCENARIO", "FILE", sv_str, &opt.scenario,
	  "talk by the scenario in FILE" },
	{ 'e', "engine", "SV_DIALOG_ENGINE", "NAME", sv_str, &opt.engine,
	  "understand with NAME; help lists them" },
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
	{ 0 },
};

static const struct sv_command command = {
	.name = "sv-dialog",
	.about = "answer the caller of an event stream by a scenario",
	.options = options,
};

static int list_engines(void)
{
	size_t i;

	for (i = 0; dialog_engines[i]; i++)
		printf("%s\t%s\n", dialog_engines[i]->name,
		       dialog_engines[i]->about);
	return 0;
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

static int talk(const struct scenario *scenario,
                const struct dialog_engine *type, struct engine *engine)
{
	struct live live = { .scenario = scenario,
		             .type = type,
		             .engine = engine,
		             .by_call = opt.by_call };
	char *folder;
	int rc;

	if (opt.terminal)
		return terminal_run(scenario, type, engine);
	rc = state_folder(&folder);
	live.folder = folder;
	if (!rc)
		rc = live_run(&live);
	free(folder);
	return rc;
}

static int use(const struct scenario *scenario)
{
	const struct dialog_engine *type = engine_find(opt.engine);
	struct engine *engine = NULL;
	int rc;

	if (opt.graph)
		return graph_write(scenario, stdout);
	if (opt.prompts)
		return prompts_write(scenario);
	rc = type->open(&engine, scenario);
	if (!rc)
		rc = talk(scenario, type, engine);
	type->close(engine);
	return rc;
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
	int n;
	int rc;

	sv_operands(&n);
	if (n)
		return sv_fail(EX_USAGE,
		               "no operands: the scenario is -s FILE");
	if (!strcmp(opt.engine, "help"))
		return list_engines();
	if (!engine_find(opt.engine))
		return sv_fail(EX_USAGE, "no engine '%s': see -e help",
		               opt.engine);
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
