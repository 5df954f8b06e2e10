/* http: requests against a strict server with faults, tests/peers/http */
#include "lib/http.h"

#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/secret.h"

#include "tests/unit/peer.h"
#include "tests/unit/tap.h"

#define KEY "sk-verysecretkey-0123456789"

static struct peer peer;
static struct sv_loop *loop;
static struct sv_http *http;
static struct sv_service service = { .name = "svc", .connect_ms = 5000 };

/* what came of a request */
static struct end {
	int done, code, retry_after_ms, pieces, data_code;
	long status;
	size_t len;
	char body[8192], why[512], id[128];
} end;

static void done(void *arg, const struct sv_http_answer *answer)
{
	struct end *e = arg;

	e->done++;
	e->code = answer->code;
	e->status = answer->status;
	e->retry_after_ms = answer->retry_after_ms;
	e->len = answer->len;
	snprintf(e->body + strlen(e->body), sizeof e->body - strlen(e->body),
	         "%s", answer->body);
	snprintf(e->why, sizeof e->why, "%s", answer->code ? sv_why() : "");
	snprintf(e->id, sizeof e->id, "%s", answer->request_id);
}

static int piece(void *arg, const char *data, size_t len)
{
	struct end *e = arg;

	e->pieces++;
	if (len < sizeof e->body - strlen(e->body))
		strncat(e->body, data, len);
	if (e->data_code)
		return sv_fail(e->data_code, "data says no");
	return 0;
}

static void wait_for(const int *what)
{
	int64_t until = sv_now_ms() + 60000;

	while (!*what && sv_now_ms() < until)
		sv_loop_step(loop, 1000);
}

/* runs a request to its end; its code */
static int fetch(struct sv_http_request request)
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

static int get(const char *path)
{
	return fetch((struct sv_http_request){ .path = path });
}

static int post(const char *path, int retries)
{
	return fetch((struct sv_http_request){
		.path = path, .body = "{}", .len = 2, .retries = retries });
}

static int get_pieces(const char *path)
{
	return fetch((struct sv_http_request){ .path = path, .data = piece });
}

/* how many requests of a key the server has read */
static int seen(const char *key)
{
	char *path = sv_format("/seen/%s", key);
	int rc = get(path);

	free(path);
	return rc ? -1 : (int)strtol(end.body, NULL, 10);
}

static int has(const char *text)
{
	int found = strstr(end.body, text) != NULL;

	if (!found)
		printf("# '%s'\n", end.body);
	return found;
}

static int why(const char *text)
{
	int found = strstr(end.why, text) != NULL;

	if (!found)
		printf("# '%s'\n", end.why);
	return found;
}

/* --- requests --- */

static void requests(void)
{
	const char *const headers[] = { "X-One: 1", "Content-Type: text/plain",
		                        NULL };
	char *whole;

	ok(!get("/echo?a=b"));
	ok(end.status == 200 && end.done == 1 && end.retry_after_ms == -1);
	ok(has("\"method\": \"GET\"") && has("\"target\": \"/echo?a=b\""));
	ok(has("\"user-agent\": \"sales-voice/") &&
	   !strstr(end.body, "json\""));
	ok(!strncmp(end.id, "req-", 4));
	ok(end.len == strlen(end.body));
	ok(!post("/echo", 0));
	ok(has("\"method\": \"POST\"") && has("\"body\": \"{}\""));
	ok(has("\"content-type\": \"application/json\""));
	ok(!fetch((struct sv_http_request){
		.path = "/echo",
		.method = "PUT",
		.body = "a\0b",
		.len = 3,
		.headers = headers,
		.secret_header = "Authorization: Bearer " KEY }));
	ok(has("\"method\": \"PUT\"") && has("\"body\": \"a\\u0000b\""));
	ok(has("\"x-one\": \"1\"") && has("Bearer " KEY));
	ok(has("\"content-type\": \"text/plain\""));
	ok(!fetch(
		(struct sv_http_request){ .path = "/echo", .method = "POST" }));
	ok(has("\"content-length\": \"0\""));
	ok(!fetch((struct sv_http_request){ .path = "/echo",
	                                    .method = "DELETE" }));
	ok(has("\"method\": \"DELETE\""));
	ok(!fetch(
		(struct sv_http_request){ .path = "/echo", .method = "HEAD" }));
	ok(end.status == 200 && !end.len);
	whole = sv_format("%s/echo?whole", service.url);
	ok(!get(whole));
	ok(has("\"target\": \"/echo?whole\""));
	free(whole);
}

