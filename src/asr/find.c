/* find.c: where a model is */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"

#include "src/asr/model.h"

enum { PATH_ROOM = 4096 };

char *model_beside(const char *relative)
{
	char path[PATH_ROOM];
	ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
	char *slash;

	if (len < 0)
		return NULL;
	path[len] = '\0';
	slash = strrchr(path, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	return sv_format("%s/%s", path, relative);
}

/* the folder a setting names, or NULL */
static const char *named(const struct asr_config *config)
{
	const char *path = sv_list_get(&config->settings, "model");

	if (!path)
		path = config->model;
	return path && *path ? path : NULL;
}

char *model_find(const struct asr_config *config)
{
	char *cache = sv_cache_folder();
	char *relative = sv_format("models/%s", config->language);
	char *installed = sv_format("../share/sales-voice/%s", relative);
	char *path;

	if (named(config)) {
		path = sv_strdup(named(config));
	} else {
		path = sv_format("%s/%s", cache, relative);
		if (access(path, F_OK)) {
			free(path);
			path = model_beside(installed);
		}
	}
	if (!path || access(path, R_OK | X_OK)) {
		sv_fail(EX_NOINPUT,
		        "no model in %s; run sv-asr model get %s, or name one "
		        "with -p model=FOLDER",
		        path && named(config) ? path : relative,
		        config->language);
		free(path);
		path = NULL;
	}
	free(installed);
	free(relative);
	free(cache);
	return path;
}
