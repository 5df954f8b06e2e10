/* rtp-socket.c: RTP's sockets, and those a port further */
#include "src/capture/rtp-socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/alloc.h"

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_storage room;
};

static bool next_port(union address *address)
{
	/* the port stands at the same place in both families */
	int port = ntohs(address->in.sin_port);

	address->in.sin_port = htons((uint16_t)(port + 1));
	return port > 0 && port < 65535;
}

static bool peer_of(int fd, union address *address, socklen_t *len)
{
	*len = sizeof *address;
	*address = (union address){ 0 };
	return !getpeername(fd, &address->any, len);
}

int rtp_socket_next(int fd)
{
	union address here = { 0 }, there;
	socklen_t here_len = sizeof here, there_len;
	int on = 1, made;

	if (getsockname(fd, &here.any, &here_len) ||
	    !peer_of(fd, &there, &there_len) || !next_port(&here) ||
	    !next_port(&there))
		return -1;
	made = socket(here.any.sa_family,
	              SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (made < 0)
		return -1;
	/* each call has one on this port; they differ by whom they talk to */
	setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(made, &here.any, here_len) ||
	    connect(made, &there.any, there_len)) {
		close(made);
		return -1;
	}
	return made;
}

char *rtp_socket_peer(int fd)
{
	union address at;
	socklen_t len;
	char host[NI_MAXHOST], port[NI_MAXSERV];

	if (!peer_of(fd, &at, &len) ||
	    getnameinfo(&at.any, len, host, sizeof host, port, sizeof port,
	                NI_NUMERICHOST | NI_NUMERICSERV))
		return sv_strdup("");
	return at.any.sa_family == AF_INET6 ? sv_format("[%s]:%s", host, port)
	                                    : sv_format("%s:%s", host, port);
}