static void odd_requests(void)
{
	const char *const two_lines[] = { "X: 1\r\nY: 2", NULL };
	char *large = sv_alloc(3 << 20);
	char *text;

	ok(fetch((struct sv_http_request){
		   .path = "/echo", .headers = two_lines }) == EX_SOFTWARE);
	ok(fetch((struct sv_http_request){
		   .path = "/echo", .secret_header = "X y" }) == EX_SOFTWARE);
	ok(get("/with a blank") == EX_CONFIG || end.code == EX_UNAVAILABLE);
	memset(large, 'x', 3 << 20);
	ok(!fetch((struct sv_http_request){ .path = "/echo",
	                                    .body = large,
	                                    .len = 3 << 20,
	                                    .most = 9 << 20 }));
	ok(end.len > 3 << 20);
	free(large);
	text = sv_http_escape("a b/ж&?");
	is(text, "a%20b%2F%D0%B6%26%3F");
	free(text);
}

static void parts(void)
{
	const struct sv_http_part all[] = {
		{ "file", "RI\0FF", 5, "a \"b\".wav", "audio/wav" },
		{ "model", "gpt-transcribe", 14, NULL, NULL },
		{ "empty", "", 0, NULL, NULL },
	};

	ok(!fetch((struct sv_http_request){
		.path = "/echo", .parts = all, .n_parts = 3 }));
	ok(has("\"content-type\": \"multipart/form-data; boundary="));
	ok(has("Content-Disposition: form-data; name=\\\"file\\\"; "
	       "filename=\\\"a %22b%22.wav\\\"\\r\\nContent-Type: "
	       "audio/wav\\r\\n\\r\\nRI\\u0000FF\\r\\n--"));
	ok(has("name=\\\"model\\\"\\r\\n\\r\\ngpt-transcribe\\r\\n--"));
	ok(has("name=\\\"empty\\\"\\r\\n\\r\\n\\r\\n--"));
	ok(has("--\\r\\n\""));
}

/* --- answers --- */

static void statuses(void)
{
	static const struct {
		const char *path;
		int code;
	} all[] = {
		{ "/status/s/204", 0 },
		{ "/status/s/301", EX_UNAVAILABLE },
		{ "/status/s/400", EX_DATAERR },
		{ "/status/s/401", EX_NOPERM },
		{ "/status/s/402", EX_DATAERR },
		{ "/status/s/403", EX_NOPERM },
		{ "/status/s/404", EX_UNAVAILABLE },
		{ "/status/s/408", EX_TEMPFAIL },
		{ "/status/s/422", EX_DATAERR },
		{ "/status/s/429", EX_TEMPFAIL },
		{ "/status/s/500", EX_TEMPFAIL },
		{ "/status/s/501", EX_UNAVAILABLE },
		{ "/status/s/503", EX_TEMPFAIL },
		{ "/status/s/599", EX_TEMPFAIL },
		{ "/status/s/600", EX_UNAVAILABLE },
		{ "/redirect", EX_UNAVAILABLE },
		{ "/nothing", EX_UNAVAILABLE },
		{ "/cut/s/99", EX_UNAVAILABLE },
		{ "/garbage", EX_UNAVAILABLE },
		{ "/headers", EX_UNAVAILABLE },
		{ "/chunked/cut", EX_UNAVAILABLE },
		{ "/chunked/unended", EX_UNAVAILABLE },
		{ "/chunked/wrong", EX_UNAVAILABLE },
		{ "/reset", EX_UNAVAILABLE },
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		int code = get(all[i].path);

		if (!ok(code == all[i].code))
			printf("# %s: %d, not %d: %s\n", all[i].path, code,
			       all[i].code, end.why);
		ok(!code == !end.why[0] && end.done == 1);
		ok(!code || why("svc: "));
	}
}

