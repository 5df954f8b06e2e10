/* models.c: what a server has loaded, and for whom it will do */
#include "src/asr/models.h"

#include <stdlib.h>
#include <string.h>

#include "lib/fail.h"
#include "lib/log.h"
#include "lib/model.h"

#include "src/asr/warm.h"

static int warm(const struct ready *ready)
{
	const struct asr_loaded *loaded = &ready->loaded;
	int rc = 0;

	if (!ready->config.warm)
		return 0;
	for (size_t i = 0; !rc && i < loaded->n; i++)
		if (loaded->links[i].spare)
			rc = warm_up(&loaded->links[i], ready->config.warm);
	return rc;
}

static int load(struct models *models, const char *language, const char *model)
{
	struct ready *ready = &models->items[models->n];
	const char *named = sv_list_get(&models->config->settings, "model");
	char *path;
	int rc;

	ready->config = *models->config;
	ready->config.language = language;
	ready->config.model = model;
	rc = asr_load(&ready->loaded, &ready->config);
	if (!rc)
		rc = asr_prepare(&ready->loaded);
	if (!rc)
		rc = warm(ready);
	if (rc)
		return rc;
	path = sv_model_find(named ? named : model, language);
	ready->path = path ? realpath(path, NULL) : NULL;
	free(path);
	models->n++;
	sv_info("%s is recognised by %s, with %s", language,
	        ready->loaded.links[0].engine->name,
	        ready->path ? ready->path : "no model");
	return 0;
}

/* --also LANG or LANG=FOLDER, which the command line has checked */
static int load_also(struct models *models, const char *also)
{
	const char *equals = strchr(also, '=');
	const char *language = strncmp(also, "ru", 2) ? "en" : "ru";

	if (!strcmp(language, models->config->language))
		return sv_fail(EX_USAGE, "--also %s: it is -l's already", also);
	if (models->n == MODELS_MAX)
		return sv_fail(EX_USAGE, "--also %s: twice", also);
	if (sv_list_get(&models->config->settings, "model"))
		return sv_fail(EX_USAGE, "-p model= and --also do not go "
		                         "together; --model does");
	return load(models, language, equals ? equals + 1 : NULL);
}

int models_load(struct models *models, const struct asr_config *config)
{
	int rc;

	*models = (struct models){ .config = config };
	rc = load(models, config->language, config->model);

	for (size_t i = 0; !rc && i < config->also.n; i++)
		rc = load_also(models, config->also.items[i]);
	return rc;
}

static bool same_settings(const struct sv_list *ours,
                          const struct sv_list *theirs)
{
	size_t n = 0;

	for (size_t i = 0; i < ours->n; i++) {
		if (!strncmp(ours->items[i], "model=", 6))
			continue;
		if (n == theirs->n ||
		    strcmp(ours->items[i], theirs->items[n]) != 0)
			return false;
		n++;
	}
	return n == theirs->n;
}

static bool serves(const struct ready *ready, const struct request *request)
{
	const struct asr_config *config = &request->config;

	return !strcmp(ready->config.language, config->language) &&
	       !strcmp(ready->loaded.links[0].engine->name,
	               config->engines.items[0]) &&
	       same_settings(&ready->config.settings, &config->settings) &&
	       (!request->model ||
	        (ready->path && !strcmp(ready->path, request->model)));
}

struct asr_loaded *models_find(struct models *models,
                               const struct request *request)
{
	for (size_t i = 0; i < models->n; i++)
		if (serves(&models->items[i], request))
			return &models->items[i].loaded;
	return NULL;
}
