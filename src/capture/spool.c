/* spool.c: a pipe turned into a file */
#include "src/capture/spool.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/fail.h"
#include "lib/io.h"
#include "lib/start.h"

static int copy(int from, int to, const char *name, const char *folder)
{
	unsigned char block[1 << 16];
	ssize_t n = 1;
	int rc = 0;

	while (!rc && n > 0 && sv_readable(from)) {
		n = sv_read(from, block, sizeof block, name);
		if (n < 0)
			rc = EX_IOERR;
		else
			rc = sv_write(to, block, (size_t)n, folder);
	}
	return rc;
}

int spool(int *fd, const char *name, const struct sv_buf *head)
{
	const char *folder = getenv("TMPDIR");
	int file, rc;

	folder = folder && *folder ? folder : "/tmp";
	file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (file < 0)
		return sv_fail(EX_CANTCREAT,
		               "make a file in %s for %s:", folder, name);
	rc = sv_write(file, head->data, head->len, folder);
	if (!rc)
		rc = copy(*fd, file, name, folder);
	if (*fd != STDIN_FILENO)
		close(*fd);
	*fd = file;
	return rc;
}
