/* engines.c: the engines in this build, and which of them is loaded */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/event.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/service.h"

#include "src/asr/budget.h"
#include "src/asr/engine.h"
#include "src/asr/loudness.h"
#include "src/asr/openai.h"
#include "src/asr/riva.h"
#include "src/asr/speechkit.h"
#include "src/asr/vosk.h"

const struct asr_engine *const asr_engines[] = {
	&asr_vosk, &asr_speechkit, &asr_speechkit_v1,
	&asr_riva, &asr_openai,    &asr_loudness,
	NULL,
};

const struct asr_engine *asr_engine_find(const char *name)
{
	int i;

	for (i = 0; asr_engines[i]; i++)
		if (!strcmp(asr_engines[i]->name, name))
			return asr_engines[i];
	return NULL;
}

static bool is_among(const char *const *keys, const char *pair)
{
	size_t len = strcspn(pair, "=");

	for (; keys && *keys; keys++)
		if (strlen(*keys) == len && !strncmp(*keys, pair, len))
			return true;
	return false;
}

static bool takes(const struct asr_engine *engine, const char *pair)
{
	size_t len = strlen(engine->name);

	if (!strncmp(pair, engine->name, len) && pair[len] == '.')
		pair += len + 1;
	if (is_among(engine->settings, pair))
		return true;
	return engine->remote && (is_among(sv_service_settings, pair) ||
	                          is_among(asr_budget_settings, pair));
}

/* a setting that no engine asked for would take is a typo */
static int check_settings(const struct asr_config *config)
{
	const struct sv_list *pairs = &config->settings;
	size_t i;
	size_t k;

	for (i = 0; i < pairs->n; i++) {
		for (k = 0; k < config->engines.n; k++)
			if (takes(asr_engine_find(config->engines.items[k]),
			          pairs->items[i]))
				break;
		if (k == config->engines.n)
			return sv_fail(EX_USAGE,
			               "-p %s: no engine has such a setting",
			               pairs->items[i]);
	}
	return 0;
}

/* The next engine takes over before a word was heard: say so, both ways. */
static int fail_over(const char *from, const char *to)
{
	json_t *fields;

	sv_warn("%s; going on with %s", sv_why(), to);
	fields = json_pack("{s:s,s:s,s:o}", "from", from, "to", to, "reason",
	                   sv_event_text(sv_why()));
	return sv_event_write(NULL, 0, "engine.failover", fields);
}

/* It cannot be loaded: the first that can is used from the start, and what
 * comes after that is in reserve. */
static int skip(const struct asr_loaded *loaded, const struct sv_list *names,
                size_t i)
{
	if (loaded->n) {
		sv_warn("%s; going on without %s", sv_why(), names->items[i]);
		return 0;
	}
	return fail_over(names->items[i], names->items[i + 1]);
}

static int load_all(struct asr_loaded *loaded, const struct asr_config *config)
{
	const struct sv_list *names = &config->engines;
	int rc = 0;

	for (size_t i = 0; !rc && i < names->n; i++) {
		struct asr_link *link = &loaded->links[loaded->n];

		*link = (struct asr_link){ .engine = asr_engine_find(
						   names->items[i]) };
		rc = asr_budgets_read(&link->budgets, link->engine, config);
		if (rc)
			return rc;
		rc = link->engine->load(&link->model, config);
		if (!rc)
			loaded->n++;
		else if (loaded->n || i + 1 < names->n)
			rc = skip(loaded, names, i);
	}
	return rc;
}

int asr_check(const struct asr_config *config)
{
	const struct sv_list *names = &config->engines;

	if (names->n > ASR_CHAIN_MAX)
		return sv_fail(EX_USAGE, "-e: %d engines at most",
		               ASR_CHAIN_MAX);
	for (size_t i = 0; i < names->n; i++)
		if (!asr_engine_find(names->items[i]))
			return sv_fail(
				EX_USAGE,
				"no engine '%s'; sv-asr engines lists them",
				names->items[i]);
	return check_settings(config);
}

int asr_load(struct asr_loaded *loaded, const struct asr_config *config)
{
	int rc = asr_check(config);

	*loaded = (struct asr_loaded){ 0 };
	return rc ? rc : load_all(loaded, config);
}

int asr_prepare(struct asr_loaded *loaded)
{
	static const struct asr_place nowhere = { .live = true };
	int rc = 0;

	for (size_t i = 0; !rc && i < loaded->n; i++) {
		struct asr_link *link = &loaded->links[i];

		if (!link->engine->remote)
			rc = link->engine->open(&link->spare, link->model,
			                        &nowhere);
	}
	return rc;
}

void asr_unload(struct asr_loaded *loaded)
{
	for (size_t i = 0; i < loaded->n; i++) {
		struct asr_link *link = &loaded->links[i];

		link->engine->close(link->spare);
		link->engine->unload(link->model);
	}
	*loaded = (struct asr_loaded){ 0 };
}
