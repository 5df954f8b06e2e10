/* load_prompt.c: what the assistant says, once or when it is not understood */
#include <stdio.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/dialog/load.h"

enum { MAX_PROMPTS = 20000, MAX_VARIANTS = 100 };

/* adds texts to those the prompt has */
static size_t add_texts(struct loader *loader, const struct sv_node *node,
                        struct prompt *prompt)
{
	struct strings texts;
	const char **all;

	load_strings(loader, node, &texts);
	if (prompt->n + texts.n > MAX_VARIANTS) {
		sv_problem_error(loader->problems, node->place,
		                 "more than %d variants", MAX_VARIANTS);
		return 0;
	}
	all = load_alloc(loader, prompt->n + texts.n, sizeof *all);
	if (prompt->n)
		memcpy(all, prompt->variants, prompt->n * sizeof *all);
	if (texts.n)
		memcpy(all + prompt->n, texts.items, texts.n * sizeof *all);
	prompt->variants = all;
	prompt->n += texts.n;
	return texts.n;
}

static void load_variants(struct loader *loader, const struct sv_node *node,
                          void *target)
{
	struct prompt *prompt = target;

	prompt->plain = prompt->n;
	prompt->n_plain = add_texts(loader, node, prompt);
}

static void load_wordings(struct loader *loader, const struct sv_node *node,
                          void *target)
{
	struct prompt *prompt = target;
	const struct sv_node *child = node->first;

	if (!load_is(loader, node, SV_NODE_MAP))
		return;
	prompt->wordings =
		load_alloc(loader, node->n, sizeof *prompt->wordings);
	for (; child; child = child->next) {
		struct phrasing *wording =
			&prompt->wordings[prompt->n_wordings++];

		wording->arm.name = child->key;
		wording->arm.place = child->key_place;
		wording->arm.index = REF_NONE;
		wording->from = prompt->n;
		wording->n = add_texts(loader, child, prompt);
	}
}

static void load_prompt_map(struct loader *loader, const struct sv_node *node,
                            struct prompt *prompt)
{
	static const struct field fields[] = {
		{ "text", load_variants, 0, false },
		{ "interruptible", load_bool,
		  offsetof(struct prompt, interruptible), false },
		{ "experiment", load_ref, offsetof(struct prompt, experiment),
		  false },
		{ "wording", load_wordings, 0, false },
		{ 0 },
	};

	load_fields(loader, node, fields, prompt);
	if (!load_has(node, "text") && !load_has(node, "wording"))
		sv_problem_error(loader->problems, node->place,
		                 "the key 'text' is missing");
}

static void name_prompt(struct loader *loader, const struct sv_node *node,
                        struct prompt *prompt)
{
	struct scenario *scenario = loader->scenario;
	char name[224];

	if (node->key)
		snprintf(name, sizeof name, "%s.%.40s", loader->context,
		         node->key);
	else
		snprintf(name, sizeof name, "%s", loader->context);
	prompt->name = sv_arena_copy(&scenario->arena, name, strlen(name));
	if (scenario->n_prompts >= MAX_PROMPTS)
		return;
	prompt->id = (int)scenario->n_prompts;
	scenario->prompts =
		sv_realloc(scenario->prompts,
	                   (scenario->n_prompts + 1) * sizeof(struct prompt *));
	scenario->prompts[scenario->n_prompts++] = prompt;
}

void load_prompt(struct loader *loader, const struct sv_node *node,
                 void *target)
{
	struct prompt *prompt = target;

	prompt->place = node->place;
	prompt->interruptible = true;
	prompt->experiment.index = REF_NONE;
	if (node->kind == SV_NODE_MAP)
		load_prompt_map(loader, node, prompt);
	else
		load_variants(loader, node, prompt);
	if (prompt->n)
		name_prompt(loader, node, prompt);
}

static void load_tries(struct loader *loader, const struct sv_node *node,
                       void *target)
{
	struct ladder *ladder = target;
	const struct sv_node *item = node->first;
	char context[sizeof loader->context];
	size_t n;

	if (node->kind != SV_NODE_LIST && !load_is(loader, node, SV_NODE_LIST))
		return;
	memcpy(context, loader->context, sizeof context);
	ladder->tries = load_alloc(loader, node->n, sizeof *ladder->tries);
	ladder->n = node->n;
	for (n = 0; item; item = item->next, n++) {
		snprintf(loader->context, sizeof loader->context, "%.120s.%zu",
		         context, n + 1);
		load_prompt(loader, item, &ladder->tries[n]);
	}
	memcpy(loader->context, context, sizeof context);
}

void load_ladder(struct loader *loader, const struct sv_node *node,
                 void *target)
{
	static const struct field fields[] = {
		{ "tries", load_tries, 0, false },
		{ "after", load_time, offsetof(struct ladder, after_ms),
		  false },
		{ "then", load_ref, offsetof(struct ladder, then), false },
		{ 0 },
	};
	struct ladder *ladder = target;
	char context[sizeof loader->context];

	memcpy(context, loader->context, sizeof context);
	snprintf(loader->context, sizeof loader->context, "%.100s.%.40s",
	         context, node->key ? node->key : "ladder");
	ladder->place = node->place;
	load_fields(loader, node, fields, ladder);
	memcpy(loader->context, context, sizeof context);
}
