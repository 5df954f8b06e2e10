/* http_attempt: one attempt of a request, and what arrives at it */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/http_inside.h"
#include "lib/reach.h"

enum {
	/* what was sent and is not acknowledged for so long was lost */
	UNACKNOWLEDGED_MS = 15000,
	MAX_IDLE_S = 3600,
};

static bool is_good(const struct sv_http_call *call)
{
	return call->status >= 200 && call->status < 300;
}

/* --- what arrives --- */

static size_t on_header(char *data, size_t one, size_t len, void *arg)
{
	struct sv_http_call *call = arg;
	char *line;

	(void)one;
	if (call->state != HTTP_RUNNING)
		return 0;
	http_heard(call);
	if (call->in_body) /* trailers change nothing */
		return len;
	line = sv_strndup(data, len);
	http_head(call, line);
	free(line);
	return len;
}

/* what is more than the ceiling is not waited for */
static size_t keep(struct sv_http_call *call, const char *data, size_t len)
{
	size_t room = call->got.max - call->got.len;

	sv_buf_add(&call->got, data, len < room ? len : room);
	call->too_much = len > room;
	return call->too_much ? 0 : len;
}

static size_t hand_over(struct sv_http_call *call, const char *data, size_t len)
{
	int rc;

	call->handed = true;
	rc = call->request.data(call->request.arg, data, len);
	if (call->state != HTTP_RUNNING) /* cancelled just now */
		return 0;
	if (!rc)
		return len;
	http_broken(call, rc);
	return 0;
}

static size_t on_body(char *data, size_t one, size_t len, void *arg)
{
	struct sv_http_call *call = arg;

	(void)one;
	if (call->state != HTTP_RUNNING)
		return 0;
	http_heard(call);
	call->in_body = true;
	return call->request.data && is_good(call) ? hand_over(call, data, len)
	                                           : keep(call, data, len);
}

/* --- the connection --- */

/* curl is about to send the request. It does so again, of itself, when a
 * connection that was used before dies before the answer begins: the service
 * may then see the request twice (curl 7.88, Curl_retry_request). That counts
 * as one of the retries that are allowed; unless not a byte had left. */
/* NOLINTNEXTLINE(readability-non-const-parameter): curl's type */
static int before(void *arg, char *to_ip, char *from_ip, int to, int from)
{
	struct sv_http_call *call = arg;
	long sent = 0;

	(void)to_ip;
	(void)from_ip;
	(void)to;
	(void)from;
	call->http->curl->easy_getinfo(call->easy, CURLINFO_REQUEST_SIZE,
	                               &sent);
	if (call->sent < 0 || call->sent == sent) {
		call->sent = sent; /* what a proxy was told */
		return CURL_PREREQFUNC_OK;
	}
	if (!call->retries_left)
		return CURL_PREREQFUNC_ABORT;
	call->retries_left--;
	call->sent = sent;
	return CURL_PREREQFUNC_OK;
}

/* the socket's entry, out of the list; NULL: there is none */
static struct http_socket *take_socket(struct sv_http *http, int fd)
{
	struct http_socket **at = &http->sockets, *found;

	while (*at && (*at)->fd != fd)
		at = &(*at)->next;
	found = *at;
	if (found)
		*at = found->next;
	return found;
}

void http_socket_free(struct http_socket *socket)
{
	if (!socket)
		return;
	free(socket->place);
	free(socket);
}

static curl_socket_t open_socket(void *arg, curlsocktype purpose,
                                 struct curl_sockaddr *to)
{
	struct sv_http_call *call = arg;
	struct sv_http *http = call->http;
	struct http_socket *made;
	struct stat info;
	int fd = socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);

	(void)purpose;
	if (fd < 0 || fstat(fd, &info))
		return CURL_SOCKET_BAD;
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT,
	           &(int){ UNACKNOWLEDGED_MS }, sizeof(int));
	/* curl 7.88 closes one that never connected without a word of it */
	http_socket_free(take_socket(http, fd));
	made = sv_alloc(sizeof *made);
	made->fd = fd;
	made->inode = info.st_ino;
	made->place = sv_strdup(call->place);
	made->next = http->sockets;
	http->sockets = made;
	return fd;
}

