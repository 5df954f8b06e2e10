/*
 * fuzz: no scenario makes the loader, --check or a conversation by it fall.
 * What follows a line of "%%" is said to it, a line an utterance.
 * uses: src/dialog/answer.c src/dialog/brief.c src/dialog/check.c src/dialog/check_words.c src/dialog/condition.c src/dialog/conversation.c src/dialog/experiment.c src/dialog/graph.c src/dialog/history.c src/dialog/intent.c src/dialog/ladder.c src/dialog/load.c src/dialog/load_experiment.c src/dialog/load_intent.c src/dialog/load_model.c src/dialog/load_prompt.c src/dialog/load_slot.c src/dialog/load_state.c src/dialog/load_tool.c src/dialog/piece.c src/dialog/resolve.c src/dialog/rules.c src/dialog/scenario.c src/dialog/slot.c src/dialog/slot_keys.c src/dialog/slot_limit.c src/dialog/slot_name.c src/dialog/slot_speak.c src/dialog/speak.c src/dialog/step.c src/dialog/talk.c src/dialog/turn.c src/dialog/validate.c src/dialog/words.c
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/utf8.h"

#include "src/dialog/check.h"
#include "src/dialog/conversation.h"
#include "src/dialog/graph.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void talk(const struct scenario *scenario, char *lines)
{
	struct conversation *conversation;
	struct engine *engine;
	char *rest = lines;
	char *line;

	engine_rules.open(&engine, scenario);
	conversation =
		conversation_new(scenario, &engine_rules, engine, "fuzz");
	conversation_begin(conversation);
	while ((line = strsep(&rest, "\n")) && !conversation->ended) {
		struct hearing hearing = { .text = line,
			                   .confidence = 0.5,
			                   .language = scenario->language,
			                   .today = "2026-11-21",
			                   .keys = *line == '#' };

		if (!*line)
			conversation_silence(conversation);
		else
			conversation_hear(conversation, &hearing);
		outbox_release(&conversation->out);
	}
	conversation_end(conversation, "abandoned");
	conversation_free(conversation);
	engine_rules.close(engine);
}

/* so that a few bytes get far: what the input goes on from */
static const char begun[] =
	"name: f\nversion: 1\nlanguage: ru\nstart: s\n"
	"slots: {n: {type: name, confirm: always}, m: {type: money, min: 5}, "
	"p: {type: phone}, d: {type: date, max: today+9}, "
	"c: {type: choice, choices: {a: [раз, два], b: три}}}\n"
	"intents: {x: [дорого], y: {patterns: [' сто(и|я)т']}}\n"
	"digressions: {x: {to: o}, y: Да}\n"
	"experiments: {f: {variants: {k: 1, l: {voice: v}}}}\n"
	"states:\n"
	"  s: {say: [a, 'b {n}'], ask: n, next: [{if: visits > 1 and n = a or "
	"not m, to: t}, {to: t}]}\n"
	"  t: {say: [x, y], ask: c, next: [{if: c = a, set: {m: 3}, "
	"forget: n, to: s}, {to: u}]}\n"
	"  u: {say: [m, k], ask: m, next: v}\n"
	"  v: {say: [d, e], ask: d, next: e}\n"
	"  o: {say: {text: z, experiment: f, wording: {l: w}}, next: return}\n"
	"  e: {say: {text: bye, interruptible: no}, handoff: {target: a, "
	"reason: b, brief: '{n}'}, end: ok}\n";

/* A file of its own, the end of a file, or what is said to a good one. */
static void try(const unsigned char *data, size_t size, int kind)
{
	struct sv_problems problems = { .file = "fuzz" };
	const unsigned char *cut = memmem(data, size, "\n%%\n", 4);
	const unsigned char *said = kind == 2 ? data : cut ? cut + 4 : NULL;
	size_t len = cut ? (size_t)(cut - data) + 1 : size;
	struct scenario *scenario;
	struct sv_buf file;
	struct sv_buf lines;
	FILE *out = fopen("/dev/null", "w");

	sv_buf_init(&file, 2 << 20);
	sv_buf_init(&lines, 1 << 18);
	if (kind)
		sv_buf_puts(&file, begun);
	if (kind != 2)
		sv_buf_add(&file, data, len);
	scenario = scenario_parse(sv_buf_str(&file), file.len, &problems);
	if (scenario && !problems.errors && out) {
		check_scenario(scenario, &problems);
		graph_write(scenario, out);
		if (said &&
		    !sv_utf8_repair(&lines, (const char *)said,
		                    size - (size_t)(said - data)) &&
		    lines.data)
			talk(scenario, lines.data);
	}
	sv_problems_sort(&problems);
	if (out) {
		sv_problems_print(&problems, out);
		fclose(out);
	}
	sv_problems_code(&problems);
	sv_problems_release(&problems);
	scenario_free(scenario);
	sv_buf_release(&file);
	sv_buf_release(&lines);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	/* "name: …" is a file; the corpus of a fuzzer begins with nothing */
	if (!size || *data == 'n')
		try(data, size, 0);
	else
		try(data + 1, size - 1, *data % 3);
	return 0;
}
