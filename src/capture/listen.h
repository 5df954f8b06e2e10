/*
 * Where calls are awaited: the sockets of each URL, made here or handed on by
 * systemd (sd_listen_fds(3)). All are close-on-exec and non-blocking.
 */
#ifndef CAPTURE_LISTEN_H
#define CAPTURE_LISTEN_H

#include <stddef.h>

#include "src/capture/origins.h"

struct listener {
	int fd;
	const struct origin *origin; /* lent */
};

struct listeners {
	struct listener *items;
	size_t n;
};

/* Takes what systemd hands on, each socket for the URL of its name (the
 * scheme) or port, and makes the others. 0; EX_USAGE, EX_UNAVAILABLE,
 * EX_CONFIG for a socket that is for none of the URLs. listeners_close()
 * either way. */
int listeners_open(struct listeners *listeners, const struct origin *origins,
                   size_t n);
void listeners_close(struct listeners *listeners);

enum { LISTENER_NAME_LEN = 128 };

/* "audiosocket://127.0.0.1:9092", as the system has bound it */
void listener_name(const struct listener *listener,
                   char name[LISTENER_NAME_LEN]);

#endif
