/* record_file.c: the file of a recording, whole at any time */
#include "src/capture/record_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"

enum {
	DATE_LEN = 10, /* "2026-01-31" */
	NAMES_MAX = 100,
};

static int make_folder(const char *folder, const char *date)
{
	struct stat info;
	int rc = 0;

	if (stat(folder, &info)) {
		rc = sv_folder_make(folder);
		if (!rc)
			chmod(folder, 0750);
	}
	if (!rc && mkdir(date, 0750) && errno != EEXIST)
		rc = sv_fail(EX_CANTCREAT, "make the folder %s:", date);
	return rc;
}

/* A call id that comes twice (a dialplan that gives its UUID again) does not
 * cost the first one's recording. */
static int create(struct record_file *file, const char *stem,
                  const char *suffix)
{
	for (int i = 1; i < NAMES_MAX; i++) {
		free(file->path);
		file->path = i == 1 ? sv_format("%s.%s", stem, suffix)
		                    : sv_format("%s-%d.%s", stem, i, suffix);
		file->fd = open(file->path,
		                O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
		if (file->fd >= 0 || errno != EEXIST)
			break;
	}
	if (file->fd < 0)
		return sv_fail(EX_CANTCREAT, "record to %s:", file->path);
	fchmod(file->fd, 0640); /* whatever the umask */
	return 0;
}

int record_file_open(struct record_file *file, const char *folder,
                     const char *call, const char *suffix)
{
	char now[SV_TIME_LEN], *date, *stem;
	int rc;

	*file = (struct record_file){ .fd = -1 };
	sv_time_format(sv_wall_ms(), now);
	date = sv_format("%s/%.*s", folder, DATE_LEN, now);
	stem = sv_format("%s/%s", date, call);
	rc = make_folder(folder, date);
	if (!rc)
		rc = create(file, stem, suffix);
	free(date);
	free(stem);
	return rc;
}

/* A file without a name takes all we write, and loses it. */
static int check_name(const struct record_file *file)
{
	struct stat info;

	return fstat(file->fd, &info) || info.st_nlink
	               ? 0
	               : sv_fail(EX_IOERR,
	                         "%s was removed while the call went on",
	                         file->path);
}

int record_file_add(struct record_file *file, const struct sv_buf *piece)
{
	int rc = check_name(file);

	if (!rc)
		rc = sv_write(file->fd, sv_buf_str(piece), piece->len,
		              file->path);
	if (!rc)
		file->len += (off_t)piece->len;
	else if (ftruncate(file->fd, file->len))
		sv_debug("%s has a torn end", file->path);
	return rc;
}

int record_file_patch(struct record_file *file,
                      const struct record_patch *patch)
{
	ssize_t n =
		pwrite(file->fd, patch->bytes, patch->len, (off_t)patch->at);

	return n == (ssize_t)patch->len
	               ? 0
	               : sv_fail(EX_IOERR, "write %s:", file->path);
}

int record_file_close(struct record_file *file, int rc)
{
	if (file->fd >= 0 && close(file->fd) && !rc)
		rc = sv_fail(EX_IOERR, "close %s:", file->path);
	free(file->path);
	*file = (struct record_file){ .fd = -1 };
	return rc;
}