static void sentences(void)
{
	get("/status/s/429?h=Retry-After:+7&h=X-Request-Id:+r-1&"
	    "b={\"error\":{\"message\":\"Slow+down.\",\"type\":\"x\"}}");
	ok(why(": Slow down (request r-1)") && why("svc: HTTP 429 of 127."));
	ok(end.retry_after_ms == 7000);
	is(end.id, "r-1");
	get("/status/s/400?b={\"error_message\":\"BAD\",\"error_code\":1}");
	ok(why(": BAD"));
	get("/status/s/400?b={\"error\":\"plain\"}");
	ok(why(": plain"));
	get("/status/s/401?b=just+text");
	ok(why(": just text"));
	get("/status/s/500?b=<html>oops");
	ok(why("it has failed") && !strstr(end.why, "oops"));
	ok(has("oops")); /* though it is there to be looked at */
	get("/status/s/500?b={}");
	ok(why("it has failed"));
	sv_secret_known(KEY);
	get("/status/s/401?b={\"error\":{\"message\":\"wrong+key+" KEY "\"}}");
	ok(why("wrong key ***"));
	/* a key where the sentence is cut */
	fetch((struct sv_http_request){
		.path = "/status/s/400",
		.method = "POST",
		.body = "......................................................"
			"......................................................"
			"......................................................"
			"............................." KEY " and more",
		.len = 191 + sizeof KEY + 8 });
	ok(!strstr(end.why, "sk-v"));
	get("/status/s/503?h=Retry-After:+Wed,+21+Oct+2099+07:28:00+GMT");
	ok(end.retry_after_ms == 1000000000);
	get("/status/s/503?h=Retry-After:+Wed,+21+Oct+2015+07:28:00+GMT");
	ok(end.retry_after_ms == 0);
	get("/status/s/503?h=Retry-After:+0");
	ok(end.retry_after_ms == 0);
	get("/status/s/503?h=Retry-After:+nonsense");
	if (!ok(end.retry_after_ms == -1))
		printf("# %d\n", end.retry_after_ms);
	get("/status/s/503?h=retry-after-ms:+1500.5&h=Retry-After:+9");
	ok(end.retry_after_ms == 1501);
}

static void bodies(void)
{
	ok(!get("/chunked/whole"));
	is(end.body, "hello world");
	is(end.id, "head"); /* and not the trailer's */
	ok(!get("/unframed"));
	is(end.body, "until the end");
	ok(!get("/early"));
	is(end.body, "late");
	is(end.id, "");
	ok(end.retry_after_ms == -1);
	ok(!get("/gzip"));
	ok(end.len == 7 && !strcmp(end.body, "\x1f\x8b\x08"));

	ok(!fetch((struct sv_http_request){ .path = "/big?n=1000",
	                                    .most = 1000 }));
	ok(fetch((struct sv_http_request){ .path = "/big?n=1001",
	                                   .most = 1000 }) == EX_UNAVAILABLE);
	ok(why("more than 1000 bytes"));
	ok(get("/endless") == EX_UNAVAILABLE);
	ok(why("more than 1048576 bytes") && end.status == 200);
	/* what is said of an error is read up to the ceiling */
	ok(fetch((struct sv_http_request){ .path = "/endless?status=503",
	                                   .most = 500 }) == EX_TEMPFAIL);
	ok(end.len == 500);
}

static void pieces(void)
{
	ok(!get_pieces("/chunked/whole"));
	is(end.body, "hello world");
	ok(end.pieces && !end.len);
	ok(get_pieces("/chunked/cut") == EX_UNAVAILABLE);
	is(end.body, "hello wo");
	ok(why("cut short") && end.status == 200);
	ok(!get_pieces("/big?n=3000000"));
	/* an error is no piece of an answer */
	ok(get_pieces("/status/s/400?b=sorry") == EX_DATAERR);
	ok(!end.pieces && end.len == 5);
	end.data_code = EX_IOERR;
	ok(get_pieces("/drip?n=100&ms=20") == EX_IOERR);
	ok(end.pieces == 1);
	is(end.why, "data says no");
	end.data_code = 0;
}

/* --- again --- */

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
	ok(seen("d1") == 1);
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
	ok(!end.status);
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
	loop = sv_loop_new();
	if (peer_start(&peer, "http", NULL) || sv_http_new(&http, loop))
		return 1;
	service.url =
		sv_format("http://127.0.0.1:%s", peer_port(&peer, "plain"));
	requests();
	odd_requests();
	parts();
	statuses();
	sentences();
	bodies();
	pieces();
	retries();
	vain();
	silent_repeats();
	reuse();
	warm();
	times();
	nowhere();
	ok(!get("/bad"));
	is(end.body, "");
	/* nothing is left to wait for */
	ok(!sv_loop_run(loop));
	sv_http_free(http);
	ok(!sv_loop_run(loop));
	sv_loop_free(loop);
	peer_stop(&peer);
	free(service.url);
	return tap_end();
}
