/* peer.h: a server of tests/peers for a test in C: started, its doors known */
#ifndef PEER_H
#define PEER_H

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/alloc.h"

struct peer {
	pid_t pid;
	int stdin_fd; /* it ends when this is closed */
	char doors[1024];
};

/* Starts tests/peers/NAME, which prints "DOOR PORT" lines and "ready". */
static inline int peer_start(struct peer *peer, const char *name,
                             const char *arg)
{
	const char *root = getenv("SV_ROOT");
	char *path = sv_format("%s/tests/peers/%s", root ? root : ".", name);
	int in[2], out[2];
	size_t len = 0;
	ssize_t n = 1;

	if (pipe(in) || pipe(out))
		return -1;
	peer->pid = fork();
	if (!peer->pid) {
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		close(in[1]);
		close(out[0]);
		unsetenv("LD_PRELOAD");
		execl(path, path, arg, (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	free(path);
	peer->stdin_fd = in[1];
	while (n > 0 && !strstr(peer->doors, "ready\n")) {
		n = read(out[0], peer->doors + len,
		         sizeof peer->doors - 1 - len);
		len += n > 0 ? (size_t)n : 0;
		peer->doors[len] = '\0';
	}
	close(out[0]);
	return n > 0 ? 0 : -1;
}

/* the port of a door, "0" when there is none; lent until the next one */
static inline const char *peer_port(const struct peer *peer, const char *door)
{
	static char port[8];
	char *line = sv_format("%s ", door);
	const char *at = strstr(peer->doors, line);

	snprintf(port, sizeof port, "%d",
	         at ? (int)strtol(at + strlen(line), NULL, 10) : 0);
	free(line);
	return port;
}

static inline void peer_stop(struct peer *peer)
{
	close(peer->stdin_fd);
	waitpid(peer->pid, NULL, 0);
}

/* runs a script of tests/peers to its end: its exit code */
static inline int peer_run(const char *name, const char *arg)
{
	const char *root = getenv("SV_ROOT");
	char *path = sv_format("%s/tests/peers/%s", root ? root : ".", name);
	pid_t pid = fork();
	int status = -1;

	if (!pid) {
		execl(path, path, arg, (char *)NULL);
		_exit(127);
	}
	free(path);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#endif
