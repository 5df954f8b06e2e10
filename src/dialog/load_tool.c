/* load_tool.c: the programs that a model may have run */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/conform.h"
#include "lib/fail.h"

#include "src/dialog/load.h"

enum {
	TIMEOUT_MS = 5000,
	RECALL_MS = 2000,
	APPROVE_MS = 30000,
	LIMIT = 20,
	ARGS_MAX = 32
};

/* A value as JSON: what stands without quotes may be a number, yes or null. */
static json_t *scalar(const struct sv_node *node)
{
	char *end;
	double real;
	long long whole;

	if (!node->plain)
		return json_string(node->text);
	if (!strcmp(node->text, "true") || !strcmp(node->text, "false"))
		return json_boolean(*node->text == 't');
	if (!strcmp(node->text, "null"))
		return json_null();
	errno = 0;
	whole = strtoll(node->text, &end, 10);
	if (*node->text && !*end && !errno)
		return json_integer(whole);
	real = strtod(node->text, &end);
	if (strspn(node->text, "+-.0123456789eE") == strlen(node->text) &&
	    *node->text && !*end)
		return json_real(real);
	return json_string(node->text);
}

static json_t *to_json(const struct sv_node *node)
{
	const struct sv_node *child;
	json_t *made;

	if (node->kind == SV_NODE_TEXT)
		return scalar(node);
	made = node->kind == SV_NODE_MAP ? json_object() : json_array();
	for (child = node->first; child; child = child->next) {
		if (node->kind == SV_NODE_MAP)
			json_object_set_new(made, child->key, to_json(child));
		else
			json_array_append_new(made, to_json(child));
	}
	return made;
}

static void load_arguments(struct loader *loader, const struct sv_node *node,
                           void *target)
{
	json_t **arguments = target;

	if (!load_is(loader, node, SV_NODE_MAP))
		return;
	json_decref(*arguments);
	*arguments = to_json(node);
	if (sv_conform_check(*arguments))
		sv_problem_error(loader->problems, node->place,
		                 "arguments are no JSON Schema: %s", sv_why());
}

static void load_run(struct loader *loader, const struct sv_node *node,
                     void *target)
{
	const char ***run = target;
	struct strings words;

	load_strings(loader, node, &words);
	if (words.n > ARGS_MAX)
		sv_problem_error(loader->problems, node->place,
		                 "more than %d words", ARGS_MAX);
	else
		*run = words.items; /* has room for the NULL */
}

static void load_confirm(struct loader *loader, const struct sv_node *node,
                         void *target)
{
	const char *text = load_string(loader, node);
	enum confirm *confirm = target;

	if (text && !strcmp(text, "caller"))
		*confirm = CONFIRM_CALLER;
	else if (text && !strcmp(text, "operator"))
		*confirm = CONFIRM_OPERATOR;
	else if (text)
		sv_problem_error(loader->problems, node->place,
		                 "confirm is caller or operator, not '%.40s'",
		                 text);
}

static void load_limit(struct loader *loader, const struct sv_node *node,
                       void *target)
{
	*(int *)target = load_count(loader, node, 1, 1000);
}

static void load_mib(struct loader *loader, const struct sv_node *node,
                     void *target)
{
	*(int *)target = load_count(loader, node, 16, 1 << 20);
}

/* as a model's functions are named */
static void check_name(struct loader *loader, const struct tool *tool)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

	if (strspn(tool->name, letters) != strlen(tool->name) ||
	    strlen(tool->name) > 64 || !*tool->name)
		sv_problem_error(loader->problems, tool->place,
		                 "'%.70s' is no name of a tool: 64 of a to z, "
		                 "digits, _ and -",
		                 tool->name);
	if (!strcmp(tool->name, "fill") || !strcmp(tool->name, "choose"))
		sv_problem_error(loader->problems, tool->place,
		                 "'%s' is the name of a function that there is "
		                 "already",
		                 tool->name);
}

static void load_tool(struct loader *loader, const struct sv_node *node,
                      struct tool *tool)
{
	static const struct field fields[] = {
		{ "run", load_run, offsetof(struct tool, run), true },
		{ "about", load_text, offsetof(struct tool, about), true },
		{ "arguments", load_arguments, offsetof(struct tool, arguments),
		  false },
		{ "timeout", load_time, offsetof(struct tool, timeout_ms),
		  false },
		{ "limit", load_limit, offsetof(struct tool, limit), false },
		{ "memory", load_mib, offsetof(struct tool, memory), false },
		{ "confirm", load_confirm, offsetof(struct tool, confirm),
		  false },
		{ "approve", load_time, offsetof(struct tool, approve_ms),
		  false },
		{ "say", load_prompt, offsetof(struct tool, say), false },
		{ 0 },
	};

	tool->timeout_ms = TIMEOUT_MS;
	tool->approve_ms = APPROVE_MS;
	tool->limit = LIMIT;
	tool->arguments = json_pack("{s:s, s:{}, s:b}", "type", "object",
	                            "properties", "additionalProperties", 0);
	load_fields(loader, node, fields, tool);
	check_name(loader, tool);
}

void load_tools(struct loader *loader, const struct sv_node *node, void *target)
{
	struct scenario *scenario = target;
	const struct sv_node *child = node->first;
	char context[sizeof loader->context];

	if (!load_is(loader, node, SV_NODE_MAP) || scenario->tools)
		return;
	memcpy(context, loader->context, sizeof context);
	scenario->tools = load_alloc(loader, node->n, sizeof *scenario->tools);
	for (; child; child = child->next) {
		struct tool *tool = &scenario->tools[scenario->n_tools++];

		tool->name = child->key;
		tool->place = child->key_place;
		load_context(loader, "tools", child->key);
		load_tool(loader, child, tool);
	}
	memcpy(loader->context, context, sizeof context);
}

void load_memory(struct loader *loader, const struct sv_node *node,
                 void *target)
{
	static const struct field fields[] = {
		{ "run", load_run, offsetof(struct memory, tool.run), true },
		{ "slots", load_refs, offsetof(struct memory, slots), false },
		{ "timeout", load_time,
		  offsetof(struct memory, tool.timeout_ms), false },
		{ 0 },
	};
	struct memory *memory = target;

	memory->tool.name = "memory";
	memory->tool.place = node->place;
	memory->tool.timeout_ms = RECALL_MS;
	load_fields(loader, node, fields, memory);
}
