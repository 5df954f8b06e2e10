/* http_call: a request made a call, with copies of all that it needs */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/http_inside.h"
#include "lib/secret.h"

/* --- headers --- */

static void add_header(struct sv_http_call *call, const char *header)
{
	call->headers = call->http->curl->slist_append(call->headers, header);
}

static bool is_whole(const char *header)
{
	return strchr(header, ':') && !strpbrk(header, "\r\n");
}

static bool add_headers(struct sv_http_call *call,
                        const struct sv_http_request *request)
{
	const char *const *header = request->headers;
	const char *secret = request->secret_header;
	bool typed = request->n_parts || !request->body;

	for (; header && *header; header++) {
		if (!is_whole(*header))
			return false;
		typed = typed || !strncasecmp(*header, "content-type:", 13);
		add_header(call, *header);
	}
	if (!typed)
		add_header(call, "Content-Type: application/json");
	add_header(call, "Expect:"); /* curl would wait for a 100, a second */
	if (!secret)
		return true;
	add_header(call, secret);
	return is_whole(secret);
}

/* One of them may be a secret's; curl has no copies but for its send buffer. */
static void free_headers(struct sv_http_call *call)
{
	for (struct curl_slist *at = call->headers; at; at = at->next)
		explicit_bzero(at->data, strlen(at->data));
	call->http->curl->slist_free_all(call->headers);
}

/* --- body and the rest --- */

static void add_body(struct sv_http_call *call,
                     const struct sv_http_request *request)
{
	char *type = NULL;

	if (request->n_parts) {
		http_body_parts(call, request->parts, request->n_parts, &type);
		add_header(call, type);
		free(type);
	} else if (request->body) {
		call->len = request->len;
		if (!request->lent) {
			call->body = sv_alloc(request->len + 1);
			memcpy(call->body, request->body, request->len);
		}
	}
	call->sent_body = call->body ? call->body : request->body;
}

static char *whole_url(const struct sv_http_request *request)
{
	const char *path = request->path ? request->path : "";

	if (!strncasecmp(path, "https://", 8) ||
	    !strncasecmp(path, "http://", 7))
		return sv_strdup(path);
	return sv_format("%s%s", request->service->url, path);
}

struct sv_http_call *http_call_new(struct sv_http *http,
                                   const struct sv_http_request *request)
{
	struct sv_http_call *call = sv_alloc(sizeof *call);
	const char *method = request->method;

	call->http = http;
	call->request = *request;
	call->url = whole_url(request);
	call->place = sv_service_place(request->service);
	call->got.max = request->most ? request->most : HTTP_MOST;
	call->retries_left = request->retries;
	add_body(call, request);
	if (!method)
		method = call->sent_body ? "POST" : "GET";
	call->method = sv_strdup(method);
	if (request->timeout_ms)
		call->deadline_ms = sv_now_ms() + request->timeout_ms;
	if (add_headers(call, request))
		return call;
	sv_fail(EX_SOFTWARE, "%s: a header without a colon, or of two lines",
	        request->service->name);
	http_broken(call, EX_SOFTWARE);
	return call;
}

void http_call_free(struct sv_http_call *call)
{
	http_attempt_end(call);
	sv_loop_disarm(call->http->loop, &call->timer);
	free_headers(call);
	free(call->url);
	free(call->method);
	free(call->place);
	free(call->body);
	free(call->why);
	sv_buf_release(&call->got);
	free(call);
}
