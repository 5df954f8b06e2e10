/* Sockets that systemd has opened for us: LISTEN_FDS, LISTEN_PID and
 * LISTEN_FDNAMES of sd_listen_fds(3), and its sd_notify(3). */
#ifndef SV_PASSED_H
#define SV_PASSED_H

#include <stddef.h>

struct sv_passed {
	int fd;          /* made close-on-exec and non-blocking */
	char *name;      /* FileDescriptorName=; "" */
	int socket_type; /* SOCK_STREAM when it listens, SOCK_DGRAM; else 0 */
	int port;        /* -1 when it has none */
};

/* How many, and the list, for sv_passed_free(). The variables go, so that no
 * child takes them for its own. */
size_t sv_passed_get(struct sv_passed **list);
void sv_passed_free(struct sv_passed *list, size_t n);

/* Tells systemd ("READY=1"), where it asked to be told. */
void sv_passed_notify(const char *state);

#endif
