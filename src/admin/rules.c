/* rules: what is kept for how long, from YAML */
#include "src/admin/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/yaml.h"

static const struct {
	const char *name;
	bool of_calls, in_folders;
} kinds[KINDS] = {
	[RECORDINGS] = { "recordings", true, true },
	[TRANSCRIPTS] = { "transcripts", true, true },
	[SLOTS] = { "slots", true, false },
	[EVENTS] = { "events", true, false },
	[CALLS] = { "calls", true, false },
	[COSTS] = { "costs", false, false },
	[LEADS] = { "leads", false, false },
	[OUTBOX] = { "outbox", false, false },
	[INBOX] = { "inbox", false, false },
	[LOGS] = { "logs", false, true },
	[CHECKPOINTS] = { "checkpoints", false, true },
	[TRACES] = { "traces", false, true },
	[CACHES] = { "caches", false, true },
};

struct loader {
	struct rules *rules;
	struct sv_problems *problems;
};

const char *kind_name(enum kind kind)
{
	return kinds[kind].name;
}

bool kind_is_of_calls(enum kind kind)
{
	return kinds[kind].of_calls;
}

static enum kind find_kind(struct loader *loader, const struct sv_node *node,
                           bool folders)
{
	struct sv_guess guess = { .typed = node->key };
	char hint[96];

	for (enum kind kind = 0; kind < KINDS; kind++) {
		if (folders && !kinds[kind].in_folders)
			continue;
		if (!strcmp(node->key, kinds[kind].name))
			return kind;
		sv_guess_offer(&guess, kinds[kind].name);
	}
	sv_problem_error(loader->problems, node->key_place,
	                 folders ? "nothing called '%s' is in folders%s"
	                         : "nothing is called '%s'%s",
	                 node->key, sv_guess_hint(&guess, hint));
	return KINDS;
}

/* "90d", "2y", "forever" */
static bool read_age(const char *text, int64_t *ms)
{
	static const struct {
		char unit;
		int64_t hours;
	} units[] = { { 'h', 1 }, { 'd', 24 }, { 'w', 168 }, { 'y', 8766 } };

	size_t digits = strspn(text, "0123456789");

	if (!strcmp(text, "forever")) {
		*ms = FOREVER;
		return true;
	}
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (!digits || digits > 5 || text[digits] != units[i].unit ||
		    text[digits + 1])
			continue;
		*ms = strtoll(text, NULL, 10) * units[i].hours * 3600000;
		return true;
	}
	return false;
}

static void take_age(struct loader *loader, const struct sv_node *node,
                     struct rule *rule)
{
	rule->line = node->place.line;
	rule->kept = node->text;
	if (node->kind != SV_NODE_TEXT || !read_age(node->text, &rule->keep_ms))
		sv_problem_error(loader->problems, node->place,
		                 "not an age: say 12h, 90d, 8w, 2y or forever");
}

static void take_names(struct loader *loader, const struct sv_node *node,
                       const char **names, size_t *n)
{
	const struct sv_node *item =
		node->kind == SV_NODE_LIST ? node->first : node;
	bool list = node->kind == SV_NODE_LIST;

	for (; item; item = list ? item->next : NULL) {
		if (item->kind != SV_NODE_TEXT || !*item->text)
			sv_problem_error(loader->problems, item->place,
			                 "a name is due here");
		else if (*n == NAMES_MAX)
			sv_problem_error(loader->problems, item->place,
			                 "too many names");
		else
			names[(*n)++] = item->text;
	}
	if (list && !node->n)
		sv_problem_error(loader->problems, node->place,
		                 "an empty list fits nothing");
}

static void take_field(struct loader *loader, const struct sv_node *node,
                       struct rule *rule)
{
	struct sv_guess guess = { .typed = node->key };
	char hint[96];

	if (!strcmp(node->key, "for")) {
		take_age(loader, node, rule);
	} else if (!strcmp(node->key, "scenario")) {
		take_names(loader, node, rule->scenarios, &rule->n_scenarios);
	} else if (!strcmp(node->key, "outcome")) {
		take_names(loader, node, rule->outcomes, &rule->n_outcomes);
	} else {
		sv_guess_offer(&guess, "for");
		sv_guess_offer(&guess, "scenario");
		sv_guess_offer(&guess, "outcome");
		sv_problem_error(loader->problems, node->key_place,
		                 "no key '%s' in a rule%s", node->key,
		                 sv_guess_hint(&guess, hint));
	}
}

static bool conditional(const struct rule *rule)
{
	return rule->n_scenarios || rule->n_outcomes;
}

static void take_rule(struct loader *loader, const struct sv_node *node,
                      enum kind kind)
{
	struct kind_rules *rules = &loader->rules->kinds[kind];
	struct rule *rule = &rules->items[rules->n];

	if (rules->n && !conditional(rule - 1))
		sv_problem_error(loader->problems, node->place,
		                 "never used: the rule on line %d fits all",
		                 rule[-1].line);
	rules->n++;
	rule->line = node->place.line;
	if (node->kind == SV_NODE_TEXT) {
		take_age(loader, node, rule);
		return;
	}
	if (node->kind != SV_NODE_MAP) {
		sv_problem_error(loader->problems, node->place,
		                 "an age or a rule is due here");
		return;
	}
	for (const struct sv_node *field = node->first; field;
	     field = field->next)
		take_field(loader, field, rule);
	rule->line = node->place.line;
	if (!rule->kept)
		sv_problem_error(loader->problems, node->place,
		                 "the rule does not say 'for' how long");
	if (conditional(rule) && !kinds[kind].of_calls)
		sv_problem_error(loader->problems, node->place,
		                 "%s are of no scenario or outcome",
		                 kinds[kind].name);
}

