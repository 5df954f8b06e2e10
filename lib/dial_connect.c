/* dial_connect: what libcurl is asked for, and whether it is what we need */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "lib/alloc.h"
#include "lib/dial_inside.h"
#include "lib/fail.h"
#include "lib/reach.h"

/* What was sent and is not acknowledged for so long was lost with the way
 * there: the kernel says so, as nobody else would for a quarter of an hour. */
enum { UNACKNOWLEDGED_MS = 15000 };

/* libcurl gives the TLS away only once something was read or written */
static bool agreed_h2(struct sv_dial *dial)
{
	const struct sv_curl *curl = sv_curl();
	struct curl_tlssessioninfo *tls = NULL;
	const unsigned char *name = NULL;
	unsigned len = 0;
	size_t n = 0;

	curl->easy_recv(dial->easy, &dial->early, 1, &n);
	dial->has_early = n > 0;
	curl->easy_getinfo(dial->easy, CURLINFO_TLS_SSL_PTR, &tls);
	if (tls && tls->internals)
		curl->ssl_get_alpn(tls->internals, &name, &len);
	return len == 2 && !memcmp(name, "h2", 2);
}

static int no_h2(const struct sv_service *service)
{
	char *place = sv_service_place(service);
	int rc = sv_fail(EX_UNAVAILABLE,
	                 "%s: %s does not offer HTTP/2, which gRPC needs: "
	                 "check the setting %s.url",
	                 service->name, place, service->name);

	free(place);
	return rc;
}

/* libcurl keeps the first error it finds words for, which is not the one that
 * tells something: what the other end says in TLS before it closes. */
static int keep_alert(CURL *easy, curl_infotype type, char *text, size_t len,
                      void *arg)
{
	struct sv_dial *dial = arg;

	(void)easy;
	if (type == CURLINFO_TEXT && memmem(text, len, " alert ", 7))
		snprintf(dial->alert, sizeof dial->alert, "%.*s",
		         (int)(len && text[len - 1] == '\n' ? len - 1 : len),
		         text);
	return 0;
}

static void listen_for_alerts(struct sv_dial *dial)
{
	const struct sv_curl *curl = sv_curl();

	curl->easy_setopt(dial->easy, CURLOPT_DEBUGFUNCTION, keep_alert);
	curl->easy_setopt(dial->easy, CURLOPT_DEBUGDATA, dial);
	curl->easy_setopt(dial->easy, CURLOPT_VERBOSE, 1L);
}

static int establish(struct sv_dial *dial)
{
	const struct sv_service *service = dial->setup.service;
	unsigned patience = UNACKNOWLEDGED_MS;
	curl_socket_t fd = CURL_SOCKET_BAD;

	sv_curl()->easy_getinfo(dial->easy, CURLINFO_ACTIVESOCKET, &fd);
	if (fd == CURL_SOCKET_BAD)
		return sv_fail(EX_UNAVAILABLE,
		               "%s: the connection was lost at once",
		               service->name);
	listen_for_alerts(dial);
	if (dial->setup.h2 && sv_service_tls(service) && !agreed_h2(dial))
		return no_h2(service);
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience,
	           sizeof patience);
	dial->fd = fd;
	dial->up = true;
	sv_loop_disarm(dial->loop, &dial->timer);
	dial_watch(dial);
	if (dial->has_early)
		sv_dial_again(dial);
	return 0;
}

/* a server may say no to our ALPN by an alert */
static int refuse(struct sv_dial *dial, CURLcode code)
{
	const struct sv_service *service = dial->setup.service;

	if (code == CURLE_SSL_CONNECT_ERROR && dial->setup.h2 &&
	    strstr(dial->why, "no application protocol"))
		return no_h2(service);
	return sv_reach_failed(dial->easy, code, dial->why, service);
}

void dial_done(struct sv_dial *dial, CURLcode result)
{
	int rc = result ? refuse(dial, result) : establish(dial);

	if (rc)
		dial->setup.failed(dial->setup.arg, rc);
	else
		dial->setup.up(dial->setup.arg);
}

static CURLcode set_alpn(CURL *easy, void *context, void *arg)
{
	static const unsigned char h1[] = "\x08http/1.1", h2[] = "\x02h2";
	struct sv_dial *dial = arg;

	(void)easy;
	if (dial->proxy_next) {
		dial->proxy_next = false;
		return CURLE_OK;
	}
	if (dial->setup.h2)
		sv_curl()->ssl_set_alpn(context, h2, sizeof h2 - 1);
	else
		sv_curl()->ssl_set_alpn(context, h1, sizeof h1 - 1);
	return CURLE_OK;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): libcurl's signature */
static size_t ignore(char *data, size_t size, size_t n, void *arg)
{
	(void)data;
	(void)arg;
	return size * n;
}

void dial_set_options(struct sv_dial *dial)
{
	const struct sv_service *service = dial->setup.service;
	const struct sv_curl *curl = sv_curl();
	CURL *easy = dial->easy;
	bool ws = !strncmp(service->url, "ws", 2);
	char *url = ws ? sv_format("http%s", service->url + 2)
	               : sv_strdup(service->url);

	sv_reach(easy, service);
	curl->easy_setopt(easy, CURLOPT_URL, url);
	curl->easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
	/* It would frame HTTP/2 itself if it agreed to it. */
	curl->easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl->easy_setopt(easy, CURLOPT_SSL_ENABLE_ALPN, 0L);
	curl->easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, set_alpn);
	curl->easy_setopt(easy, CURLOPT_SSL_CTX_DATA, dial);
	curl->easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
	curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
	curl->easy_setopt(easy, CURLOPT_ERRORBUFFER, dial->why);
	dial->proxy_next =
		service->proxy && !strncasecmp(service->proxy, "https:", 6);
	free(url);
}
