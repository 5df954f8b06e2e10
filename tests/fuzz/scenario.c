/*
 * fuzz: no scenario makes the loader, --check or a conversation by it fall.
 * The input is the file; what follows a line of "%%" is said to it, a line an
 * utterance.
 * uses: src/dialog/answer.c src/dialog/arena.c src/dialog/check.c src/dialog/check_words.c src/dialog/condition.c src/dialog/conversation.c src/dialog/graph.c src/dialog/intent.c src/dialog/ladder.c src/dialog/load.c src/dialog/load_intent.c src/dialog/load_slot.c src/dialog/load_state.c src/dialog/problem.c src/dialog/resolve.c src/dialog/rules.c src/dialog/scenario.c src/dialog/slot.c src/dialog/slot_keys.c src/dialog/slot_limit.c src/dialog/slot_name.c src/dialog/slot_speak.c src/dialog/speak.c src/dialog/step.c src/dialog/turn.c src/dialog/validate.c src/dialog/words.c src/dialog/yaml.c
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

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct problems problems = { .file = "fuzz" };
	const unsigned char *cut = memmem(data, size, "\n%%\n", 4);
	size_t len = cut ? (size_t)(cut - data) + 1 : size;
	struct scenario *scenario =
		scenario_parse((const char *)data, len, &problems);
	FILE *out = fopen("/dev/null", "w");
	struct sv_buf said;

	sv_buf_init(&said, 1 << 16);
	if (scenario && !problems.errors && out) {
		check_scenario(scenario, &problems);
		graph_write(scenario, out);
		if (cut && !sv_utf8_repair(&said, (const char *)cut + 4,
		                           size - len - 3))
			talk(scenario, said.data ? said.data : (char[]){ 0 });
	}
	problems_sort(&problems);
	if (out) {
		problems_print(&problems, out);
		fclose(out);
	}
	problems_code(&problems);
	problems_release(&problems);
	scenario_free(scenario);
	sv_buf_release(&said);
	return 0;
}
