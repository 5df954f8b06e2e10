/* load_model.c: what a scenario tells a model, and allows it */
#include <stdlib.h>
#include <string.h>

#include "lib/option.h"

#include "src/dialog/load.h"

enum {
	CONTEXT_TOKENS = 2000,
	ANSWER_TOKENS = 300,
	ROUNDS = 6,
	REQUESTS = 200,
	TOKENS = 200000,
};

static void load_tokens(struct loader *loader, const struct sv_node *node,
                        void *target)
{
	*(int *)target = load_count(loader, node, 50, 1000000);
}

static void load_few(struct loader *loader, const struct sv_node *node,
                     void *target)
{
	*(int *)target = load_count(loader, node, 1, 20);
}

static void load_many(struct loader *loader, const struct sv_node *node,
                      void *target)
{
	*(int *)target = load_count(loader, node, 1, 10000);
}

static void load_money(struct loader *loader, const struct sv_node *node,
                       void *target)
{
	const char *text = load_string(loader, node);
	double *value = target;
	char *end;

	if (!text)
		return;
	*value = strtod(text, &end);
	if (*end || !(*value > 0 && *value < 1e9))
		sv_problem_error(loader->problems, node->place,
		                 "money is to be a number, as 2.5");
}

static void load_long(struct loader *loader, const struct sv_node *node,
                      void *target)
{
	const char *text = load_string(loader, node);

	if (text && (sv_ms(text, target) || *(int *)target < 1000))
		sv_problem_error(loader->problems, node->place,
		                 "'%.40s' is not a time: write 10m or 90s",
		                 text);
}

void load_model(struct loader *loader, const struct sv_node *node, void *target)
{
	static const struct field fields[] = {
		{ "prompt", load_instruction, offsetof(struct model, prompt),
		  true },
		{ "version", load_text, offsetof(struct model, version), true },
		{ "understand", load_bool, offsetof(struct model, understand),
		  false },
		{ "speculate", load_bool, offsetof(struct model, speculate),
		  false },
		{ "context", load_tokens, offsetof(struct model, context),
		  false },
		{ "answer", load_tokens, offsetof(struct model, answer),
		  false },
		{ "rounds", load_few, offsetof(struct model, rounds), false },
		{ "requests", load_many, offsetof(struct model, requests),
		  false },
		{ "tokens", load_tokens, offsetof(struct model, tokens),
		  false },
		{ "failed", load_prompt, offsetof(struct model, failed),
		  false },
		{ "money", load_money, offsetof(struct model, money), false },
		{ "time", load_long, offsetof(struct model, time_ms), false },
		{ "never", load_patterns, offsetof(struct model, never),
		  false },
		{ "prices", load_bool, offsetof(struct model, prices), false },
		{ "unsure", load_prompt, offsetof(struct model, unsure),
		  false },
		{ 0 },
	};
	struct model *model = target;
	char context[sizeof loader->context];

	memcpy(context, loader->context, sizeof context);
	load_context(loader, "model", NULL);
	*model = (struct model){ .place = node->place,
		                 .understand = true,
		                 .speculate = true,
		                 .prices = true,
		                 .context = CONTEXT_TOKENS,
		                 .answer = ANSWER_TOKENS,
		                 .rounds = ROUNDS,
		                 .requests = REQUESTS,
		                 .tokens = TOKENS };
	load_fields(loader, node, fields, model);
	memcpy(loader->context, context, sizeof context);
}
