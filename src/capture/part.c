/* part.c: a file that gets its name only when it is complete */
#include "src/capture/part.h"

#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/log.h"

enum { SUFFIX_LEN = 5 }; /* ".part" */

static int make_temp(struct part *part)
{
	mode_t mask = umask(0);

	umask(mask);
	part->temp = sv_format("%s.XXXXXX.part", part->path);
	part->fd = mkostemps(part->temp, SUFFIX_LEN, O_CLOEXEC);
	if (part->fd < 0) {
		free(part->temp);
		part->temp = NULL;
		return sv_fail(EX_CANTCREAT, "create %s:", part->path);
	}
	fchmod(part->fd, 0666 & ~mask);
	return 0;
}

int part_open(struct part *part, const char *path)
{
	char *real = realpath(path, NULL); /* a link stays a link */
	struct stat info;

	*part = (struct part){ .fd = -1 };
	part->path = real ? real : sv_strdup(path);
	if (!stat(part->path, &info)) {
		if (S_ISDIR(info.st_mode))
			return sv_fail(EX_CANTCREAT, "%s is a folder", path);
		if (!S_ISREG(info.st_mode)) {
			part->fd = open(part->path,
			                O_WRONLY | O_CLOEXEC | O_NOCTTY);
			return part->fd >= 0 ? 0
			                     : sv_fail(EX_CANTCREAT,
			                               "open %s:", path);
		}
	}
	return make_temp(part);
}

/* a name is safe on disk only when its folder is */
static void sync_folder(const char *path)
{
	char *copy = sv_strdup(path);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	free(copy);
	if (fd < 0)
		return; /* a folder we may write but not read */
	fsync(fd);
	close(fd);
}

static int complete(struct part *part)
{
	if (fsync(part->fd))
		return sv_fail(EX_IOERR, "write %s:", part->path);
	if (rename(part->temp, part->path))
		return sv_fail(EX_CANTCREAT, "rename to %s:", part->path);
	sync_folder(part->path);
	return 0;
}

int part_close(struct part *part, int rc, bool keep)
{
	if (!rc && part->temp)
		rc = complete(part);
	if (rc && part->temp && keep)
		sv_warn("%s is not complete; what there is of it is %s",
		        part->path, part->temp);
	else if (rc && part->temp)
		unlink(part->temp);
	if (part->fd >= 0 && close(part->fd) && !rc)
		rc = sv_fail(EX_IOERR, "close %s:", part->path);
	free(part->path);
	free(part->temp);
	*part = (struct part){ .fd = -1 };
	return rc;
}
