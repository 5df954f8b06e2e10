/* depot_folder: objects as files of a folder */
#include "lib/depot_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/service.h"
#include "lib/start.h"

enum { PIECE = 1 << 16 };

static const char *const settings[] = { "path", NULL };

static int folder_open(struct sv_depot **made, const struct sv_list *list)
{
	const char *path = sv_setting(list, "folder", "path");
	struct sv_depot *depot = sv_alloc(sizeof *depot);
	char *state = sv_state_folder();
	int rc;

	*made = depot;
	depot->path = path && *path ? sv_strdup(path)
	                            : sv_format("%s/archive", state);
	free(state);
	rc = sv_folder_make(depot->path);
	if (!rc) {
		char *whole = realpath(depot->path, NULL);

		depot->place =
			sv_format("file:%s", whole ? whole : depot->path);
		free(whole);
	}
	return rc;
}

static void folder_close(struct sv_depot *depot)
{
	if (!depot)
		return;
	free(depot->path);
	free(depot->place);
	free(depot);
}

static const char *folder_place(const struct sv_depot *depot)
{
	return depot->place;
}

char *folder_file(const struct sv_depot *depot, const char *key)
{
	return sv_format("%s/%s", depot->path, key);
}

int folder_failed(const char *what, const char *path)
{
	int code = errno == ENOSPC || errno == EDQUOT || errno == EFBIG ||
	                           errno == EROFS || errno == ESTALE
	                   ? EX_TEMPFAIL
	                   : EX_IOERR;

	return sv_fail(code, "%s %s:", what, path);
}

/* --- head, get, remove --- */

int64_t folder_modified(const struct stat *info)
{
	return (int64_t)info->st_mtim.tv_sec * 1000 +
	       info->st_mtim.tv_nsec / 1000000;
}

static int not_there(const struct sv_depot *depot, const char *key)
{
	if (errno == ENOENT || errno == ENOTDIR)
		return sv_fail(EX_NOINPUT, "%s: no %s there", depot->place,
		               key);
	return folder_failed("open", key);
}

static int folder_head(struct sv_depot *depot, const char *key,
                       struct sv_depot_object *object)
{
	unsigned char digest[SV_SHA256];
	struct stat info;
	char *file;
	int rc = sv_depot_key_check(key);

	if (rc)
		return rc;
	file = folder_file(depot, key);
	if (stat(file, &info))
		rc = not_there(depot, key);
	else if (!S_ISREG(info.st_mode))
		rc = sv_fail(EX_NOINPUT, "%s: %s is no file", depot->place,
		             key);
	*object = (struct sv_depot_object){ .bytes = 0 };
	if (!rc)
		rc = sv_sha256_file(file, digest);
	if (!rc) {
		sv_hex(digest, sizeof digest, object->sha256);
		snprintf(object->key, sizeof object->key, "%s", key);
		object->bytes = info.st_size;
		object->modified_ms = folder_modified(&info);
	}
	free(file);
	return rc;
}

static int pour(int fd, const char *key,
                int (*data)(void *arg, const void *bytes, size_t len),
                void *arg)
{
	char *piece = sv_alloc(PIECE);
	ssize_t n = 1;
	int rc = 0;

	while (!rc && n) {
		n = sv_read(fd, piece, PIECE, key);
		if (n < 0)
			rc = EX_IOERR;
		else if (n > 0)
			rc = data(arg, piece, (size_t)n);
		else if (sv_stopping())
			rc = sv_fail(EX_TEMPFAIL, "%s: stopped", key);
	}
	free(piece);
	return rc;
}

static int folder_get(struct sv_depot *depot, const char *key,
                      int (*data)(void *arg, const void *bytes, size_t len),
                      void *arg)
{
	char *file;
	int fd, rc = sv_depot_key_check(key);

	if (rc)
		return rc;
	file = folder_file(depot, key);
	fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	rc = fd < 0 ? not_there(depot, key) : pour(fd, key, data, arg);
	if (fd >= 0)
		close(fd);
	free(file);
	return rc;
}

static int folder_remove(struct sv_depot *depot, const char *key)
{
	char *file, *slash;
	int rc = sv_depot_key_check(key);

	if (rc)
		return rc;
	file = folder_file(depot, key);
	if (unlink(file) && errno != ENOENT && errno != ENOTDIR)
		rc = folder_failed("remove", key);
	/* and the folders that are empty now */
	while (!rc && (slash = strrchr(file + strlen(depot->path) + 1, '/'))) {
		*slash = '\0';
		if (rmdir(file))
			break;
	}
	free(file);
	return rc;
}

const struct sv_depot_engine sv_depot_folder = {
	.name = "folder",
	.about = "a folder of this machine",
	.settings = settings,
	.open = folder_open,
	.close = folder_close,
	.place = folder_place,
	.put = folder_put,
	.head = folder_head,
	.get = folder_get,
	.remove = folder_remove,
	.list = folder_list,
	.tidy = folder_tidy,
};
