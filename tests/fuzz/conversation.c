/*
 * fuzz: no file of conversations makes the loader of them fall.
 * uses: src/dialog/answer.c src/dialog/brief.c src/dialog/condition.c src/dialog/conversation.c src/dialog/experiment.c src/dialog/history.c src/dialog/intent.c src/dialog/ladder.c src/dialog/load.c src/dialog/load_experiment.c src/dialog/load_intent.c src/dialog/load_model.c src/dialog/load_prompt.c src/dialog/load_slot.c src/dialog/load_state.c src/dialog/load_tool.c src/dialog/piece.c src/dialog/resolve.c src/dialog/rules.c src/dialog/scenario.c src/dialog/slot.c src/dialog/slot_keys.c src/dialog/slot_limit.c src/dialog/slot_name.c src/dialog/slot_speak.c src/dialog/speak.c src/dialog/step.c src/dialog/talk.c src/dialog/turn.c src/dialog/validate.c src/dialog/words.c src/dialog/suite_expect.c src/dialog/suite_load.c
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "lib/buf.h"

#include "src/dialog/suite.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* what its names are of */
static const char talk[] =
	"name: f\nversion: 1\nlanguage: ru\nstart: s\n"
	"slots: {n: {type: name}, m: {type: money}}\n"
	"tools: {t: {run: [./t], about: t}}\n"
	"states:\n"
	"  s: {say: a, ask: n, next: e}\n"
	"  e: {say: b, handoff: {target: a, reason: b, brief: c}, end: ok}\n";

/* so that a few bytes get far */
static const char begun[] = "today: 2026-11-20\ncaller: '1'\nconversations:\n"
			    "  - name: x\n    outcome: ok\n    turns:\n"
			    "      - {say: a, hears: b, matches: c}\n";

static void try(const char *text, size_t len)
{
	struct sv_problems problems = { .file = "fuzz" };
	struct suite suite = { .file = "fuzz" };
	struct loader loader = { .problems = &problems };
	const struct sv_node *root;

	suite.scenario = scenario_parse(talk, strlen(talk), &problems);
	loader.scenario = suite.scenario;
	root = sv_yaml_parse(&suite.arena, &problems, text, len);
	if (root && suite.scenario)
		suite_fill(&loader, root, &suite);
	sv_problems_sort(&problems);
	sv_problems_code(&problems);
	sv_problems_release(&problems);
	scenario_free(suite.scenario);
	sv_arena_release(&suite.arena);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct sv_buf file;

	sv_buf_init(&file, 2 << 20);
	if (size && *data % 2)
		sv_buf_puts(&file, begun);
	if (size)
		sv_buf_add(&file, data + 1, size - 1);
	try(sv_buf_str(&file), file.len);
	sv_buf_release(&file);
	return 0;
}
