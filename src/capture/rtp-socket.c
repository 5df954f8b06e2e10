/* rtp-socket.c: RTP's sockets, and those a port further */
#include "src/capture/rtp-socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"

/* an age beyond that is a wall clock that was set */
enum { AGE_MAX_MS = 200 };

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

void rtp_socket_stamp(int fd)
{
	int on = 1;

	setsockopt(fd, SOL_SOCKET, SO_TIMESTAMP, &on, sizeof on);
}

/* how long ago it came; 0 when nobody noted it */
static int64_t age_us(struct msghdr *message, int64_t wall_ms)
{
	struct cmsghdr *note = CMSG_FIRSTHDR(message);
	struct timeval came;
	int64_t age_ms;

	if (!note || note->cmsg_level != SOL_SOCKET ||
	    note->cmsg_type != SCM_TIMESTAMP)
		return 0;
	memcpy(&came, CMSG_DATA(note), sizeof came);
	age_ms = wall_ms - ((int64_t)came.tv_sec * 1000 + came.tv_usec / 1000);
	return age_ms > 0 && age_ms < AGE_MAX_MS ? age_ms * 1000 : 0;
}

int rtp_socket_read(int fd, struct rtp_batch *batch)
{
	struct mmsghdr messages[RTP_BATCH] = { 0 };
	struct iovec parts[RTP_BATCH];

	struct {
		_Alignas(struct cmsghdr) char room[CMSG_SPACE(
			sizeof(struct timeval))];
	} notes[RTP_BATCH];

	int64_t wall_ms;
	int n;

	for (int i = 0; i < RTP_BATCH; i++) {
		parts[i].iov_base = batch->items[i].data;
		parts[i].iov_len = sizeof batch->items[i].data;
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
		messages[i].msg_hdr.msg_control = &notes[i];
		messages[i].msg_hdr.msg_controllen = sizeof notes[i];
	}
	n = recvmmsg(fd, messages, RTP_BATCH, MSG_DONTWAIT, NULL);
	wall_ms = sv_wall_ms();
	for (int i = 0; i < n; i++) {
		batch->items[i].len = messages[i].msg_len;
		batch->items[i].age_us = age_us(&messages[i].msg_hdr, wall_ms);
	}
	return n;
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
