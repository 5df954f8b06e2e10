/*
 * Where webhooks are awaited: http://127.0.0.1:8787/path or https://…, sockets
 * made here or handed on by systemd (sd_listen_fds(3)).
 */
#ifndef CRM_LISTEN_DOOR_H
#define CRM_LISTEN_DOOR_H

#include <stdbool.h>
#include <stddef.h>

enum { DOOR_SOCKETS = 8, DOOR_PORT = 8787 };

struct door {
	bool tls;
	char *host, *path; /* no host: loopback; "/" */
	int port;          /* 0: any that is free */
	int fds[DOOR_SOCKETS];
	size_t n;
};

/* Takes the URL apart: 0 or EX_USAGE. For door_close() either way. */
int door_parse(struct door *door, const char *url);

/* Listens: 0, EX_UNAVAILABLE, EX_CONFIG. Warns of what is open to a network
 * without TLS. */
int door_open(struct door *door);
/* Nobody is awaited any more: who knocks is refused, or waits for the next
 * run where systemd holds the socket. */
void door_shut(struct door *door);
void door_close(struct door *door);

/* logs where, as the system has bound it */
void door_tell(const struct door *door);

#endif
