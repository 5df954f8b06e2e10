/* http: requests and answers, against a strict server with faults */
#include "lib/secret.h"

#include "tests/unit/http_fetch.h"

#define KEY "sk-verysecretkey-0123456789"

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

static char seen_headers[1024];

static void on_header(void *arg, long status, const char *line)
{
	size_t len = strlen(seen_headers);

	(void)arg;
	snprintf(seen_headers + len, sizeof seen_headers - len, "%ld %s\n",
	         status, line);
}

/* a body that is not copied, and the headers of the answer */
static void lent(void)
{
	char body[] = "lent";

	ok(!fetch((struct sv_http_request){ .path = "/echo",
	                                    .method = "PUT",
	                                    .body = body,
	                                    .len = 4,
	                                    .lent = true,
	                                    .header = on_header }));
	ok(has("\"body\": \"lent\"") && has("\"content-length\": \"4\""));
	ok(strstr(seen_headers, "200 X-Request-Id: req-") != NULL);
	ok(!strchr(seen_headers, '\r') && !strstr(seen_headers, "HTTP/"));
	ok(!fetch((struct sv_http_request){
		.path = "/echo", .body = "", .lent = true }));
	ok(has("\"method\": \"POST\"") && has("\"content-length\": \"0\""));
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

int main(void)
{
	if (fetch_begin())
		return 1;
	requests();
	lent();
	odd_requests();
	parts();
	statuses();
	sentences();
	bodies();
	pieces();
	fetch_end();
	return tap_end();
}
