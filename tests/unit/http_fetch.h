/* http_fetch.h: requests to tests/peers/http, and what came of them */
#ifndef HTTP_FETCH_H
#define HTTP_FETCH_H

#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/http.h"

#include "tests/unit/peer.h"
#include "tests/unit/tap.h"

static struct peer peer;
static struct sv_loop *loop;
static struct sv_http *http;
static struct sv_service service = { .name = "svc", .connect_ms = 5000 };

/* what came of a request */
static struct end {
	int done, code, retry_after_ms, pieces, data_code;
	long status;
	bool sent;
	size_t len;
	char body[8192], why[512], id[128];
} end;

static inline void done(void *arg, const struct sv_http_answer *answer)
{
	struct end *e = arg;

	e->done++;
	e->code = answer->code;
	e->status = answer->status;
	e->sent = answer->sent;
	e->retry_after_ms = answer->retry_after_ms;
	e->len = answer->len;
	snprintf(e->body + strlen(e->body), sizeof e->body - strlen(e->body),
	         "%s", answer->body);
	snprintf(e->why, sizeof e->why, "%s", answer->code ? sv_why() : "");
	snprintf(e->id, sizeof e->id, "%s", answer->request_id);
}

static inline int piece(void *arg, const char *data, size_t len)
{
	struct end *e = arg;

	e->pieces++;
	if (len < sizeof e->body - strlen(e->body))
		strncat(e->body, data, len);
	if (e->data_code)
		return sv_fail(e->data_code, "data says no");
	return 0;
}

static inline void wait_for(const int *what)
{
	int64_t until = sv_now_ms() + 60000;

	while (!*what && sv_now_ms() < until)
		sv_loop_step(loop, 1000);
}

/* runs a request to its end; its code */
static inline int fetch(struct sv_http_request request)
{
	int code = end.data_code;

	end = (struct end){ .data_code = code, .code = -1 };
	request.service = &service;
	request.done = done;
	request.arg = &end;
	sv_http_start(http, &request);
	if (end.done)
		printf("# done() was called from within start\n");
	wait_for(&end.done);
	return end.code;
}

static inline int get(const char *path)
{
	return fetch((struct sv_http_request){ .path = path });
}

static inline int post(const char *path, int retries)
{
	return fetch((struct sv_http_request){
		.path = path, .body = "{}", .len = 2, .retries = retries });
}

static inline int get_pieces(const char *path)
{
	return fetch((struct sv_http_request){ .path = path, .data = piece });
}

/* how many requests of a key the server has read */
static inline int seen(const char *key)
{
	char *path = sv_format("/seen/%s", key);
	int rc = get(path);

	free(path);
	return rc ? -1 : (int)strtol(end.body, NULL, 10);
}

static inline int has(const char *text)
{
	int found = strstr(end.body, text) != NULL;

	if (!found)
		printf("# '%s'\n", end.body);
	return found;
}

static inline int why(const char *text)
{
	int found = strstr(end.why, text) != NULL;

	if (!found)
		printf("# '%s'\n", end.why);
	return found;
}

/* the peer, the loop, http and the service: 0 when all are there */
static inline int fetch_begin(void)
{
	loop = sv_loop_new();
	if (peer_start(&peer, "http", NULL) || sv_http_new(&http, loop))
		return -1;
	service.url =
		sv_format("http://127.0.0.1:%s", peer_port(&peer, "plain"));
	return 0;
}

/* no request was bad, and nothing is left to wait for */
static inline void fetch_end(void)
{
	ok(!get("/bad"));
	is(end.body, "");
	ok(!sv_loop_run(loop));
	sv_http_free(http);
	ok(!sv_loop_run(loop));
	sv_loop_free(loop);
	peer_stop(&peer);
	free(service.url);
}

#endif
