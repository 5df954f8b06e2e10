/* datagram: peers that send datagrams */
#include "src/capture/datagram.h"

#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"

enum {
	KNOWN = 1024, /* addresses; the one not heard of for longest goes */
	QUIET_MS = 5000,
};

struct address {
	struct sockaddr_storage at;
	socklen_t len;
	uint32_t stream;
	int64_t heard_ms; /* at the listener, or when its call was over */
};

struct addresses {
	struct address known[KNOWN];
	uint8_t datagram[GREETING_MAX];
};

struct addresses *addresses_new(void)
{
	return sv_alloc(sizeof(struct addresses));
}

void addresses_free(struct addresses *addresses)
{
	free(addresses);
}

/* the place of an address, or that of the one not heard of for longest */
static struct address *place_of(struct addresses *addresses,
                                const struct address *from)
{
	struct address *oldest = addresses->known;

	for (struct address *a = oldest; a < addresses->known + KNOWN; a++) {
		if (a->len == from->len && !memcmp(&a->at, &from->at, a->len))
			return a;
		if (a->heard_ms < oldest->heard_ms)
			oldest = a;
	}
	return oldest;
}

/* Whether its datagrams belong to a call that was begun already. */
static bool is_known(struct addresses *addresses, const struct address *from)
{
	struct address *place = place_of(addresses, from);
	bool known = place->len == from->len &&
	             !memcmp(&place->at, &from->at, from->len) &&
	             place->stream == from->stream &&
	             from->heard_ms - place->heard_ms < QUIET_MS;

	*place = *from;
	return known;
}

void datagram_left(struct addresses *addresses, int fd, uint32_t stream)
{
	struct address from = { .len = sizeof from.at, .stream = stream };

	if (getpeername(fd, (struct sockaddr *)&from.at, &from.len))
		return;
	from.heard_ms = sv_now_ms();
	*place_of(addresses, &from) = from;
}

uint32_t datagram_stream(const struct arrival *arrival)
{
	if (!arrival->transport->stream)
		return 0;
	return arrival->transport->stream(arrival->greeting, arrival->len);
}

/* Until the new socket is connected it would be given other peers' datagrams,
 * for it is the last one bound to the port: it takes none meanwhile. */
static void deafen(int fd, bool deaf)
{
	struct sock_filter nothing = { BPF_RET | BPF_K, 0, 0, 0 };
	struct sock_fprog program = { 1, &nothing };

	if (deaf)
		setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
		           sizeof program);
	else
		setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &program,
		           sizeof program);
}

/* Where the datagram was for, which is where the answers have to come from:
 * the listener may stand for all addresses of the machine. */
static void note_local(struct msghdr *message, struct sockaddr_storage *here)
{
	struct cmsghdr *part;

	for (part = CMSG_FIRSTHDR(message); part;
	     part = CMSG_NXTHDR(message, part)) {
		if (part->cmsg_level == IPPROTO_IP &&
		    part->cmsg_type == IP_PKTINFO &&
		    here->ss_family == AF_INET) {
			struct in_pktinfo info;

			memcpy(&info, CMSG_DATA(part), sizeof info);
			((struct sockaddr_in *)here)->sin_addr =
				info.ipi_spec_dst;
		}
		if (part->cmsg_level == IPPROTO_IPV6 &&
		    part->cmsg_type == IPV6_PKTINFO &&
		    here->ss_family == AF_INET6) {
			struct in6_pktinfo info;

			memcpy(&info, CMSG_DATA(part), sizeof info);
			((struct sockaddr_in6 *)here)->sin6_addr =
				info.ipi6_addr;
			((struct sockaddr_in6 *)here)->sin6_scope_id =
				info.ipi6_ifindex;
		}
	}
}

/* One datagram: its length, or -1; from whom, and to which of our addresses. */
static ssize_t receive(const struct listener *listener,
                       struct addresses *addresses, struct address *from,
                       struct address *here)
{
	union {
		char bytes[256];
		struct cmsghdr align;
	} control;
	struct iovec piece = { addresses->datagram,
		               sizeof addresses->datagram };
	struct msghdr message = { .msg_name = &from->at,
		                  .msg_namelen = sizeof from->at,
		                  .msg_iov = &piece,
		                  .msg_iovlen = 1,
		                  .msg_control = &control,
		                  .msg_controllen = sizeof control };
	ssize_t n = recvmsg(listener->fd, &message, 0);

	if (n < 0)
		return n;
	from->len = message.msg_namelen;
	here->len = sizeof here->at;
	if (getsockname(listener->fd, (struct sockaddr *)&here->at, &here->len))
		return -1;
	note_local(&message, &here->at);
	return n;
}

/* a socket for this peer alone, or -1 */
static int connect_to(const struct address *here, const struct address *peer)
{
	int on = 1;
	int fd = socket(peer->at.ss_family,
	                SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	deafen(fd, true);
	if (bind(fd, (const struct sockaddr *)&here->at, here->len) ||
	    connect(fd, (const struct sockaddr *)&peer->at, peer->len)) {
		close(fd);
		return -1;
	}
	deafen(fd, false);
	return fd;
}

int datagram_next(const struct listener *listener, struct addresses *addresses,
                  struct arrival *arrival)
{
	const struct origin *origin = listener->origin;
	struct address from = { 0 }, here = { 0 };
	ssize_t n = receive(listener, addresses, &from, &here);

	if (n < 0)
		return errno == EINTR ? 0 : -1;
	*arrival = (struct arrival){ .transport = origin->transport,
		                     .url = &origin->url,
		                     .greeting = addresses->datagram,
		                     .len = (size_t)n };
	arrival->what =
		origin->transport->greeting(arrival->greeting, arrival->len);
	if (arrival->what != GREETING_CALL)
		return 0;
	from.heard_ms = sv_now_ms();
	from.stream = datagram_stream(arrival);
	if (is_known(addresses, &from))
		return 0;
	arrival->fd = connect_to(&here, &from);
	if (arrival->fd < 0)
		sv_fail(EX_TEMPFAIL, "socket:");
	return 1;
}
