/* listen.c: the server's socket */
#include "src/asr/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"

enum {
	BACKLOG = 4096,
	GIVEN_FD = 3,
	ASIDE = 16, /* where no descriptor of a call's is meant to be */
};

static int address(const char *path, struct sockaddr_un *out)
{
	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof out->sun_path)
		return sv_fail(EX_USAGE,
		               "%s: a socket's path has %zu bytes at most",
		               path, sizeof out->sun_path - 1);
	memcpy(out->sun_path, path, strlen(path) + 1);
	return 0;
}

int listen_connect(const char *path, int *fd)
{
	struct sockaddr_un to;
	int rc = address(path, &to);
	int low;
	int kept;

	if (rc)
		return rc;
	low = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	*fd = fcntl(low, F_DUPFD_CLOEXEC, ASIDE);
	if (low >= 0)
		close(low);
	if (*fd < 0)
		return sv_fail(EX_OSERR, "a socket:");
	if (!connect(*fd, (const struct sockaddr *)&to, sizeof to))
		return 0;
	rc = sv_fail(EX_UNAVAILABLE, "connect to %s:", path);
	kept = errno;
	close(*fd);
	errno = kept;
	return rc;
}

bool listen_trusts(int socket)
{
	struct ucred peer;
	socklen_t len = sizeof peer;

	return !getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &len) &&
	       (peer.uid == geteuid() || !peer.uid);
}

/* --- a socket from systemd --- */

static int take_given(struct listen *made)
{
	int type = 0;
	int listens = 0;
	socklen_t len = sizeof type;

	made->fd = GIVEN_FD;
	made->given = true;
	if (getsockopt(made->fd, SOL_SOCKET, SO_TYPE, &type, &len) ||
	    getsockopt(made->fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) ||
	    type != SOCK_SEQPACKET || !listens)
		return sv_fail(EX_CONFIG,
		               "descriptor 3 is no socket that listens for "
		               "packets: ListenSequentialPacket= makes one");
	fcntl(made->fd, F_SETFD, FD_CLOEXEC);
	fcntl(made->fd, F_SETFL, O_NONBLOCK);
	return 0;
}

static bool is_given(void)
{
	const char *pid = getenv("LISTEN_PID");
	const char *n = getenv("LISTEN_FDS");

	return pid && n && strtol(pid, NULL, 10) == getpid() &&
	       strtol(n, NULL, 10) > 0;
}

/* --- one of our own --- */

/* What is at the path already: nothing that stays, or somebody's. */
static int clear(const char *path)
{
	struct stat info;
	int fd;

	if (lstat(path, &info))
		return 0;
	if (!S_ISSOCK(info.st_mode))
		return sv_fail(EX_CANTCREAT,
		               "%s is there and is no socket: remove it or "
		               "take another name",
		               path);
	if (info.st_uid != geteuid())
		return sv_fail(EX_CANTCREAT, "%s is another user's", path);
	if (!listen_connect(path, &fd)) {
		close(fd);
		return sv_fail(EX_TEMPFAIL, "another server listens at %s",
		               path);
	}
	if (errno != ECONNREFUSED)
		return EX_CANTCREAT;
	unlink(path);
	return 0;
}

static int make(struct listen *made)
{
	struct sockaddr_un at;
	struct stat info;
	mode_t mask;
	int rc = address(made->path, &at);

	if (!rc)
		rc = clear(made->path);
	if (rc)
		return rc;
	made->fd = socket(AF_UNIX,
	                  SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mask = umask(0177);
	rc = bind(made->fd, (const struct sockaddr *)&at, sizeof at);
	umask(mask);
	if (rc || listen(made->fd, BACKLOG) || stat(made->path, &info))
		return sv_fail(EX_CANTCREAT, "listen at %s:", made->path);
	made->dev = info.st_dev;
	made->ino = info.st_ino;
	return 0;
}

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return sv_strdup(".");
	return slash == path ? sv_strdup("/")
	                     : sv_strndup(path, (size_t)(slash - path));
}

/* The folder is locked for the time, lest of two servers that start together
 * each takes the other's socket for one that was left behind. */
int listen_open(struct listen *made, const char *path)
{
	char *folder = folder_of(path);
	int lock;
	int rc = 0;

	*made = (struct listen){ .fd = -1, .path = path };
	if (is_given()) {
		free(folder);
		return take_given(made);
	}
	if (access(folder, F_OK))
		rc = sv_folder_make(folder);
	lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock >= 0)
		flock(lock, LOCK_EX);
	if (!rc)
		rc = make(made);
	if (lock >= 0)
		close(lock);
	free(folder);
	return rc;
}

void listen_close(struct listen *made)
{
	struct stat info;

	if (made->fd < 0)
		return;
	if (!made->given && !lstat(made->path, &info) &&
	    info.st_dev == made->dev && info.st_ino == made->ino)
		unlink(made->path);
	close(made->fd);
	made->fd = -1;
}

char *listen_usual(void)
{
	char *run = sv_run_folder();
	char *path = sv_format("%s/asr.sock", run);

	free(run);
	return path;
}
