/* depot_folder_put: a file that is whole under its name, or not there */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/depot_folder.h"
#include "lib/fail.h"

enum { PIECE = 1 << 16 };

static int sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 || fsync(fd) ? folder_failed("sync", path) : 0;

	if (fd >= 0)
		close(fd);
	return rc;
}

static int make_folder(const char *path)
{
	char *above;
	int rc;

	if (mkdir(path, 0700))
		return errno == EEXIST ? 0
		                       : folder_failed("make the folder", path);
	above = sv_strndup(path, (size_t)(strrchr(path, '/') - path));
	rc = sync_folder(above);
	free(above);
	return rc;
}

/* The folders above the file; each new one is on disk, too. */
static int make_folders(const struct sv_depot *depot, char *file)
{
	char *slash = file + strlen(depot->path);
	int rc = 0;

	while (!rc && (slash = strchr(slash + 1, '/'))) {
		*slash = '\0';
		rc = make_folder(file);
		*slash = '/';
	}
	return rc;
}

static bool write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			data += n;
			len -= (size_t)n;
		}
	}
	return true;
}

static int copy(const struct sv_depot_source *source, int fd, const char *path)
{
	char *piece = sv_alloc(PIECE);
	int64_t left = source->bytes;
	size_t got = 1;
	int rc = source->rewind(source->arg);

	while (!rc && left > 0) {
		rc = source->read(source->arg, piece, PIECE, &got);
		left -= (int64_t)got;
		if (!rc && !got)
			rc = sv_fail(EX_TEMPFAIL, "%s: less came than was said",
			             path);
		else if (!rc && !write_all(fd, piece, got))
			rc = folder_failed("write", path);
	}
	free(piece);
	if (!rc && fsync(fd))
		rc = folder_failed("write", path);
	/* so that what is read next comes from the disk */
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	return rc;
}

/* whether the file holds these very bytes */
static int compare(const char *path, const struct sv_depot_source *source,
                   bool *same)
{
	unsigned char digest[SV_SHA256];
	char hex[SV_SHA256_HEX];
	int rc = sv_sha256_file(path, digest);

	*same = false;
	if (rc)
		return rc;
	sv_hex(digest, sizeof digest, hex);
	*same = !strcmp(hex, source->sha256);
	return 0;
}

/* Under its name, where there is nothing yet: not every file system can link,
 * not every one can rename so. */
static int give_name(const char *temp, const char *file)
{
	if (!link(temp, file)) {
		unlink(temp);
		return 0;
	}
	if (errno == EEXIST)
		return -1;
	return renameat2(AT_FDCWD, temp, AT_FDCWD, file, RENAME_NOREPLACE);
}

static int name_it(const char *temp, const char *file,
                   const struct sv_depot_source *source)
{
	bool same = false;
	int rc = 0;

	if (source->replace ? !rename(temp, file) : !give_name(temp, file))
		return 0;
	if (source->replace || errno != EEXIST)
		return folder_failed("rename to", file);
	rc = compare(file, source, &same);
	if (!rc && !same)
		rc = sv_fail(EX_CANTCREAT, "%s is there, and is another one",
		             file);
	return rc;
}

static int write_file(const char *temp, int fd, const char *file,
                      const struct sv_depot_source *source)
{
	bool same = false;
	int rc = copy(source, fd, file);

	if (!rc)
		rc = compare(temp, source, &same);
	if (!rc && !same)
		rc = sv_fail(EX_TEMPFAIL,
		             "%s: what was read back is not what was to be "
		             "written",
		             file);
	return rc;
}

static char *temp_of(const char *file)
{
	const char *name = strrchr(file, '/') + 1;

	return sv_format("%.*s.%s.XXXXXX", (int)(name - file), file, name);
}

/* temp is a template, which gets its name */
static int put_file(char *temp, const char *file,
                    const struct sv_depot_source *source)
{
	int rc, fd = mkostemp(temp, O_CLOEXEC);

	if (fd < 0)
		return folder_failed("create", file);
	rc = write_file(temp, fd, file, source);
	if (close(fd) && !rc)
		rc = folder_failed("close", file);
	if (!rc)
		rc = name_it(temp, file, source);
	unlink(temp); /* if it has that name still */
	return rc;
}

int folder_put(struct sv_depot *depot, const char *key,
               const struct sv_depot_source *source)
{
	char *file, *temp;
	int rc = sv_depot_key_check(key);

	if (rc)
		return rc;
	file = folder_file(depot, key);
	temp = temp_of(file);
	rc = make_folders(depot, file);
	if (!rc)
		rc = put_file(temp, file, source);
	if (!rc) {
		*strrchr(file, '/') = '\0';
		rc = sync_folder(file);
	}
	free(temp);
	free(file);
	return rc;
}
