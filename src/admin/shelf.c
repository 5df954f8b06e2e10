/* shelf: files below the folders of the rules */
#include "src/admin/shelf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/start.h"

enum {
	DEEP = 16, /* folders within each other */
	DAY_S = 86400,
	FOLDER = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
};

/* the part of path below root, or NULL */
static const char *below(const char *path, const char *root)
{
	size_t len = strlen(root);

	while (len > 1 && root[len - 1] == '/')
		len--;
	return !strncmp(path, root, len) && path[len] == '/' ? path + len
	                                                     : NULL;
}

static const char *find_root(const struct rules *rules, const char *path,
                             const char **root)
{
	for (enum kind kind = 0; kind < KINDS; kind++) {
		const struct kind_rules *of = &rules->kinds[kind];

		for (size_t i = 0; i < of->n_folders; i++) {
			const char *rest = below(path, of->folders[i]);

			*root = of->folders[i];
			if (rest)
				return rest;
		}
	}
	return NULL;
}

static int refused(const char *path, const char *why)
{
	sv_fail(EX_NOPERM, "%s: %s", path, why);
	return -1;
}

/* Goes down from the folder fd (taken) along rest, to the folder of its last
 * part, which *name becomes (in text). -1 with errno, or 0 in it when refused. */
static int go_down(int fd, char *rest, const char *path, const char **name)
{
	char *part = rest, *slash;

	for (; fd >= 0; part = slash + 1) {
		int next;

		part += strspn(part, "/");
		slash = strchr(part, '/');
		if (slash)
			*slash = '\0';
		if (!strcmp(part, "..") || !strcmp(part, ".") || !*part) {
			close(fd);
			errno = 0;
			return refused(path, "a path with . or .. in it");
		}
		*name = part;
		if (!slash)
			break;
		next = openat(fd, part, FOLDER | O_NOFOLLOW);
		close(fd);
		fd = next;
	}
	return fd;
}

static enum shelf_found take_it(int folder, const char *name, const char *path,
                                bool take, int64_t *bytes)
{
	struct stat info;

	if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW)) {
		if (errno == ENOENT)
			return SHELF_ABSENT;
		sv_fail(EX_IOERR, "stat %s:", path);
		return SHELF_REFUSED;
	}
	if (!S_ISREG(info.st_mode)) {
		refused(path, "no plain file");
		return SHELF_REFUSED;
	}
	*bytes = info.st_size;
	if (take &&
	    ((unlinkat(folder, name, 0) && errno != ENOENT) || fsync(folder))) {
		sv_fail(EX_IOERR, "delete %s:", path);
		return SHELF_REFUSED;
	}
	return SHELF_FILE;
}

enum shelf_found shelf_file(const struct rules *rules, const char *path,
                            bool take, int64_t *bytes)
{
	const char *root, *name = NULL, *rest = find_root(rules, path, &root);
	enum shelf_found found = SHELF_REFUSED;
	char *parts;
	int fd;

	*bytes = 0;
	if (!rest) {
		refused(path, "outside of the folders that the rules name");
		return SHELF_REFUSED;
	}
	parts = sv_strdup(rest);
	fd = open(root, FOLDER);
	if (fd >= 0)
		fd = go_down(fd, parts, path, &name);
	if (fd >= 0) {
		found = take_it(fd, name, path, take, bytes);
		close(fd);
	} else if (errno == ENOENT) {
		found = SHELF_ABSENT;
	} else if (errno == ELOOP || errno == ENOTDIR) {
		refused(path, "a symbolic link, or no folder, is on the way");
	} else if (errno) {
		sv_fail(EX_IOERR, "open %s:", path);
	}
	free(parts);
	return found;
}

/* --- walking --- */

struct walk {
	int (*each)(void *arg, const struct shelf_item *item);
	void *arg;
	bool tidy;
	time_t young; /* a folder changed since then stays */
	int depth;
};

static int walk_folder(struct walk *walk, int fd, const char *path);

static int meet(struct walk *walk, int folder, const char *name,
                const char *path)
{
	struct shelf_item item = { .folder = folder,
		                   .name = name,
		                   .path = path };
	int fd, rc;

	if (fstatat(folder, name, &item.info, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT ? 0
		                       : sv_fail(EX_IOERR, "stat %s:", path);
	if (S_ISREG(item.info.st_mode))
		return walk->each(walk->arg, &item);
	if (!S_ISDIR(item.info.st_mode))
		return 0;
	if (walk->depth == DEEP)
		return sv_fail(EX_DATAERR, "%s: more than %d folders deep",
		               path, DEEP);
	fd = openat(folder, name, FOLDER | O_NOFOLLOW);
	if (fd < 0)
		return sv_fail(EX_NOPERM, "open %s:", path);
	walk->depth++;
	rc = walk_folder(walk, fd, path);
	walk->depth--;
	/* a young one may be about to get a file */
	if (!rc && walk->tidy && item.info.st_mtime < walk->young)
		unlinkat(folder, name, AT_REMOVEDIR); /* if it is empty */
	return rc;
}

/* takes fd */
static int walk_folder(struct walk *walk, int fd, const char *path)
{
	DIR *folder = fdopendir(fd);
	struct dirent *entry;
	int rc = 0;

	if (!folder) {
		close(fd);
		return sv_fail(EX_IOERR, "open %s:", path);
	}
	while (!rc && !sv_stopping() && (entry = readdir(folder))) {
		char *whole;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		whole = sv_format("%s/%s", path, entry->d_name);
		rc = meet(walk, dirfd(folder), entry->d_name, whole);
		free(whole);
	}
	closedir(folder);
	return rc;
}

int shelf_walk(const char *root, bool tidy,
               int (*each)(void *arg, const struct shelf_item *item), void *arg)
{
	struct walk walk = { .each = each,
		             .arg = arg,
		             .tidy = tidy,
		             .young = time(NULL) - DAY_S };
	size_t len = strlen(root);
	char *path = sv_strdup(root);
	int fd, rc;

	while (len > 1 && path[len - 1] == '/')
		path[--len] = '\0';
	fd = open(path, FOLDER);
	if (fd >= 0)
		rc = walk_folder(&walk, fd, path);
	else
		rc = sv_fail(errno == ENOENT ? EX_NOINPUT : EX_NOPERM,
		             "open %s:", path);
	free(path);
	return rc;
}

int shelf_take(const struct shelf_item *item)
{
	if (!unlinkat(item->folder, item->name, 0)) {
		fsync(item->folder);
		return 0;
	}
	if (errno == ENOENT)
		return 0;
	return sv_fail(errno == EACCES || errno == EPERM ? EX_NOPERM : EX_IOERR,
	               "delete %s:", item->path);
}
