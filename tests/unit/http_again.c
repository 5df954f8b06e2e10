/* http_again: what is sent again, connections used again, and time run out */
#include <stdlib.h>

#include "tests/unit/http_fetch.h"

static void retries(void)
{
	int64_t begun = sv_now_ms();

	ok(!post("/status/r1/503,200", 2));
	ok(sv_now_ms() - begun >= 375 && end.status == 200);
	ok(seen("r1") == 2);
	ok(post("/status/r2/503,200", 0) == EX_TEMPFAIL);
	ok(seen("r2") == 1);
	ok(post("/status/r3/503?h=Retry-After-Ms:+10", 2) == EX_TEMPFAIL);
	ok(seen("r3") == 3);
	ok(post("/status/r4/400,200", 2) == EX_DATAERR);
	ok(seen("r4") == 1);
	ok(!post("/status/r5/400,200?h=x-should-retry:+true&"
	         "h=retry-after-ms:+5",
	         2));
	ok(seen("r5") == 2);
	ok(post("/status/r6/503,200?h=x-should-retry:+false", 2) ==
	   EX_TEMPFAIL);
	ok(seen("r6") == 1);
	begun = sv_now_ms();
	ok(!post("/status/r7/429,200?h=Retry-After:+1", 1));
	ok(sv_now_ms() - begun >= 1000);
	/* nobody waits for an hour */
	ok(post("/status/r8/429,200?h=Retry-After:+3600", 1) == EX_TEMPFAIL);
	ok(end.retry_after_ms == 3600000 && seen("r8") == 1);
	/* nor past the deadline */
	ok(fetch((struct sv_http_request){
		   .path = "/status/r9/429,200?h=Retry-After:+5",
		   .retries = 1,
		   .timeout_ms = 3000 }) == EX_TEMPFAIL);
	ok(seen("r9") == 1);
	ok(!post("/cut/r10/1", 1));
	is(end.body, "1234567890");
	ok(seen("r10") == 2);
	/* never once a piece was handed out */
	ok(fetch((struct sv_http_request){ .path = "/cut/r11/1",
	                                   .data = piece,
	                                   .retries = 5 }) == EX_UNAVAILABLE);
	ok(seen("r11") == 1);
}

static bool never(void *arg, const struct sv_http_answer *answer)
{
	(void)arg;
	return !strstr(answer->body, "insufficient_quota");
}

static void vain(void)
{
	ok(fetch((struct sv_http_request){
		   .path = "/status/v1/429?b={\"code\":\"insufficient_quota\"}",
		   .retries = 2,
		   .again = never }) == EX_TEMPFAIL);
	ok(seen("v1") == 1);
	ok(!fetch((struct sv_http_request){
		.path = "/status/v2/429,200?b={}&h=retry-after-ms:+1",
		.retries = 2,
		.again = never }));
	ok(seen("v2") == 2);
}

/* A connection that was used before dies when the request was read. */
static void silent_repeats(void)
{
	ok(!post("/echo", 0)); /* there is one to be used again */
	ok(post("/die/d1/1", 0) == EX_UNAVAILABLE);
	ok(why("without an answer"));
	ok(seen("d1") == 1 && end.sent);
	ok(!post("/echo", 0));
	ok(fetch((struct sv_http_request){ .path = "/die/d2/1" }) ==
	   EX_UNAVAILABLE);
	ok(seen("d2") == 1);
	ok(!post("/echo", 0));
	ok(!post("/die/d3/1", 1));
	ok(seen("d3") == 2);
	ok(!post("/echo", 0));
	ok(post("/die/d4/9", 2) == EX_UNAVAILABLE);
	ok(seen("d4") == 3);
}

/* --- connections --- */

static int number(const char *key)
{
	const char *at = strstr(end.body, key);

	return at ? (int)strtol(at + strlen(key) + 2, NULL, 10) : -1;
}

/* what the server counts, asked by a connection of its own */
static int count(const char *path)
{
	struct sv_http *kept = http;
	int n = -1;

	if (!sv_http_new(&http, loop)) {
		n = get(path) ? -1 : (int)strtol(end.body, NULL, 10);
		sv_http_free(http);
	}
	http = kept;
	return n;
}

/* An answer after which the server closes, as idle connections are closed:
 * behind our back. Until it has: count() closes one itself. */
