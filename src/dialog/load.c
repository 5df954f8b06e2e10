/* load.c: what the parts of a scenario have in common: texts, prompts, names */
#include "src/dialog/load.h"

#include <stdlib.h>
#include <string.h>

#include "lib/fail.h"
#include "lib/option.h"

enum { TEXT_MOST = 4000 };

void *load_alloc(struct loader *loader, size_t n, size_t size)
{
	return sv_arena_alloc(&loader->scenario->arena, n ? n * size : 1);
}

bool load_is(struct loader *loader, const struct sv_node *node,
             enum sv_node_kind kind)
{
	static const char *const names[] = { "a text", "a list",
		                             "a map of keys" };

	if (node->kind == kind)
		return true;
	sv_problem_error(
		loader->problems, node->place, "%s is to be %s, not %s",
		node->key ? node->key : "this", names[kind], names[node->kind]);
	return false;
}

static const struct field *find_field(const struct field *fields,
                                      const char *key)
{
	for (; fields->key; fields++)
		if (!strcmp(fields->key, key))
			return fields;
	return NULL;
}

static void unknown_key(struct loader *loader, const struct sv_node *child,
                        const struct field *fields)
{
	struct sv_guess guess = { .typed = child->key };
	char hint[96];

	for (; fields->key; fields++)
		sv_guess_offer(&guess, fields->key);
	sv_problem_error(loader->problems, child->key_place,
	                 "unknown key '%s'%s", child->key,
	                 sv_guess_hint(&guess, hint));
}

bool load_has(const struct sv_node *node, const char *key)
{
	const struct sv_node *child;

	for (child = node->first; child; child = child->next)
		if (!strcmp(child->key, key))
			return true;
	return false;
}

void load_fields(struct loader *loader, const struct sv_node *node,
                 const struct field *fields, void *target)
{
	const struct field *field;
	const struct sv_node *child;

	if (!load_is(loader, node, SV_NODE_MAP))
		return;
	for (child = node->first; child; child = child->next) {
		field = find_field(fields, child->key);
		if (field)
			field->load(loader, child,
			            (char *)target + field->offset);
		else
			unknown_key(loader, child, fields);
	}
	for (field = fields; field->key; field++)
		if (field->needed && !load_has(node, field->key))
			sv_problem_error(loader->problems, node->place,
			                 "the key '%s' is missing", field->key);
}

void load_context(struct loader *loader, const char *name, const char *part)
{
	snprintf(loader->context, sizeof loader->context, "%.100s%s%.50s", name,
	         part ? "." : "", part ? part : "");
}

static const char *text_of(struct loader *loader, const struct sv_node *node,
                           size_t most)
{
	if (!load_is(loader, node, SV_NODE_TEXT))
		return NULL;
	if (!node->text[strspn(node->text, " \n")])
		sv_problem_error(loader->problems, node->place, "%s is empty",
		                 node->key ? node->key : "this text");
	else if (strlen(node->text) > most)
		sv_problem_error(loader->problems, node->place,
		                 "a text longer than %zu bytes", most);
	else
		return node->text;
	return NULL;
}

const char *load_string(struct loader *loader, const struct sv_node *node)
{
	return text_of(loader, node, TEXT_MOST);
}

void load_instruction(struct loader *loader, const struct sv_node *node,
                      void *target)
{
	*(const char **)target = text_of(loader, node, SV_YAML_MAX_TEXT);
}

void load_strings(struct loader *loader, const struct sv_node *node,
                  struct strings *strings)
{
	const struct sv_node *item = node;

	if (node->kind == SV_NODE_LIST)
		item = node->first;
	else if (!load_is(loader, node, SV_NODE_TEXT))
		item = NULL;
	strings->n = 0;
	strings->items = load_alloc(loader, node->n + 1, sizeof(char *));
	strings->places =
		load_alloc(loader, node->n + 1, sizeof *strings->places);
	for (; item; item = node->kind == SV_NODE_LIST ? item->next : NULL) {
		const char *text = load_string(loader, item);

		if (!text)
			continue;
		strings->places[strings->n] = item->place;
		strings->items[strings->n++] = text;
	}
	if (node->kind == SV_NODE_LIST && !node->first)
		sv_problem_error(loader->problems, node->place, "%s is empty",
		                 node->key ? node->key : "this list");
}

int load_count(struct loader *loader, const struct sv_node *node, int min,
               int max)
{
	const char *text = load_string(loader, node);
	char *end;
	long value;

	if (!text)
		return min;
	value = strtol(text, &end, 10);
	if (*end || end == text || value < min || value > max) {
		sv_problem_error(
			loader->problems, node->place,
			"%s: '%.40s' is not a whole number from %d to %d",
			node->key ? node->key : "this", text, min, max);
		return min;
	}
	return (int)value;
}

void load_text(struct loader *loader, const struct sv_node *node, void *target)
{
	*(const char **)target = load_string(loader, node);
}

void load_bool(struct loader *loader, const struct sv_node *node, void *target)
{
	const char *text = load_string(loader, node);
	bool *value = target;

	if (!text)
		return;
	if (!strcmp(text, "yes") || !strcmp(text, "true"))
		*value = true;
	else if (!strcmp(text, "no") || !strcmp(text, "false"))
		*value = false;
	else
		sv_problem_error(loader->problems, node->place,
		                 "%s is to be yes or no, not '%.40s'",
		                 node->key, text);
}

void load_time(struct loader *loader, const struct sv_node *node, void *target)
{
	const char *text = load_string(loader, node);
	int ms;

	if (!text)
		return;
	if (sv_ms(text, &ms))
		sv_problem_error(loader->problems, node->place,
		                 "'%.40s' is not a time: write 6s or 500ms",
		                 text);
	else if (ms < 500 || ms > 600000)
		sv_problem_error(loader->problems, node->place,
		                 "%s is to be from 500ms to 10m", node->key);
	else
		*(int *)target = ms;
}

void load_ref(struct loader *loader, const struct sv_node *node, void *target)
{
	struct ref *ref = target;

	ref->name = load_string(loader, node);
	ref->place = node->place;
	ref->index = REF_NONE;
}

void load_refs(struct loader *loader, const struct sv_node *node, void *target)
{
	struct refs *refs = target;
	struct strings names;
	size_t i;

	load_strings(loader, node, &names);
	refs->n = names.n;
	refs->items = load_alloc(loader, names.n, sizeof *refs->items);
	for (i = 0; i < names.n; i++) {
		refs->items[i].name = names.items[i];
		refs->items[i].place = names.places[i];
		refs->items[i].index = REF_NONE;
	}
}