static void take_kind(struct loader *loader, const struct sv_node *node)
{
	enum kind kind = find_kind(loader, node, false);
	bool list = node->kind == SV_NODE_LIST;
	struct kind_rules *rules;

	if (kind == KINDS)
		return;
	if (list && node->n > RULES_MAX) {
		sv_problem_error(loader->problems, node->place,
		                 "more than %d rules", RULES_MAX);
		return;
	}
	rules = &loader->rules->kinds[kind];
	rules->items =
		sv_arena_alloc(&loader->rules->arena,
	                       (list ? node->n + 1 : 1) * sizeof *rules->items);
	if (!list) {
		take_rule(loader, node, kind);
		return;
	}
	for (const struct sv_node *item = node->first; item; item = item->next)
		take_rule(loader, item, kind);
}

static void take_folder(struct loader *loader, const struct sv_node *node,
                        struct kind_rules *rules)
{
	if (node->kind != SV_NODE_TEXT || *node->text != '/' ||
	    strspn(node->text, "/") == strlen(node->text))
		sv_problem_error(loader->problems, node->place,
		                 "a folder's absolute path is due here");
	else if (rules->n_folders == FOLDERS_MAX)
		sv_problem_error(loader->problems, node->place,
		                 "too many folders");
	else
		rules->folders[rules->n_folders++] = node->text;
}

static void take_folders(struct loader *loader, const struct sv_node *node)
{
	enum kind kind = find_kind(loader, node, true);
	struct kind_rules *rules = &loader->rules->kinds[kind % KINDS];

	if (kind == KINDS)
		return;
	if (node->kind != SV_NODE_LIST) {
		take_folder(loader, node, rules);
		return;
	}
	for (const struct sv_node *item = node->first; item; item = item->next)
		take_folder(loader, item, rules);
}

static void take_section(struct loader *loader, const struct sv_node *node)
{
	bool folders = !strcmp(node->key, "folders");
	struct sv_guess guess = { .typed = node->key };
	char hint[96];

	if (!folders && strcmp(node->key, "keep") != 0) {
		sv_guess_offer(&guess, "keep");
		sv_guess_offer(&guess, "folders");
		sv_problem_error(
			loader->problems, node->key_place,
			"no section '%s'%s: there are keep and folders",
			node->key, sv_guess_hint(&guess, hint));
		return;
	}
	if (node->kind != SV_NODE_MAP) {
		sv_problem_error(loader->problems, node->place,
		                 "a map of kinds is due here");
		return;
	}
	for (const struct sv_node *item = node->first; item;
	     item = item->next) {
		if (folders)
			take_folders(loader, item);
		else
			take_kind(loader, item);
	}
}

/* What is found by its call must go before it. */
static void check_calls(struct loader *loader)
{
	const struct kind_rules *calls = &loader->rules->kinds[CALLS];
	struct sv_place place = { 1, 1 };

	for (size_t i = 0; i < calls->n; i++) {
		const struct rule *rule = &calls->items[i];

		place.line = rule->line;
		for (enum kind kind = 0; kind < CALLS; kind++) {
			if (rules_longest(&loader->rules->kinds[kind]) <=
			    rule->keep_ms)
				continue;
			sv_problem_error(loader->problems, place,
			                 "calls may go after %s, but their %s "
			                 "are kept longer, and could not be "
			                 "found then",
			                 rule->kept, kinds[kind].name);
		}
	}
}

static void take_root(struct loader *loader, const struct sv_node *root)
{
	if (root->kind != SV_NODE_MAP) {
		sv_problem_error(loader->problems, root->place,
		                 "the sections keep and folders are due here");
		return;
	}
	for (const struct sv_node *node = root->first; node; node = node->next)
		take_section(loader, node);
	if (!loader->problems->errors)
		check_calls(loader);
}

int rules_read(struct rules *rules, const char *path, const char *text,
               size_t len)
{
	struct sv_problems problems = { .file = path };
	struct loader loader = { .rules = rules, .problems = &problems };
	struct sv_node *root;
	int rc;

	root = sv_yaml_parse(&rules->arena, &problems, text, len);
	if (root)
		take_root(&loader, root);
	sv_problems_sort(&problems);
	if (problems.n > 1) /* one alone is the command's sentence */
		sv_problems_print(&problems, stderr);
	rc = sv_problems_code(&problems);
	sv_problems_release(&problems);
	return rc;
}

int rules_load(struct rules *rules, const char *path)
{
	struct sv_buf text = { .max = SV_YAML_MAX + 1 };
	int rc = sv_file_read(path, &text);

	if (!rc)
		rc = rules_read(rules, path, sv_buf_str(&text), text.len);
	sv_buf_release(&text);
	return rc;
}

void rules_release(struct rules *rules)
{
	sv_arena_release(&rules->arena);
	memset(rules, 0, sizeof *rules);
}
