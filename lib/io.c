/* io: descriptors and whole files, checked */
#include "lib/io.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/start.h"

static void wait_for(int fd, short events)
{
	struct pollfd item = { .fd = fd, .events = events };

	poll(&item, 1, 1000);
}

int sv_write(int fd, const void *data, size_t len, const char *name)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n >= 0) {
			p += n;
			len -= (size_t)n;
		} else if (errno == EAGAIN) {
			wait_for(fd, POLLOUT);
		} else if (errno == EPIPE) {
			return SV_GONE;
		} else if (errno != EINTR) {
			return sv_fail(EX_IOERR, "write %s:", name);
		}
	}
	return 0;
}

ssize_t sv_read(int fd, void *data, size_t len, const char *name)
{
	for (;;) {
		ssize_t n = read(fd, data, len);

		if (n >= 0)
			return n;
		if (errno == EINTR && sv_stopping())
			return 0;
		if (errno != EINTR) {
			sv_fail(EX_IOERR, "read %s:", name);
			return -1;
		}
	}
}

bool sv_readable(int fd)
{
	struct pollfd item = { .fd = fd, .events = POLLIN };
	sigset_t blocked, open;
	int n = 0;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGINT);
	sigprocmask(SIG_BLOCK, &blocked, &open);
	while (!sv_stopping() && n <= 0) {
		n = ppoll(&item, 1, NULL, &open);
		if (n < 0 && errno != EINTR)
			break; /* read(2) will say what is wrong */
	}
	sigprocmask(SIG_SETMASK, &open, NULL);
	return !sv_stopping();
}

int sv_file_read(const char *path, struct sv_buf *buf)
{
	char block[65536];
	struct stat info;
	ssize_t n = -1;
	int rc = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return sv_fail(EX_NOINPUT, "open %s:", path);
	if (!fstat(fd, &info) && S_ISDIR(info.st_mode))
		rc = sv_fail(EX_NOINPUT, "%s is a folder", path);
	while (!rc && (n = sv_read(fd, block, sizeof block, path)) > 0) {
		rc = sv_buf_add(buf, block, (size_t)n);
		if (rc)
			rc = sv_fail(rc, "%s: %s", path, sv_why());
	}
	close(fd);
	return !rc && n < 0 ? EX_IOERR : rc;
}

/* the name and the data are safe on disk only when the folder is, too */
static int sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = !slash ? sv_strdup(".")
	               : slash == path
	                       ? sv_strdup("/")
	                       : sv_strndup(path, (size_t)(slash - path));
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	free(folder);
	if (fd < 0)
		return 0; /* a folder we may write but not read */
	fsync(fd);
	close(fd);
	return 0;
}

int sv_file_replace(const char *path, const void *data, size_t len, int mode)
{
	char *temp = sv_format("%s.XXXXXX", path);
	int fd = mkostemp(temp, O_CLOEXEC);
	int rc;

	if (fd < 0) {
		rc = sv_fail(EX_CANTCREAT, "create %s:", path);
		free(temp);
		return rc;
	}
	rc = sv_write(fd, data, len, path);
	if (!rc && (fchmod(fd, (mode_t)mode) || fsync(fd)))
		rc = sv_fail(EX_IOERR, "write %s:", path);
	if (close(fd) && !rc)
		rc = sv_fail(EX_IOERR, "close %s:", path);
	if (!rc && rename(temp, path))
		rc = sv_fail(EX_CANTCREAT, "rename to %s:", path);
	if (rc)
		unlink(temp);
	else
		rc = sync_folder(path);
	free(temp);
	return rc;
}

int sv_folder_make(const char *path)
{
	char *copy = sv_strdup(path);
	struct stat info;
	int rc = 0;

	for (char *p = copy + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		mkdir(copy, 0700);
		*p = '/';
	}
	if (mkdir(copy, 0700) && errno != EEXIST)
		rc = sv_fail(EX_CANTCREAT, "make the folder %s:", path);
	else if (stat(copy, &info) || !S_ISDIR(info.st_mode))
		rc = sv_fail(EX_CANTCREAT, "%s is not a folder", path);
	free(copy);
	return rc;
}

static char *folder(const char *own, const char *xdg, const char *below_home)
{
	const char *path = getenv(own), *home = getenv("HOME");

	if (path && *path)
		return sv_strdup(path);
	path = getenv(xdg);
	if (path && *path == '/')
		return sv_format("%s/sales-voice", path);
	return sv_format("%s/%s/sales-voice", home && *home ? home : "/tmp",
	                 below_home);
}

char *sv_cache_folder(void)
{
	return folder("SV_CACHE", "XDG_CACHE_HOME", ".cache");
}

char *sv_state_folder(void)
{
	return folder("SV_STATE", "XDG_STATE_HOME", ".local/state");
}

char *sv_run_folder(void)
{
	const char *run = getenv("SV_RUN"), *xdg = getenv("XDG_RUNTIME_DIR");

	if (run && *run)
		return sv_strdup(run);
	return sv_format("%s/sales-voice", xdg && *xdg == '/' ? xdg : "/run");
}
