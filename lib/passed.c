/* passed: sockets from systemd, and what it wants to be told */
#include "lib/passed.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/option.h"

enum { FIRST = 3 }; /* SD_LISTEN_FDS_START */

static int number(const char *variable)
{
	const char *text = getenv(variable);
	int n = 0;

	return text && !sv_int(text, &n) ? n : 0;
}

static int kind(int fd)
{
	int type = 0, listening = 0;
	socklen_t len = sizeof type;

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len))
		return 0;
	len = sizeof listening;
	if (type == SOCK_STREAM &&
	    (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) ||
	     !listening))
		return 0;
	return type;
}

static int port(int fd)
{
	struct sockaddr_storage at = { 0 };
	socklen_t len = sizeof at;

	if (getsockname(fd, (struct sockaddr *)&at, &len))
		return -1;
	if (at.ss_family == AF_INET)
		return ntohs(((struct sockaddr_in *)&at)->sin_port);
	if (at.ss_family == AF_INET6)
		return ntohs(((struct sockaddr_in6 *)&at)->sin6_port);
	return -1;
}

static struct sv_passed look(int fd, const char *name, size_t len)
{
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	return (struct sv_passed){ .fd = fd,
		                   .name = sv_strndup(name, len),
		                   .socket_type = kind(fd),
		                   .port = port(fd) };
}

size_t sv_passed_get(struct sv_passed **list)
{
	const char *name = getenv("LISTEN_FDNAMES");
	size_t n = 0;

	*list = NULL;
	if (number("LISTEN_PID") == getpid())
		n = (size_t)number("LISTEN_FDS");
	if (n)
		*list = sv_calloc(n, sizeof **list);
	for (size_t i = 0; i < n; i++) {
		size_t len = name ? strcspn(name, ":") : 0;

		(*list)[i] = look(FIRST + (int)i, name ? name : "", len);
		if (name)
			name = name[len] ? name + len + 1 : NULL;
	}
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	return n;
}

void sv_passed_free(struct sv_passed *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(list[i].name);
	free(list);
}

void sv_passed_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t len = path ? strlen(path) : 0;
	int fd;

	if (!len || len >= sizeof to.sun_path)
		return;
	memcpy(to.sun_path, path, len);
	if (*path == '@') /* an abstract name */
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&to,
	       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	close(fd);
}
