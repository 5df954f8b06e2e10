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
	path = sv_model_find(asr_model_named(&ready->config), language);
	ready->path = path ? realpath(path, NULL) : NULL;
	free(path);
	models->n++;
	for (size_t i = 0; i < ready->loaded.n; i++)
		sv_info("%s is recognised by %s, with %s", language,
		        ready->loaded.links[i].engine->name,
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
	if (sv_list_get(&models->config->settings, "model") ||
	    sv_list_get(&models->config->settings, "vosk.model"))
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
		if (asr_names_model(ours->items[i]))
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
	       same_settings(&ready->config.settings, &config->settings) &&
	       (!request->model ||
	        (ready->path && !strcmp(ready->path, request->model)));
}

static bool is_among(const char *name, const struct sv_list *names)
{
	size_t i = 0;

	while (i < names->n && strcmp(names->items[i], name) != 0)
		i++;
	return i < names->n;
}

static void add_link(struct asr_loaded *chain, const struct asr_loaded *loaded,
                     const char *name)
{
	for (size_t i = 0; i < loaded->n && chain->n < ASR_CHAIN_MAX; i++)
		if (!strcmp(loaded->links[i].engine->name, name))
			chain->links[chain->n++] = loaded->links[i];
}

/* The engines that the call wants, in its order, of those that are loaded. One
 * that could not be loaded here would not do elsewhere, either; one that was
 * never asked for might. */
static bool pick(const struct ready *ready, const struct sv_list *wanted,
                 struct asr_loaded *chain)
{
	*chain = (struct asr_loaded){ 0 };
	for (size_t i = 0; i < wanted->n; i++) {
		if (!is_among(wanted->items[i], &ready->config.engines))
			return false;
		add_link(chain, &ready->loaded, wanted->items[i]);
	}
	return chain->n > 0;
}

bool models_find(const struct models *models, const struct request *request,
                 struct asr_loaded *chain)
{
	for (size_t i = 0; i < models->n; i++)
		if (serves(&models->items[i], request) &&
		    pick(&models->items[i], &request->config.engines, chain))
			return true;
	return false;
}