static void be_left(void)
{
	int before = count("/closed"), asked = 1;

	ok(!get("/close"));
	while (count("/closed") < before + asked + 1)
		asked++;
}

static void reuse(void)
{
	int connection;

	ok(!get("/echo"));
	connection = number("\"connection\"");
	ok(!post("/echo", 0));
	ok(number("\"connection\"") == connection);
	ok(get("/status/s/500") == EX_TEMPFAIL); /* an error does not end it */
	ok(!get("/echo"));
	ok(number("\"connection\"") == connection);
	be_left();
	ok(!post("/echo", 0));
	ok(number("\"connection\"") != connection);
}

static void warm(void)
{
	int before = count("/connections");

	sv_http_free(http);
	ok(!sv_http_new(&http, loop));
	sv_http_warm(http, &service);
	sv_http_warm(http, &service); /* one is being made */
	ok(!sv_loop_run(loop));       /* until nothing goes on */
	sv_http_warm(http, &service); /* one is there */
	ok(!sv_loop_run(loop));
	ok(!get("/echo"));
	ok(number("\"connection\"") == before + 1);
	ok(number("\"request\"") == 2); /* after the HEAD */
	be_left();
	sv_http_warm(http, &service); /* that one is dead */
	ok(!sv_loop_run(loop));
	ok(!get("/echo"));
	ok(number("\"connection\"") > before + 1);
	ok(number("\"request\"") == 2);
}

/* --- time --- */

static void times(void)
{
	char *large = sv_alloc(6 << 20);
	int64_t begun = sv_now_ms();

	memset(large, 'x', 6 << 20);

	ok(fetch((struct sv_http_request){ .path = "/hang",
	                                   .timeout_ms = 200,
	                                   .retries = 3 }) == EX_TEMPFAIL);
	ok(sv_now_ms() - begun >= 200 && why("has not answered within 200 ms"));
	ok(!end.status);
	ok(fetch((struct sv_http_request){ .path = "/stall",
	                                   .timeout_ms = 300 }) == EX_TEMPFAIL);
	ok(why("has not finished within 300 ms"));
	begun = sv_now_ms();
	ok(fetch((struct sv_http_request){ .path = "/stall",
	                                   .data = piece,
	                                   .timeout_ms = 60000,
	                                   .idle_ms = 200 }) == EX_TEMPFAIL);
	ok(why("has said nothing more for 200 ms") && end.pieces);
	is(end.body, "12345");
	ok(sv_now_ms() - begun < 30000);
	ok(fetch((struct sv_http_request){ .path = "/hang", .idle_ms = 200 }) ==
	   EX_TEMPFAIL);
	ok(why("has said nothing for 200 ms"));
	/* slow is not idle */
	ok(!fetch((struct sv_http_request){
		.path = "/drip?n=20&ms=50", .data = piece, .idle_ms = 900 }));
	is(end.body, "0;1;2;3;4;5;6;7;8;9;0;1;2;3;4;5;6;7;8;9;");
	/* nor is who is slow to take what we send */
	ok(!fetch((struct sv_http_request){ .path = "/echo?slow",
	                                    .body = large,
	                                    .len = 6 << 20,
	                                    .most = 10 << 20,
	                                    .idle_ms = 1500 }));
	ok(sv_now_ms() - begun > 1000);
	free(large);
}

static void nowhere(void)
{
	char *url = service.url;
	char refusing[] = "http://127.0.0.1:1";
	char unknown[] = "http://no-such-host.invalid";

	service.url = refusing;
	ok(get("/") == EX_UNAVAILABLE);
	is(end.why, "svc: connect to 127.0.0.1:1: Connection refused");
	ok(!end.status && !end.sent);
	service.url = unknown;
	service.connect_ms = 3000;
	ok(get("/") == EX_UNAVAILABLE); /* by the proxy of the environment */
	is(end.why, "svc: connect to no-such-host.invalid:80 by the proxy "
	            "127.0.0.1: Connection refused");
	service.url = url;
	service.connect_ms = 5000;
}

int main(void)
{
	setenv("http_proxy", "http://127.0.0.1:1", 1); /* not for loopback */
	unsetenv("no_proxy");
	if (fetch_begin())
		return 1;
	retries();
	vain();
	silent_repeats();
	reuse();
	warm();
	times();
	nowhere();
	fetch_end();
	return tap_end();
}
