/* model: where a recognition model is */
#include "lib/model.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"

enum { PATH_ROOM = 4096 };

char *sv_beside(const char *relative)
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

char *sv_model_find(const char *named, const char *language)
{
	char *cache = sv_cache_folder();
	char *relative = sv_format("models/%s", language);
	char *installed = sv_format("../share/sales-voice/%s", relative);
	char *path;

	if (named && *named) {
		path = sv_strdup(named);
	} else {
		path = sv_format("%s/%s", cache, relative);
		if (access(path, F_OK)) {
			free(path);
			path = sv_beside(installed);
		}
	}
	if (!path || access(path, R_OK | X_OK)) {
		sv_fail(EX_NOINPUT,
		        "no model in %s; run sv-model get %s, or name one "
		        "with -p model=FOLDER",
		        named && *named ? named : relative, language);
		free(path);
		path = NULL;
	}
	free(installed);
	free(relative);
	free(cache);
	return path;
}
