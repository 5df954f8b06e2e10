/* bitrix24_rule.c: rules, the first of which that holds says what is done */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "src/crm/bitrix24_map.h"

/* what a rule may look at */
static const struct {
	const char *name, *path;
	bool phone;
} looks[] = {
	{ "caller", "{caller|phone}", true },
	{ "line", "{callee}", true },
	{ "direction", "{direction}", false },
	{ "outcome", "{outcome}", false },
	{ "status", "{status}", false },
	{ "language", "{language}", false },
	{ "scenario", "{scenario}", false },
	{ "source", "{source}", false },
};

enum { LOOKS = sizeof looks / sizeof *looks };

static size_t look_of(const char *key)
{
	size_t i = 0;

	while (i < LOOKS && strcmp(looks[i].name, key) != 0)
		i++;
	return i;
}

static bool is_slot(const char *key)
{
	return !strncmp(key, "slots.", 6) && key[6];
}

static void check_times(const struct sv_node *node,
                        struct sv_problems *problems)
{
	if (node->kind == SV_NODE_TEXT && bx_time_within(node->text, 0, 0) < 0)
		sv_problem_error(problems, node->place,
		                 "'%s' is no time: say mon-fri 09:00-18:00",
		                 node->text);
	for (node = node->kind == SV_NODE_LIST ? node->first : NULL; node;
	     node = node->next)
		check_times(node, problems);
}

static void check_texts(const struct sv_node *node,
                        struct sv_problems *problems)
{
	const struct sv_node *child;

	if (node->kind == SV_NODE_MAP)
		sv_problem_error(problems, node->place,
		                 "a text or a list of texts is due here");
	for (child = node->kind == SV_NODE_LIST ? node->first : NULL; child;
	     child = child->next)
		if (child->kind != SV_NODE_TEXT)
			sv_problem_error(problems, child->place,
			                 "a text is due here");
}

void bx_when_check(const struct sv_node *when, struct sv_problems *problems)
{
	const struct sv_node *node;
	char hint[96];
	size_t i;

	if (when->kind != SV_NODE_MAP) {
		sv_problem_error(problems, when->place,
		                 "'when' is a map, as {line: \"+7495…\"}");
		return;
	}
	for (node = when->first; node; node = node->next) {
		struct sv_guess guess = { .typed = node->key };

		check_texts(node, problems);
		if (!strcmp(node->key, "time")) {
			check_times(node, problems);
			continue;
		}
		if (is_slot(node->key) || look_of(node->key) < LOOKS)
			continue;
		for (i = 0; i < LOOKS; i++)
			sv_guess_offer(&guess, looks[i].name);
		sv_problem_error(problems, node->key_place,
		                 "a rule cannot look at '%s'%s", node->key,
		                 sv_guess_hint(&guess, hint));
	}
}

/* whether one of the patterns fits the text, or the number it is */
static bool fits(const struct sv_node *node, const char *text,
                 const char *number)
{
	if (node->kind == SV_NODE_TEXT)
		return !fnmatch(node->text, text, FNM_NOESCAPE) ||
		       (*number && !fnmatch(node->text, number, FNM_NOESCAPE));
	for (node = node->first; node; node = node->next)
		if (node->kind == SV_NODE_TEXT && fits(node, text, number))
			return true;
	return false;
}

static bool fits_time(const struct bx_map *map, const struct sv_node *node,
                      int64_t at_ms)
{
	if (node->kind == SV_NODE_TEXT)
		return bx_time_within(node->text, at_ms, map->zone_min) == 1;
	for (node = node->first; node; node = node->next)
		if (fits_time(map, node, at_ms))
			return true;
	return false;
}

static bool fits_value(const struct bx_map *map, const struct sv_node *node,
                       const json_t *payload)
{
	size_t i = look_of(node->key);
	char path[BX_NAME + 8], e164[SV_E164] = "";
	char *text;
	bool fit;

	snprintf(path, sizeof path, "{%.*s}", BX_NAME, node->key);
	text = bx_template_text(i < LOOKS ? looks[i].path : path, payload);
	if (i < LOOKS && looks[i].phone)
		sv_phone_e164(text, map->country, e164);
	fit = fits(node, text, e164);
	free(text);
	return fit;
}

bool bx_when(const struct bx_map *map, const struct sv_node *when,
             const json_t *payload, int64_t at_ms)
{
	const struct sv_node *node;

	for (node = when ? when->first : NULL; node; node = node->next) {
		if (!strcmp(node->key, "time")
		            ? !fits_time(map, node, at_ms)
		            : !fits_value(map, node, payload))
			return false;
	}
	return true;
}

const struct bx_rule *bx_rule(const struct bx_map *map,
                              const struct bx_rule *rules,
                              const json_t *payload, int64_t at_ms)
{
	while (rules && !bx_when(map, rules->when, payload, at_ms))
		rules = rules->next;
	return rules;
}
