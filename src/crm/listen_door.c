/* listen_door: the sockets on which webhooks are awaited */
#include "src/crm/listen_door.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/option.h"
#include "lib/passed.h"
#include "lib/span.h"

static int wrong(const char *url)
{
	return sv_fail(EX_USAGE,
	               "%s: say http://HOST:PORT/PATH, or https:// with "
	               "--cert and --key",
	               url);
}

/* [::1]:8787, 127.0.0.1, :8787 */
static int parse_host(struct door *door, struct sv_span place)
{
	const char *mark = place.len && *place.at == '[' ? "]" : ":";
	struct sv_span host = sv_span_take(&place, mark);
	char *port;
	int rc = 0;

	if (*mark == ']') {
		host.at++;
		host.len--;
		if (place.len && *place.at != ':')
			return EX_USAGE;
		sv_span_take(&place, ":");
	}
	door->host = host.len ? sv_strndup(host.at, host.len)
	                      : sv_strdup("127.0.0.1");
	port = sv_strndup(place.at ? place.at : "", place.len);
	door->port = DOOR_PORT;
	if (*port)
		rc = sv_int(port, &door->port);
	free(port);
	return rc || door->port > 65535 ? EX_USAGE : 0;
}

int door_parse(struct door *door, const char *url)
{
	struct sv_span rest = { url, strlen(url) };
	struct sv_span scheme = sv_span_take(&rest, "://"), place;

	*door = (struct door){ .tls = sv_span_is(scheme, "https") };
	if (!rest.len || (!door->tls && !sv_span_is(scheme, "http")))
		return wrong(url);
	if (memchr(rest.at, '?', rest.len) || memchr(rest.at, '#', rest.len))
		return wrong(url);
	place = sv_span_take(&rest, "/");
	door->path = sv_format("/%.*s", (int)rest.len, rest.len ? rest.at : "");
	return parse_host(door, place) ? wrong(url) : 0;
}

/* --- sockets --- */

static int port_of(int fd, char host[INET6_ADDRSTRLEN])
{
	struct sockaddr_storage at = { 0 };
	socklen_t len = sizeof at;
	char port[8];

	if (getsockname(fd, (struct sockaddr *)&at, &len) ||
	    getnameinfo((struct sockaddr *)&at, len, host, INET6_ADDRSTRLEN,
	                port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV))
		return 0;
	return (int)strtol(port, NULL, 10);
}

static int take_passed(struct door *door)
{
	struct sv_passed *passed;
	size_t n = sv_passed_get(&passed);
	int rc = 0;

	for (size_t i = 0; i < n; i++) {
		if (passed[i].socket_type == SOCK_STREAM &&
		    door->n < DOOR_SOCKETS) {
			door->fds[door->n++] = passed[i].fd;
			continue;
		}
		rc = sv_fail(EX_CONFIG,
		             "the socket '%s' from systemd is none that "
		             "webhooks can come by",
		             passed[i].name);
		close(passed[i].fd);
	}
	sv_passed_free(passed, n);
	return rc;
}

static int make(struct door *door, const struct addrinfo *at)
{
	int on = 1;
	int fd = socket(at->ai_family,
	                SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0)
		door->fds[door->n++] = fd;
	if (fd >= 0 && at->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (fd < 0 || bind(fd, at->ai_addr, at->ai_addrlen) ||
	    listen(fd, SOMAXCONN))
		return sv_fail(EX_UNAVAILABLE,
		               "listen on %s port %d:", door->host, door->port);
	return 0;
}

static int make_all(struct door *door)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		                  .ai_flags = AI_NUMERICSERV | AI_PASSIVE };
	struct addrinfo *found = NULL, *at;
	char port[8];
	int rc;

	snprintf(port, sizeof port, "%d", door->port);
	rc = getaddrinfo(door->host, port, &hints, &found);
	if (rc)
		return sv_fail(EX_UNAVAILABLE, "listen on %s: %s", door->host,
		               gai_strerror(rc));
	for (at = found; !rc && at && door->n < DOOR_SOCKETS; at = at->ai_next)
		rc = make(door, at);
	freeaddrinfo(found);
	return rc;
}

static bool is_loopback(const char *host)
{
	return !strncmp(host, "127.", 4) || !strcmp(host, "::1");
}

/* The token comes in each webhook: whoever reads one can send others. */
static void warn_open(const struct door *door)
{
	char host[INET6_ADDRSTRLEN] = "";

	for (size_t i = 0; i < door->n; i++) {
		port_of(door->fds[i], host);
		if (*host && !is_loopback(host))
			sv_warn("%s takes webhooks without TLS: the token can "
			        "be read on the way; say https:// with --cert "
			        "and --key",
			        host);
	}
}

int door_open(struct door *door)
{
	int rc = take_passed(door);

	if (!rc && !door->n)
		rc = make_all(door);
	if (!rc && !door->tls)
		warn_open(door);
	return rc;
}

void door_tell(const struct door *door)
{
	char host[INET6_ADDRSTRLEN] = "?";

	for (size_t i = 0; i < door->n; i++) {
		int port = port_of(door->fds[i], host);
		bool v6 = strchr(host, ':') != NULL;

		sv_info("listening on http%s://%s%s%s:%d%s",
		        door->tls ? "s" : "", v6 ? "[" : "", host,
		        v6 ? "]" : "", port, door->path);
	}
}

void door_shut(struct door *door)
{
	for (size_t i = 0; i < door->n; i++)
		close(door->fds[i]);
	door->n = 0;
}

void door_close(struct door *door)
{
	door_shut(door);
	free(door->host);
	free(door->path);
	*door = (struct door){ 0 };
}