static int close_socket(void *arg, curl_socket_t fd)
{
	struct sv_http *http = arg;

	http_socket_free(take_socket(http, fd));
	sv_loop_unwatch(http->loop, fd);
	return close(fd);
}

/* --- the handle --- */

static void set_method(struct sv_http_call *call, CURL *easy)
{
	const struct sv_curl *curl = call->http->curl;

	if (!strcmp(call->method, "HEAD")) {
		curl->easy_setopt(easy, CURLOPT_NOBODY, 1L);
		return;
	}
	if (call->sent_body || !strcmp(call->method, "POST")) {
		curl->easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
		                  (curl_off_t)call->len);
		curl->easy_setopt(easy, CURLOPT_POSTFIELDS,
		                  call->sent_body ? call->sent_body : "");
	}
	curl->easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call->method);
}

static void set_callbacks(struct sv_http_call *call, CURL *easy)
{
	const struct sv_curl *curl = call->http->curl;

	curl->easy_setopt(easy, CURLOPT_PRIVATE, call);
	curl->easy_setopt(easy, CURLOPT_ERRORBUFFER, call->error);
	curl->easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl->easy_setopt(easy, CURLOPT_HEADERDATA, call);
	curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl->easy_setopt(easy, CURLOPT_WRITEDATA, call);
	curl->easy_setopt(easy, CURLOPT_PREREQFUNCTION, before);
	curl->easy_setopt(easy, CURLOPT_PREREQDATA, call);
	curl->easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl->easy_setopt(easy, CURLOPT_OPENSOCKETDATA, call);
	curl->easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
	curl->easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, call->http);
}

int http_attempt(struct sv_http_call *call)
{
	const struct sv_curl *curl = call->http->curl;
	CURL *easy = curl->easy_init();

	if (!easy)
		return sv_fail(EX_TEMPFAIL, "no memory for a request");
	call->easy = easy;
	call->tries++;
	call->error[0] = '\0';
	call->sent = -1;
	call->status = 0;
	call->in_body = call->too_much = false;
	call->fd = -1;
	call->heard = false;
	call->last_ms = sv_now_ms();
	call->gone = 0;
	call->request_id[0] = '\0';
	call->retry_after_ms = call->should_retry = -1;
	call->retry_date = false;
	sv_buf_cut(&call->got, 0);
	sv_reach(easy, call->request.service);
	/* HTTP/2 would have one connection do for many, and in curl 7.88 lose
	 * trailers and spin; these requests are few and long. */
	curl->easy_setopt(easy, CURLOPT_HTTP_VERSION,
	                  (long)CURL_HTTP_VERSION_1_1);
	/* curl would give up one that was idle for two minutes: keep-alive
	 * probes hold it, and what has been closed is seen before it is used */
	curl->easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long)MAX_IDLE_S);
	curl->easy_setopt(easy, CURLOPT_USERAGENT, "sales-voice/" SV_VERSION);
	curl->easy_setopt(easy, CURLOPT_HTTPHEADER, call->headers);
	set_method(call, easy);
	set_callbacks(call, easy);
	if (curl->easy_setopt(easy, CURLOPT_URL, call->url) ||
	    curl->multi_add_handle(call->http->multi, easy)) {
		curl->easy_cleanup(easy);
		call->easy = NULL;
		return sv_fail(EX_SOFTWARE, "curl does not take a request");
	}
	return 0;
}

void http_attempt_end(struct sv_http_call *call)
{
	const struct sv_curl *curl = call->http->curl;

	if (!call->easy)
		return;
	curl->multi_remove_handle(call->http->multi, call->easy);
	curl->easy_cleanup(call->easy);
	call->easy = NULL;
}
