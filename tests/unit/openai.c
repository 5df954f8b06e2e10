/* Unit tests of lib/openai. */
#include "lib/openai.h"

#include <stdlib.h>

#include "lib/fail.h"

#include "tests/unit/tap.h"

static struct sv_openai openai;

/* what an answer of that status and body comes to */
static struct sv_openai_error failed(long status, const char *body)
{
	struct sv_http_answer answer = {
		.code = EX_DATAERR,
		.status = status,
		.body = body,
		.len = strlen(body),
		.request_id = "req_1",
		.retry_after_ms = status == 429 ? 2500 : -1,
	};
	struct sv_openai_error error;

	ok(sv_openai_failed(&openai, &answer, "tts-1", &error) == error.code);
	return error;
}

static void test_settings(void)
{
	const char *wrong[] = { "url=http://127.0.0.1:1/v1",
		                "project=a\r\nb: c" };
	const char *good[] = { "url=http://127.0.0.1:1/v1/", "project=p",
		               "openai.organization=o" };
	struct sv_list settings = { .items = wrong, .n = 2 };
	const char *headers[SV_OPENAI_HEADERS];

	unsetenv("SV_OPENAI_API_KEY");
	unsetenv("SV_OPENAI_API_KEY_FILE");
	ok(sv_openai_init(&openai, NULL) == EX_CONFIG);
	is(sv_why(),
	   "openai: no key: set SV_OPENAI_API_KEY or SV_OPENAI_API_KEY_FILE");
	ok(sv_openai_init(&openai, &settings) == EX_USAGE);
	settings.items = good;
	settings.n = 3;
	ok(!sv_openai_init(&openai, &settings));
	is(openai.service.url, "http://127.0.0.1:1/v1");
	is(openai.place, "127.0.0.1:1");
	ok(!openai.own && !openai.authorization);
	sv_openai_headers(&openai, headers, NULL, "X: y");
	is(headers[0], "OpenAI-Organization: o");
	is(headers[1], "OpenAI-Project: p");
	is(headers[2], "X: y");
	ok(!headers[3]);
	sv_openai_release(&openai);
	setenv("SV_OPENAI_API_KEY", "sk-unit-test-1234", 1);
	ok(!sv_openai_init(&openai, NULL));
	ok(openai.own);
	is(openai.authorization, "Authorization: Bearer sk-unit-test-1234");
	is(openai.place, "api.openai.com:443");
}

static void test_errors(void)
{
	struct sv_openai_error error;

	error = failed(401,
	               "{\"error\":{\"message\":\"Incorrect API key "
	               "provided: sk-u*.\",\"code\":\"invalid_api_key\"}}");
	ok(error.code == EX_NOPERM && !error.again && !error.wait_ms);
	is(sv_why(), "openai: the key is refused: check SV_OPENAI_API_KEY "
	             "(HTTP 401 invalid_api_key, request req_1)");
	error = failed(429, "{\"error\":{\"message\":\"You exceeded\","
	                    "\"type\":\"insufficient_quota\",\"code\":"
	                    "\"insufficient_quota\"}}");
	ok(error.code == EX_TEMPFAIL && !error.again);
	ok(error.wait_ms >= 600000);
	error = failed(429, "{\"error\":{\"message\":\"Rate limit reached\","
	                    "\"code\":\"rate_limit_exceeded\"}}");
	ok(error.code == EX_TEMPFAIL && error.again && error.wait_ms == 2500);
	error = failed(404, "{\"error\":{\"message\":\"The model `tts-1` does "
	                    "not exist\",\"code\":\"model_not_found\"}}");
	ok(error.code == EX_CONFIG && !error.again);
	is(sv_why(), "openai: the service has no model 'tts-1', which is "
	             "switched off on 2027-01-06: set another (HTTP 404 "
	             "model_not_found, request req_1)");
	error = failed(400, "{\"detail\":\"no such\\nvoice\"}");
	ok(error.code == EX_CONFIG && !error.again);
	is(sv_why(), "openai: refused: no such?voice (HTTP 400, request "
	             "req_1)");
	error = failed(503, "<html>");
	ok(error.code == EX_TEMPFAIL && error.again);
	is(sv_why(), "openai: the service fails: it does not say why (HTTP "
	             "503, request req_1)");
	error = failed(501, "");
	ok(error.code == EX_UNAVAILABLE && !error.again);
	error = failed(403, "[1, 2]");
	ok(error.code == EX_NOPERM);
	error = failed(500, "{\"error\":{\"code\":7,\"message\":null}}");
	ok(error.code == EX_TEMPFAIL && error.again);
}

static void test_no_answer(void)
{
	struct sv_http_answer answer = { .request_id = "",
		                         .retry_after_ms = -1 };
	struct sv_openai_error error;

	answer.code = sv_fail(EX_UNAVAILABLE, "openai: nobody there");
	ok(sv_openai_failed(&openai, &answer, "m", &error) == EX_UNAVAILABLE);
	is(sv_why(), "openai: nobody there");
	ok(error.again);
}

static void test_complaint(void)
{
	json_t *object = json_pack("{ss ss}", "type", "invalid_request_error",
	                           "message", "no");
	struct sv_openai_error error;

	ok(sv_openai_complaint(&openai, object, "m", &error) == EX_CONFIG);
	is(sv_why(), "openai: refused: no (invalid_request_error)");
	ok(sv_openai_complaint(&openai, NULL, "m", &error) == EX_TEMPFAIL);
	json_decref(object);
}

static void test_again(void)
{
	static const char broke[] =
		"{\"error\":{\"code\":\"insufficient_quota\"}}";
	struct sv_http_answer answer = { .status = 429,
		                         .body = broke,
		                         .len = strlen(broke) };

	ok(!sv_openai_again(NULL, &answer));
	answer.body = "{\"error\":{\"code\":\"rate_limit_exceeded\"}}";
	answer.len = strlen(answer.body);
	ok(sv_openai_again(NULL, &answer));
	answer.body = NULL;
	answer.len = 0;
	ok(sv_openai_again(NULL, &answer));
	ok(!sv_openai_object("it", "[]", 2));
	is(sv_why(), "openai: it is no JSON object");
	ok(!sv_openai_object("it", "{\"text\": \"да", 13));
}

int main(void)
{
	test_settings();
	test_errors();
	test_no_answer();
	test_complaint();
	test_again();
	sv_openai_release(&openai);
	return tap_end();
}
