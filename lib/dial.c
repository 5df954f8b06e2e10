/* dial: a connection made by libcurl, used by others */
#include "lib/dial.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/dial_inside.h"
#include "lib/fail.h"
#include "lib/reach.h"

enum {
	/* What was sent and is not acknowledged for so long was lost with the
	 * way there: the kernel says so, as nobody else would for a quarter of
	 * an hour. */
	UNACKNOWLEDGED_MS = 15000,
	WRITE_MAX = 1 << 16,
};

static int on_ready(void *arg, short revents);

static void watch(struct sv_dial *dial)
{
	short events = POLLIN | (dial->late.len ? POLLOUT : 0);

	if (!dial->lost && events != dial->watched)
		sv_loop_watch(dial->loop, dial->fd, events, on_ready, dial);
	dial->watched = events;
}

static ssize_t lose(struct sv_dial *dial, CURLcode code)
{
	if (!dial->lost)
		sv_loop_unwatch(dial->loop, dial->fd);
	dial->lost = true;
	sv_reach_failed(dial->easy, code ? code : CURLE_RECV_ERROR, dial->why,
	                dial->setup.service);
	return -1;
}

/* as sv_dial_write(), but a record of TLS that has no room must come again */
static ssize_t put(struct sv_dial *dial, const void *data, size_t len)
{
	size_t n = 0;
	CURLcode code = sv_curl()->easy_send(dial->easy, data, len, &n);

	if (code == CURLE_AGAIN)
		return 0;
	return code ? lose(dial, code) : (ssize_t)n;
}

/* what was late goes first; 0 or -1 */
static int put_late(struct sv_dial *dial)
{
	ssize_t n = 1;

	while (n > 0 && dial->late.len) {
		n = put(dial, dial->late.data, dial->late.len);
		if (n > 0)
			sv_buf_drop(&dial->late, (size_t)n);
	}
	if (n >= 0)
		watch(dial);
	return n < 0 ? -1 : 0;
}

static int on_ready(void *arg, short revents)
{
	struct sv_dial *dial = arg;

	(void)revents; /* errors show when reading */
	if (dial->late.len)
		put_late(dial); /* so do those of writing */
	dial->setup.ready(dial->setup.arg);
	return 0;
}

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
	if (dial->setup.h2 && sv_service_tls(service) && !agreed_h2(dial))
		return no_h2(service);
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience,
	           sizeof patience);
	dial->fd = fd;
	dial->up = true;
	sv_loop_disarm(dial->loop, &dial->timer);
	watch(dial);
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

static void set_options(struct sv_dial *dial)
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

int sv_dial_open(struct sv_dial **made, struct sv_loop *loop,
                 const struct sv_dial_setup *setup)
{
	const struct sv_curl *curl = sv_curl();
	struct sv_dial *dial;

	if (!curl)
		return EX_UNAVAILABLE;
	dial = sv_alloc(sizeof *dial);
	dial->loop = loop;
	dial->setup = *setup;
	dial->fd = CURL_SOCKET_BAD;
	sv_buf_init(&dial->late, WRITE_MAX);
	dial->multi = curl->multi_init();
	dial->easy = curl->easy_init();
	if (!dial->multi || !dial->easy) {
		sv_dial_close(dial);
		return sv_fail(EX_TEMPFAIL, "no memory for a connection");
	}
	set_options(dial);
	dial_drive(dial);
	*made = dial;
	return 0;
}

void sv_dial_close(struct sv_dial *dial)
{
	const struct sv_curl *curl = sv_curl();

	if (!dial)
		return;
	if (dial->up && !dial->lost)
		sv_loop_unwatch(dial->loop, dial->fd);
	if (dial->multi && dial->easy)
		curl->multi_remove_handle(dial->multi, dial->easy);
	if (dial->easy)
		curl->easy_cleanup(dial->easy);
	if (dial->multi)
		curl->multi_cleanup(dial->multi);
	sv_loop_disarm(dial->loop, &dial->timer);
	sv_buf_release(&dial->late);
	free(dial);
}

ssize_t sv_dial_read(struct sv_dial *dial, void *data, size_t len)
{
	CURLcode code;
	size_t n = 0;

	if (dial->has_early && len) {
		*(char *)data = dial->early;
		dial->has_early = false;
		return 1;
	}
	code = sv_curl()->easy_recv(dial->easy, data, len, &n);
	if (code == CURLE_AGAIN)
		return 0;
	return code || !n ? lose(dial, code) : (ssize_t)n;
}

ssize_t sv_dial_write(struct sv_dial *dial, const void *data, size_t len)
{
	ssize_t n;

	if (dial->late.len && put_late(dial))
		return -1;
	if (dial->late.len)
		return 0;
	len = len < WRITE_MAX ? len : WRITE_MAX;
	n = put(dial, data, len);
	if (n)
		return n;
	sv_buf_add(&dial->late, data, len);
	watch(dial);
	return (ssize_t)len;
}

void sv_dial_again(struct sv_dial *dial)
{
	sv_loop_arm(dial->loop, &dial->timer, sv_now_ms());
}
