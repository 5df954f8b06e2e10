/* datagram: peers that send datagrams */
#include "src/capture/datagram.h"

#include <errno.h>
#include <linux/filter.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"

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

/* a socket for this peer alone, or -1 */
static int connect_to(const struct listener *listener,
                      const struct address *peer)
{
	struct sockaddr_storage here;
	socklen_t len = sizeof here;
	int on = 1;
	int fd = socket(peer->at.ss_family,
	                SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	deafen(fd, true);
	if (getsockname(listener->fd, (struct sockaddr *)&here, &len) ||
	    bind(fd, (struct sockaddr *)&here, len) ||
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
	struct address from = { .len = sizeof from.at };
	ssize_t n = recvfrom(listener->fd, addresses->datagram,
	                     sizeof addresses->datagram, 0,
	                     (struct sockaddr *)&from.at, &from.len);

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
	arrival->fd = connect_to(listener, &from);
	if (arrival->fd >= 0)
		return 1;
	sv_warn("%s: no socket for a peer: %s", origin->url.text,
	        strerror(errno));
	return 0;
}
