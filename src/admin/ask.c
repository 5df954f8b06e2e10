/* ask: runs a program of ours for what it prints */
#include "src/admin/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"

enum { PATH = 4096, PIECE = 4096 };

char *ask_folder(void)
{
	char path[PATH];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);

	if (n <= 0)
		return sv_strdup(".");
	path[n] = '\0';
	*strrchr(path, '/') = '\0';
	return sv_strdup(*path ? path : "/");
}

static void become(const char *path, char *const argv[], int out)
{
	int null = open("/dev/null", O_RDWR);

	if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 &&
	    dup2(null, STDERR_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0)
		execv(path, argv);
	_exit(EX_UNAVAILABLE);
}

static int take(int fd, const char *path, struct sv_buf *out)
{
	char piece[PIECE];
	ssize_t n;
	int rc = 0;

	while (!rc && (n = sv_read(fd, piece, sizeof piece, path)) > 0)
		rc = sv_buf_add(out, piece, (size_t)n);
	return rc;
}

int ask(const char *path, char *const argv[], struct sv_buf *out)
{
	int ends[2], status = -1, rc;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		return sv_fail(EX_TEMPFAIL, "pipe:");
	child = fork();
	if (!child)
		become(path, argv, ends[1]);
	close(ends[1]);
	rc = child < 0 ? sv_fail(EX_TEMPFAIL, "fork:")
	               : take(ends[0], path, out);
	close(ends[0]);
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (!rc && (!WIFEXITED(status) || WEXITSTATUS(status)))
		rc = sv_fail(EX_UNAVAILABLE, "%s does not answer", path);
	return rc;
}
