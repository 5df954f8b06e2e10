/* depot_folder_walk: all that is there */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/depot_folder.h"
#include "lib/fail.h"

struct walk {
	const struct sv_depot *depot;
	const char *prefix;
	/* what to do with a file, by its key */
	int (*file)(struct walk *walk, const char *key, bool temp);
	int (*each)(void *arg, const struct sv_depot_object *object);
	void *arg;
	int64_t before_ms;
};

/* one begins as the other does */
static bool may_hold(const char *key, const char *prefix)
{
	size_t a = strlen(key), b = strlen(prefix);

	return !strncmp(key, prefix, a < b ? a : b);
}

static int walk_folder(struct walk *walk, const char *key);

static int walk_entry(struct walk *walk, const char *folder, const char *name)
{
	char *key =
		*folder ? sv_format("%s/%s", folder, name) : sv_strdup(name);
	char *file = folder_file(walk->depot, key);
	struct stat info;
	int rc = 0;

	if (may_hold(key, walk->prefix) && !lstat(file, &info)) {
		if (S_ISREG(info.st_mode))
			rc = walk->file(walk, key, *name == '.');
		else if (S_ISDIR(info.st_mode) && *name != '.')
			rc = walk_folder(walk, key);
	}
	free(file);
	free(key);
	return rc;
}

static int walk_folder(struct walk *walk, const char *key)
{
	char *path = folder_file(walk->depot, key);
	struct dirent **names;
	int rc = 0, n = scandir(path, &names, NULL, alphasort);

	if (n < 0) {
		rc = errno == ENOENT ? 0
		                     : folder_failed("read the folder", path);
		free(path);
		return rc;
	}
	for (int i = 0; i < n; i++) {
		const char *name = names[i]->d_name;

		if (!rc && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
			rc = walk_entry(walk, key, name);
		free(names[i]);
	}
	free(names);
	free(path);
	return rc;
}

static int tell_file(struct walk *walk, const char *key, bool temp)
{
	struct sv_depot_object object = { .bytes = 0 };
	char *file;
	struct stat info;
	int rc = 0;

	if (temp || sv_depot_key_check(key) ||
	    strncmp(key, walk->prefix, strlen(walk->prefix)) != 0)
		return 0;
	file = folder_file(walk->depot, key);
	if (!stat(file, &info)) {
		snprintf(object.key, sizeof object.key, "%s", key);
		object.bytes = info.st_size;
		object.modified_ms = folder_modified(&info);
		rc = walk->each(walk->arg, &object);
	}
	free(file);
	return rc;
}

int folder_list(struct sv_depot *depot, const char *prefix,
                int (*each)(void *arg, const struct sv_depot_object *object),
                void *arg)
{
	struct walk walk = { .depot = depot,
		             .prefix = prefix,
		             .file = tell_file,
		             .each = each,
		             .arg = arg };

	return walk_folder(&walk, "");
}

static int sweep_file(struct walk *walk, const char *key, bool temp)
{
	char *file;
	struct stat info;

	if (!temp)
		return 0;
	file = folder_file(walk->depot, key);
	if (!stat(file, &info) && folder_modified(&info) < walk->before_ms)
		unlink(file);
	free(file);
	return 0;
}

int folder_tidy(struct sv_depot *depot, int64_t before_ms)
{
	struct walk walk = { .depot = depot,
		             .prefix = "",
		             .file = sweep_file,
		             .before_ms = before_ms };

	return walk_folder(&walk, "");
}
