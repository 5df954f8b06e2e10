/*
 * The server's socket: made, or taken over from systemd (LISTEN_FDS), which
 * then has ListenSequentialPacket=.
 */
#ifndef ASR_LISTEN_H
#define ASR_LISTEN_H

#include <stdbool.h>
#include <sys/types.h>

struct listen {
	int fd;
	const char *path;
	bool given; /* by systemd, whose file it is */
	dev_t dev;
	ino_t ino;
};

/* Listens at path, for our user alone, in a folder that is made when missing.
 * A socket that nobody listens at is taken away first. 0; EX_TEMPFAIL when
 * another server is there, EX_CANTCREAT, EX_CONFIG for a wrong LISTEN_FDS. */
int listen_open(struct listen *made, const char *path);

/* Listens no more, and takes the file away if it still is ours. */
void listen_close(struct listen *made);

/* The usual path, yours to free(): asr.sock in the run folder. */
char *listen_usual(void);

/* Connects to path: 0 and *fd, or an exit code. errno as connect(2)'s. */
int listen_connect(const char *path, int *fd);

/* whether the other end is a process of our user, or root's */
bool listen_trusts(int socket);

#endif
