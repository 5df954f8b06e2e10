/* listen: the sockets on which calls are awaited */
#include "src/capture/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/passed.h"

static void add(struct listeners *listeners, int fd,
                const struct origin *origin)
{
	listeners->items =
		sv_realloc(listeners->items,
	                   (listeners->n + 1) * sizeof *listeners->items);
	listeners->items[listeners->n++] = (struct listener){ fd, origin };
}

static int port_of(const struct origin *origin)
{
	return origin->url.port < 0 ? origin->transport->default_port
	                            : origin->url.port;
}

static void set(int fd, int level, int name)
{
	int on = 1;

	setsockopt(fd, level, name, &on, sizeof on);
}

/* A datagram socket shares its port with those of its calls, but may not take
 * that of another server: so the permission to share comes after the bind. It
 * tells for which of our addresses each datagram was. */
static void prepare_datagrams(int fd)
{
	set(fd, SOL_SOCKET, SO_REUSEADDR);
	set(fd, IPPROTO_IP, IP_PKTINFO);
	set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO);
}

static int bind_socket(int fd, const struct addrinfo *at)
{
	bool stream = at->ai_socktype == SOCK_STREAM;

	if (stream)
		set(fd, SOL_SOCKET, SO_REUSEADDR);
	if (bind(fd, at->ai_addr, at->ai_addrlen))
		return -1;
	if (!stream)
		prepare_datagrams(fd);
	return stream ? listen(fd, SOMAXCONN) : 0;
}

static int make(struct listeners *listeners, const struct origin *origin,
                const struct addrinfo *at, bool only_v6)
{
	int fd = socket(at->ai_family,
	                at->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return sv_fail(EX_UNAVAILABLE, "%s:", origin->url.text);
	add(listeners, fd, origin);
	if (at->ai_family == AF_INET6 && only_v6)
		set(fd, IPPROTO_IPV6, IPV6_V6ONLY);
	if (bind_socket(fd, at))
		return sv_fail(EX_UNAVAILABLE,
		               "%s: cannot listen:", origin->url.text);
	return 0;
}

/* every address the host has */
static int make_all(struct listeners *listeners, const struct origin *origin)
{
	struct addrinfo hints = { .ai_socktype = origin->transport->socket_type,
		                  .ai_flags = AI_NUMERICSERV | AI_PASSIVE };
	struct addrinfo *found = NULL, *at;
	char port[8];
	int rc;

	snprintf(port, sizeof port, "%d", port_of(origin));
	rc = getaddrinfo(origin->url.host, port, &hints, &found);
	if (rc)
		return sv_fail(EX_UNAVAILABLE, "%s: %s: %s", origin->url.text,
		               origin->url.host, gai_strerror(rc));
	for (at = found; !rc && at; at = at->ai_next)
		rc = make(listeners, origin, at, found->ai_next != NULL);
	freeaddrinfo(found);
	return rc;
}

static bool has(const struct listeners *listeners, const struct origin *origin)
{
	for (size_t i = 0; i < listeners->n; i++) {
		if (listeners->items[i].origin == origin)
			return true;
	}
	return false;
}

/* What a socket of systemd's is for: its name says the scheme, or it is of
 * the right kind; and of several the one with its port. */
static const struct origin *origin_of(const struct sv_passed *passed,
                                      const struct origin *origins, size_t n)
{
	const struct origin *found = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct capture_transport *transport =
			origins[i].transport;
		bool same = passed->port == port_of(&origins[i]);

		if (transport->socket_type != passed->socket_type)
			continue;
		if (strcmp(passed->name, transport->scheme) != 0 && !same)
			continue;
		if (!found || same)
			found = &origins[i];
	}
	return found;
}

static int take_passed(struct listeners *listeners,
                       const struct origin *origins, size_t n)
{
	struct sv_passed *passed;
	size_t n_passed = sv_passed_get(&passed);
	int rc = 0;

	for (size_t i = 0; i < n_passed; i++) {
		const struct origin *origin = origin_of(&passed[i], origins, n);

		if (origin)
			add(listeners, passed[i].fd, origin);
		else if (!rc)
			rc = sv_fail(EX_CONFIG,
			             "the socket '%s' (port %d) from systemd "
			             "is for none of the URLs",
			             passed[i].name, passed[i].port);
		if (!origin)
			close(passed[i].fd);
		else if (passed[i].socket_type == SOCK_DGRAM)
			prepare_datagrams(passed[i].fd);
	}
	sv_passed_free(passed, n_passed);
	return rc;
}

int listeners_open(struct listeners *listeners, const struct origin *origins,
                   size_t n)
{
	int rc;

	*listeners = (struct listeners){ 0 };
	rc = take_passed(listeners, origins, n);
	for (size_t i = 0; !rc && i < n; i++) {
		if (!has(listeners, &origins[i]))
			rc = make_all(listeners, &origins[i]);
	}
	return rc;
}

void listeners_close(struct listeners *listeners)
{
	for (size_t i = 0; i < listeners->n; i++)
		close(listeners->items[i].fd);
	free(listeners->items);
	*listeners = (struct listeners){ 0 };
}

void listener_name(const struct listener *listener,
                   char name[LISTENER_NAME_LEN])
{
	struct sockaddr_storage address;
	socklen_t len = sizeof address;
	char host[64] = "?", port[8] = "?";
	bool v6;

	if (!getsockname(listener->fd, (struct sockaddr *)&address, &len))
		getnameinfo((struct sockaddr *)&address, len, host, sizeof host,
		            port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
	v6 = strchr(host, ':') != NULL;
	snprintf(name, LISTENER_NAME_LEN, "%s://%s%s%s:%s",
	         listener->origin->transport->scheme, v6 ? "[" : "", host,
	         v6 ? "]" : "", port);
}
