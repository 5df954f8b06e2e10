/* engines.c: the engines in this build, and which of them is loaded */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/event.h"
#include "lib/fail.h"
#include "lib/log.h"

#include "src/asr/engine.h"
#include "src/asr/loudness.h"
#include "src/asr/vosk.h"

const struct asr_engine *const asr_engines[] = {
	&asr_vosk,
	&asr_loudness,
	NULL,
};

static const struct asr_engine *find(const char *name)
{
	int i;

	for (i = 0; asr_engines[i]; i++)
		if (!strcmp(asr_engines[i]->name, name))
			return asr_engines[i];
	return NULL;
}

static bool takes(const struct asr_engine *engine, const char *pair)
{
	size_t len = strcspn(pair, "=");
	const char *const *key = engine->settings;

	for (; key && *key; key++)
		if (strlen(*key) == len && !strncmp(*key, pair, len))
			return true;
	return false;
}

/* a setting that no engine asked for would take is a typo */
static int check_settings(const struct asr_config *config)
{
	const struct sv_list *pairs = &config->settings;
	size_t i;
	size_t k;

	for (i = 0; i < pairs->n; i++) {
		for (k = 0; k < config->engines.n; k++)
			if (takes(find(config->engines.items[k]),
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
	fields = json_pack("{s:s,s:s,s:s}", "from", from, "to", to, "reason",
	                   sv_why());
	return sv_event_write(NULL, 0, "engine.failover", fields);
}

int asr_load(struct asr_loaded *loaded, const struct asr_config *config)
{
	const struct sv_list *names = &config->engines;
	size_t i;
	int rc = EX_USAGE;

	for (i = 0; i < names->n; i++)
		if (!find(names->items[i]))
			return sv_fail(EX_USAGE,
			               "no engine '%s'; -e help lists them",
			               names->items[i]);
	rc = check_settings(config);
	if (rc)
		return rc;
	for (i = 0; i < names->n; i++) {
		loaded->engine = find(names->items[i]);
		loaded->model = NULL;
		rc = loaded->engine->load(&loaded->model, config);
		if (!rc || i + 1 == names->n)
			break;
		rc = fail_over(names->items[i], names->items[i + 1]);
		if (rc)
			break;
	}
	return rc;
}

int asr_prepare(struct asr_loaded *loaded)
{
	return loaded->engine->open(&loaded->spare, loaded->model);
}

void asr_unload(struct asr_loaded *loaded)
{
	if (loaded->engine) {
		loaded->engine->close(loaded->spare);
		loaded->engine->unload(loaded->model);
	}
	loaded->spare = NULL;
	loaded->model = NULL;
}

int asr_list_engines(void)
{
	int i;

	for (i = 0; asr_engines[i]; i++)
		printf("%-10s %s\n", asr_engines[i]->name,
		       asr_engines[i]->about);
	return 0;
}
