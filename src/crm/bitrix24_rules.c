/* bitrix24_rules.c: the rules of a map are read: responsible, makes */
#include <string.h>

#include "lib/option.h"

#include "src/crm/bitrix24_map.h"

/* One reading. */
struct reading {
	struct sv_arena *arena;
	struct sv_problems *problems;
	bool makes; /* rules of what is made, not of who is responsible */
};

static void wrong(const struct reading *reading, const struct sv_node *node,
                  const char *what)
{
	sv_problem_error(reading->problems, node->place, "%s", what);
}

static void read_user(const struct reading *reading, struct bx_rule *rule,
                      const struct sv_node *node)
{
	int id = 0;

	if (node->kind != SV_NODE_TEXT || sv_int(node->text, &id) || id < 1)
		wrong(reading, node, "a user is a number: their id, as 12");
	else if (rule->n_users == BX_USERS)
		wrong(reading, node, "more than 64 users in one rotation");
	else {
		rule->user_places[rule->n_users] = node->place;
		rule->users[rule->n_users++] = id;
	}
}

static void read_users(const struct reading *reading, struct bx_rule *rule,
                       const struct sv_node *node)
{
	if (node->kind != SV_NODE_LIST) {
		read_user(reading, rule, node);
		return;
	}
	for (node = node->first; node; node = node->next)
		read_user(reading, rule, node);
}

static void read_made(const struct reading *reading, struct bx_rule *rule,
                      const struct sv_node *node)
{
	const char *text = node->kind == SV_NODE_TEXT ? node->text : "";

	if (!strcmp(text, "deal"))
		rule->makes = BX_DEAL;
	else if (strcmp(text, "lead") != 0)
		wrong(reading, node, "say lead or deal");
}

static void read_key(const struct reading *reading, struct bx_rule *rule,
                     const struct sv_node *node)
{
	const char *what = reading->makes ? "make" : "users";
	struct sv_guess guess = { .typed = node->key };
	char hint[96];

	if (!strcmp(node->key, "when")) {
		bx_when_check(node, reading->problems);
		rule->when = node->kind == SV_NODE_MAP ? node : NULL;
	} else if (strcmp(node->key, what) != 0) {
		sv_guess_offer(&guess, "when");
		sv_guess_offer(&guess, what);
		sv_problem_error(reading->problems, node->key_place,
		                 "unknown key '%s'%s", node->key,
		                 sv_guess_hint(&guess, hint));
	} else if (reading->makes) {
		read_made(reading, rule, node);
	} else {
		read_users(reading, rule, node);
	}
}

/* a rule, or in short what it says: "lead", 12 */
static struct bx_rule *read_rule(const struct reading *reading,
                                 const struct sv_node *node)
{
	struct bx_rule *rule = sv_arena_alloc(reading->arena, sizeof *rule);

	rule->place = node->place;
	rule->makes = BX_LEAD;
	if (node->kind == SV_NODE_MAP)
		for (node = node->first; node; node = node->next)
			read_key(reading, rule, node);
	else if (reading->makes)
		read_made(reading, rule, node);
	else
		read_users(reading, rule, node);
	return rule;
}

void bx_rules_read(struct sv_arena *arena, struct sv_problems *problems,
                   const struct sv_node *node, bool makes,
                   struct bx_rule **rules)
{
	const struct reading reading = { arena, problems, makes };

	*rules = NULL;
	/* [12, 15] is a rotation of two, not two rules */
	if (node->kind != SV_NODE_LIST ||
	    (!makes && node->first && node->first->kind == SV_NODE_TEXT)) {
		*rules = read_rule(&reading, node);
		return;
	}
	for (node = node->first; node; node = node->next) {
		struct bx_rule *rule = read_rule(&reading, node);

		if (!makes && !rule->n_users)
			wrong(&reading, node, "a rule without users");
		*rules = rule;
		rules = &rule->next;
	}
}
