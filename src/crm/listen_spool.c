/* listen_spool: call files, beside Asterisk's spool and into it */
#include "src/crm/listen_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/digest.h"
#include "lib/fail.h"
#include "lib/io.h"

/* Asterisk looks at files only: a folder within the spool is on the same file
 * system, and out of its way. */
static char *path_of(const struct spool *spool, const char *call, bool placed)
{
	return sv_format("%s/%ssv-%s.call", spool->folder,
	                 placed ? "" : ".sales-voice/", call);
}

int spool_open(const struct spool *spool)
{
	char *folder;
	struct stat stat_;
	int rc = 0;

	if (!spool->folder)
		return 0;
	if (stat(spool->folder, &stat_))
		return sv_fail(EX_NOINPUT, "spool %s:", spool->folder);
	folder = sv_format("%s/.sales-voice", spool->folder);
	if (mkdir(folder, 0770) && errno != EEXIST)
		rc = sv_fail(EX_CANTCREAT, "%s:", folder);
	else if (access(spool->folder, W_OK | X_OK))
		rc = sv_fail(EX_CANTCREAT, "spool %s:", spool->folder);
	free(folder);
	return rc;
}

void spool_call(const char *key, char call[SV_ULID_LEN])
{
	unsigned char digest[SV_SHA256];

	sv_sha256(key, strlen(key), digest);
	sv_ulid_from(digest, call);
}

int spool_write(const struct spool *spool, const char *call,
                const struct sv_buf *file)
{
	char *path = path_of(spool, call, false);
	/* Asterisk is another user: a group that both are in lets it write
	 * its tries into the file */
	int rc = sv_file_replace(path, sv_buf_str(file), file->len, 0660);

	free(path);
	return rc;
}

static int sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = 0;

	if (fd < 0 || fsync(fd))
		rc = sv_fail(EX_IOERR, "sync %s:", path);
	if (fd >= 0)
		close(fd);
	return rc;
}

int spool_place(const struct spool *spool, const char *call)
{
	char *from = path_of(spool, call, false);
	char *to = path_of(spool, call, true);
	int rc = 0;

	/* not there: it was moved already, and Asterisk may be done with it */
	if (rename(from, to) && errno != ENOENT)
		rc = sv_fail(EX_IOERR, "rename %s:", from);
	if (!rc)
		rc = sync_folder(spool->folder);
	free(from);
	free(to);
	return rc;
}
