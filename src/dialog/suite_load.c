/* suite_load.c: conversations and their turns, from YAML */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/option.h"

#include "src/dialog/suite.h"

enum { TIMES_MAX = 10000 };

static void load_today(struct loader *loader, const struct sv_node *node,
                       void *target)
{
	const char *text = load_string(loader, node);
	struct tm tm = { 0 };
	const char *end;

	if (!text)
		return;
	end = strptime(text, "%Y-%m-%d", &tm);
	if (strlen(text) != 10 || !end || *end)
		sv_problem_error(loader->problems, node->place,
		                 "'%.40s' is no day: write 2026-11-20", text);
	else
		*(const char **)target = text;
}

static void load_texts(struct loader *loader, const struct sv_node *node,
                       void *target)
{
	load_strings(loader, node, target);
}

static void load_within(struct loader *loader, const struct sv_node *node,
                        void *target)
{
	const char *text = load_string(loader, node);
	int ms = 0;

	if (!text)
		return;
	if (sv_ms(text, &ms) || ms < 1 || ms > 600000)
		sv_problem_error(loader->problems, node->place,
		                 "'%.40s' is not a time from 1ms to 10m: write "
		                 "50ms or 1.5s",
		                 text);
	else
		*(int *)target = ms * 1000;
}

static void load_cut(struct loader *loader, const struct sv_node *node,
                     void *target)
{
	struct wanted *wanted = target;

	wanted->asks_cut = true;
	load_bool(loader, node, &wanted->cut);
}

static void load_confidence(struct loader *loader, const struct sv_node *node,
                            void *target)
{
	const char *text = load_string(loader, node);
	double *value = target;
	char *end;

	if (!text)
		return;
	*value = strtod(text, &end);
	if (*end || !(*value >= 0 && *value <= 1))
		sv_problem_error(loader->problems, node->place,
		                 "confidence is to be from 0 to 1");
}

static void load_times(struct loader *loader, const struct sv_node *node,
                       void *target)
{
	*(int *)target = load_count(loader, node, 1, TIMES_MAX);
}

static void load_pressed(struct loader *loader, const struct sv_node *node,
                         void *target)
{
	const char *text = load_string(loader, node);

	if (text && text[strspn(text, "0123456789*#")])
		sv_problem_error(loader->problems, node->place,
		                 "'%.40s' are no keys: 0 to 9, * and #", text);
	else
		*(const char **)target = text;
}

static void check_act(struct loader *loader, const struct act *act, bool first)
{
	int n = (act->say != NULL) + (act->keys != NULL) + act->silence +
	        act->hangup;

	if (n > 1)
		sv_problem_error(loader->problems, act->place,
		                 "a turn is one of say, silence, keys and "
		                 "hangup");
	else if (!n && !first)
		sv_problem_error(loader->problems, act->place,
		                 "the caller does nothing in this turn: give "
		                 "it say, silence, keys or hangup");
	if (act->over && !act->say && !act->keys)
		sv_problem_error(loader->problems, act->place,
		                 "over is for what is said or keyed");
	if (act->wanted.asks_cut && !act->over)
		sv_problem_error(loader->problems, act->place,
		                 "cut is for what is done over our words: add "
		                 "'over: yes'");
}

#define WANTED(member) offsetof(struct act, wanted.member)

static const struct field act_fields[] = {
	{ "say", load_text, offsetof(struct act, say), false },
	{ "silence", load_bool, offsetof(struct act, silence), false },
	{ "keys", load_pressed, offsetof(struct act, keys), false },
	{ "hangup", load_bool, offsetof(struct act, hangup), false },
	{ "over", load_bool, offsetof(struct act, over), false },
	{ "confidence", load_confidence, offsetof(struct act, confidence),
	  false },
	{ "times", load_times, offsetof(struct act, times), false },
	{ "hears", load_texts, WANTED(hears), false },
	{ "matches", load_patterns, WANTED(matches), false },
	{ "never", load_texts, WANTED(never), false },
	{ "prompts", load_names_of_prompts, WANTED(prompts), false },
	{ "tools", load_names_of_tools, WANTED(tools), false },
	{ "state", load_name_of_state, WANTED(state), false },
	{ "slots", load_fixed, offsetof(struct act, wanted), false },
	{ "empty", load_names_of_slots, WANTED(empty), false },
	{ "within", load_within, WANTED(within_us), false },
	{ "cut", load_cut, offsetof(struct act, wanted), false },
	{ 0 },
};

static void load_acts(struct loader *loader, const struct sv_node *node,
                      void *target)
{
	struct script *script = target;
	const struct sv_node *item = node->first;

	if (!load_is(loader, node, SV_NODE_LIST))
		return;
	script->acts = load_alloc(loader, node->n, sizeof *script->acts);
	for (; item; item = item->next) {
		struct act *act = &script->acts[script->n++];

		act->place = item->place;
		act->confidence = 1;
		act->times = 1;
		load_fields(loader, item, act_fields, act);
		if (item->kind == SV_NODE_MAP)
			check_act(loader, act, script->n == 1);
	}
}

static const struct field script_fields[] = {
	{ "name", load_text, offsetof(struct script, name), true },
	{ "caller", load_text, offsetof(struct script, caller), false },
	{ "today", load_today, offsetof(struct script, today), false },
	{ "turns", load_acts, 0, true },
	{ "outcome", load_outcome, offsetof(struct script, outcome), false },
	{ "target", load_target, offsetof(struct script, target), false },
	{ "slots", load_fixed, offsetof(struct script, wanted), false },
	{ "empty", load_names_of_slots, offsetof(struct script, wanted.empty),
	  false },
	{ "never", load_texts, offsetof(struct script, wanted.never), false },
	{ 0 },
};

static void load_scripts(struct loader *loader, const struct sv_node *node,
                         void *target)
{
	struct suite *suite = target;
	const struct sv_node *item = node->first;

	if (!load_is(loader, node, SV_NODE_LIST))
		return;
	if (!item)
		sv_problem_error(loader->problems, node->place,
		                 "there is no conversation");
	suite->scripts = load_alloc(loader, node->n, sizeof *suite->scripts);
	for (; item; item = item->next) {
		struct script *script = &suite->scripts[suite->n++];

		script->place = item->place;
		load_fields(loader, item, script_fields, script);
	}
}

void suite_fill(struct loader *loader, const struct sv_node *root,
                struct suite *suite)
{
	static const struct field fields[] = {
		{ "scenario", load_text, offsetof(struct suite, path), false },
		{ "caller", load_text, offsetof(struct suite, caller), false },
		{ "today", load_today, offsetof(struct suite, today), false },
		{ "conversations", load_scripts, 0, true },
		{ 0 },
	};

	load_fields(loader, root, fields, suite);
}
