/* unpack.c: a zip archive into a folder, by libarchive */
#include "src/model/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"

/* The largest of Vosk's models has 3 GB in some 30 files. */
enum { ENTRIES_MAX = 1000, BLOCK = 65536, FOLDERS_OPEN = 8, END_LEN = 22 };

#define SIZE_MAX_BYTES (INT64_C(8) << 30)

struct unpack {
	struct archive *archive;
	const char *path, *top, *target;
	int entries;
	int64_t size; /* of what is unpacked already */
	char *block;
};

static int bad(const struct unpack *unpack, const char *what)
{
	return sv_fail(EX_DATAERR, "%s: %s", unpack->path, what);
}

/* the name under the top folder, "" for that itself; NULL when it is not a
 * name there or goes up again */
static const char *name_inside(const struct unpack *unpack, const char *name)
{
	size_t len = strlen(unpack->top);
	const char *part;

	if (!name || strncmp(name, unpack->top, len) != 0 || name[len] != '/')
		return NULL;
	name += len + 1;
	for (part = name; part; part = strchr(part, '/')) {
		if (*part == '/')
			part++;
		if (!strncmp(part, "..", 2) && (!part[2] || part[2] == '/'))
			return NULL;
	}
	return strchr(name, '\\') ? NULL : name;
}

/* all folders above the file */
static int make_room(const char *path)
{
	char *folder = sv_strdup(path);
	char *slash = strrchr(folder, '/');
	int rc;

	*slash = '\0';
	rc = sv_folder_make(folder);
	free(folder);
	return rc;
}

static int copy_data(struct unpack *unpack, int fd, const char *name)
{
	int rc = 0;

	while (!rc) {
		ssize_t n = archive_read_data(unpack->archive, unpack->block,
		                              BLOCK);

		if (!n)
			break;
		if (n < 0)
			return bad(unpack,
			           archive_error_string(unpack->archive));
		unpack->size += n;
		if (unpack->size > SIZE_MAX_BYTES)
			return bad(unpack, "too large for a model");
		rc = sv_write(fd, unpack->block, (size_t)n, name);
	}
	return rc;
}

static int make_file(struct unpack *unpack, const char *name)
{
	char *path = sv_format("%s/%s", unpack->target, name);
	int rc = make_room(path);
	int fd = -1;

	if (!rc) {
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (fd < 0 && errno == EEXIST)
			rc = bad(unpack, "a file that is in it twice");
		else if (fd < 0)
			rc = sv_fail(EX_CANTCREAT, "create %s:", path);
	}
	if (!rc)
		rc = copy_data(unpack, fd, path);
	if (fd >= 0 && close(fd) && !rc)
		rc = sv_fail(EX_IOERR, "write %s:", path);
	free(path);
	return rc;
}

static int take_entry(struct unpack *unpack, struct archive_entry *entry)
{
	const char *full = archive_entry_pathname(entry);
	const char *name = name_inside(unpack, full);

	if (++unpack->entries > ENTRIES_MAX)
		return bad(unpack, "too many files for a model");
	if (!name)
		return sv_fail(EX_DATAERR, "%s: %s lies outside of %s/",
		               unpack->path, full ? full : "a name",
		               unpack->top);
	if (archive_entry_symlink(entry) || archive_entry_hardlink(entry))
		return sv_fail(EX_DATAERR, "%s: %s is a link", unpack->path,
		               full);
	if (archive_entry_filetype(entry) == AE_IFDIR)
		return 0; /* files make their folders */
	if (archive_entry_filetype(entry) != AE_IFREG || !*name)
		return sv_fail(EX_DATAERR, "%s: %s is no plain file",
		               unpack->path, full);
	return make_file(unpack, name);
}

static int take_all(struct unpack *unpack)
{
	struct archive_entry *entry;
	int rc = 0;
	int got;

	if (archive_read_open_filename(unpack->archive, unpack->path, BLOCK))
		return bad(unpack, archive_error_string(unpack->archive));
	while (!rc) {
		got = archive_read_next_header(unpack->archive, &entry);
		if (got == ARCHIVE_EOF)
			break;
		if (got != ARCHIVE_OK)
			return bad(unpack,
			           archive_error_string(unpack->archive));
		rc = take_entry(unpack, entry);
	}
	if (!rc && !unpack->entries)
		rc = bad(unpack, "an archive with nothing in it");
	return rc;
}

/* An archive is whole when its end is there: libarchive does without. The end
 * is a record of 22 bytes and a comment. */
static int find_end(const struct unpack *unpack)
{
	static const char mark[] = { 'P', 'K', 5, 6 };
	int fd = open(unpack->path, O_RDONLY | O_CLOEXEC);
	off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	ssize_t n;
	const char *at;

	if (size < 0) {
		if (fd >= 0)
			close(fd);
		return sv_fail(EX_IOERR, "open %s:", unpack->path);
	}
	n = pread(fd, unpack->block, BLOCK, size > BLOCK ? size - BLOCK : 0);
	close(fd);
	at = n > 0 ? memmem(unpack->block, (size_t)n, mark, sizeof mark) : NULL;
	if (!at || unpack->block + n - at < END_LEN)
		return bad(unpack, "no whole zip archive");
	return 0;
}

int unpack_zip(const char *path, const char *top, const char *target)
{
	struct unpack unpack = { .path = path, .top = top, .target = target };
	int rc;

	unpack.archive = archive_read_new();
	unpack.block = sv_alloc(BLOCK);
	archive_read_support_format_zip(unpack.archive);
	rc = find_end(&unpack);
	if (!rc)
		rc = take_all(&unpack);
	archive_read_free(unpack.archive);
	free(unpack.block);
	return rc;
}

static int remove_one(const char *path, const struct stat *info, int type,
                      struct FTW *place)
{
	(void)info;
	(void)type;
	(void)place;
	remove(path);
	return 0;
}

void remove_folder(const char *path)
{
	nftw(path, remove_one, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS);
}
