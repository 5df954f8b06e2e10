/*
 * A portal's answers, refusals, batches and allowance, without one.
 *
 * uses: src/crm/portal_reply.c src/crm/portal_error.c src/crm/portal_value.c
 * uses: src/crm/portal_query.c src/crm/portal_batch.c src/crm/portal_method.c
 * uses: src/crm/portal_level.c src/crm/portal_ask.c src/crm/portal_http.c
 * uses: src/crm/portal.c src/crm/portal_access.c src/crm/portal_token.c
 * uses: src/crm/portal_oauth.c src/crm/portal_bucket.c
 * uses: src/crm/portal_batch_take.c
 */
#include "src/crm/portal.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "src/crm/portal_inside.h"
#include "tests/unit/tap.h"

/* --- values --- */

static json_t *json(const char *text)
{
	return json_loads(text, JSON_DECODE_ANY, NULL);
}

static int64_t int_of(const char *text)
{
	json_t *value = json(text);
	int64_t n = portal_int(value);

	json_decref(value);
	return n;
}

static int64_t id_of(const char *text)
{
	json_t *value = json(text);
	int64_t n = portal_id(value);

	json_decref(value);
	return n;
}

static size_t rows_of(const char *text, const char *key)
{
	json_t *value = json(text), *rows = portal_rows(value, key);
	size_t n = json_array_size(rows);

	json_decref(rows);
	json_decref(value);
	return n;
}

static void values(void)
{
	json_t *list = json("[\"a\",\"b\"]"), *map = json("{\"x\":\"Y\"}");

	ok(int_of("5") == 5);
	ok(int_of("\"5\"") == 5);
	ok(int_of("\"15000.00\"") == 15000);
	ok(int_of("5.0") == 5);
	ok(int_of("\"9223372036854775807\"") == INT64_MAX);
	ok(int_of("\"1e300\"") == 0);
	ok(int_of("\"\"") == 0);
	ok(int_of("\"5 apples\"") == 0);
	ok(int_of("[]") == 0);
	ok(int_of("null") == 0);
	ok(id_of("12") == 12);
	ok(id_of("\"12\"") == 12);
	ok(id_of("{\"item\":{\"id\":12}}") == 12);
	ok(id_of("{\"task\":{\"id\":\"12\",\"title\":\"x\"}}") == 12);
	ok(id_of("{\"ID\":\"12\"}") == 12);
	ok(id_of("[]") == 0);
	ok(rows_of("[{},{}]", NULL) == 2);
	ok(rows_of("{\"items\":[{}]}", "items") == 1);
	ok(rows_of("{\"items\":{\"1\":{},\"3\":{}}}", "items") == 2);
	ok(rows_of("[]", "items") == 0);
	is(json_string_value(portal_at(list, "1")), "b");
	ok(!portal_at(list, "x"));
	ok(!portal_at(list, "2"));
	ok(portal_yes(portal_at(map, "x")));
	ok(!portal_yes(portal_at(map, "y")));
	json_decref(list);
	json_decref(map);
}

/* --- the query --- */

static const json_t *known_lead(void *arg, const char *key)
{
	return strcmp(key, "lead") ? NULL : arg;
}

static char *query(const char *params, json_t *lead)
{
	const struct portal_known known = { known_lead, lead };
	json_t *object = json(params);
	struct sv_buf out;

	sv_buf_init(&out, 4096);
	if (portal_query("m", object, lead ? &known : NULL, &out))
		sv_buf_cut(&out, 0);
	json_decref(object);
	return sv_buf_take(&out);
}

static void is_query(const char *params, json_t *lead, const char *want)
{
	char *got = query(params, lead);

	is(got, want);
	free(got);
}

enum { NESTED = 40 };

static void queries(void)
{
	json_t *lead = json("{\"id\":7,\"name\":\"a b\"}");
	char deep[512] = "";
	size_t n = 0;

	is_query("{}", NULL, "m");
	is_query("{\"id\":5}", NULL, "m?id=5");
	is_query("{\"fields\":{\"TITLE\":\"a&b=c d%+\",\"PHONE\":[{\"VALUE\":"
	         "\"+7916\"}]}}",
	         NULL,
	         "m?fields[TITLE]=a%26b%3Dc%20d%25%2B&fields[PHONE][0][VALUE]="
	         "%2B7916");
	is_query(
		"{\"select\":[\"ID\",\"*\"],\"filter\":{\">ID\":9,\"=%N\":\"x\"}}",
		NULL,
		"m?select[0]=ID&select[1]=%2A&filter[%3EID]=9&filter[%3D%25N]="
		"x");
	is_query("{\"t\":\"Лид\"}", NULL, "m?t=%D0%9B%D0%B8%D0%B4");
	is_query(
		"{\"a\":true,\"b\":false,\"c\":null,\"d\":[],\"e\":{},\"f\":\"\"}",
		NULL, "m?a=1&b=0&d[]=&f=");
	is_query("{\"x\":0.1,\"y\":15000.5}", NULL, "m?x=0.1&y=15000.5");
	is_query("{\"id\":\"$result[lead][id]\"}", NULL,
	         "m?id=$result[lead][id]");
	is_query("{\"t\":\"L_$result[lead] $5 $result x\"}", NULL,
	         "m?t=L_$result[lead]%20%245%20%24result%20x");
	is_query(
		"{\"id\":\"$result[lead][id]\",\"n\":\"$result[lead][name]!\"}",
		lead, "m?id=7&n=a%20b%21");
	is_query("{\"id\":\"$result[other][id]\"}", lead,
	         "m?id=$result[other][id]");
	for (size_t i = 0; i < 2 * NESTED + 1; i++)
		n += (size_t)snprintf(deep + n, sizeof deep - n, "%s",
		                      i < NESTED    ? "{\"a\":"
		                      : i == NESTED ? "1"
		                                    : "}");
	is_query(deep, NULL, "");
	json_decref(lead);
}

/* --- envelopes and refusals --- */

static struct portal_answer answer;
static struct portal_time portal_clock;
static enum portal_then then;
static int retry_after_ms = -1;

static int answered(long status, const char *body)
{
	struct portal_reply reply = {
		.status = status,
		.code = status < 300 ? 0 : EX_TEMPFAIL,
		.sent = true,
		.retry_after_ms = retry_after_ms,
	};
	int rc;

	reply.why = sv_strdup("HTTP");
	reply.body = sv_strdup(body);
	reply.len = strlen(body);
	portal_answer_reset(&answer);
	rc = portal_read(&reply, "crm.lead.add", &answer, &portal_clock, &then);
	portal_reply_release(&reply);
	return rc;
}

static void envelopes(void)
{
	ok(!answered(200, "{\"result\":[],\"total\":\"120\",\"next\":50}"));
	ok(answer.total == 120 && answer.next == 50);
	ok(!answered(200, "{\"result\":5}"));
	ok(answer.total == -1 && answer.next == -1);
	ok(portal_int(answer.result) == 5);
	ok(!answered(200, "{\"result\":null,\"error\":null}"));
	ok(!answered(200, "\xef\xbb\xbf{\"result\":true}"));
	ok(!answered(200, "{\"result\":\"\\u0000 \xff\"}"));
	ok(!answered(200,
	             "{\"result\":1,\"time\":{\"finish\":1000.5,"
	             "\"operating\":\"1.5\",\"operating_reset_at\":1010}}"));
	ok(portal_clock.reset_ms == 9500);
	ok(portal_clock.operating > 1.4);
	ok(!answered(200, "{\"result\":1,\"time\":[]}"));
	ok(!portal_clock.reset_ms);

	ok(answered(200, "{\"resu") == EX_TEMPFAIL);
	ok(answer.unknown && then == PORTAL_DOWN);
	ok(answered(200, "<html>") == EX_TEMPFAIL);
	ok(answered(200, "{}") == EX_TEMPFAIL);
	ok(answered(200, "[]") == EX_TEMPFAIL);
	ok(answered(200, "") == EX_TEMPFAIL);
	retry_after_ms = 7200000;
	ok(answered(503, "<html>") == EX_TEMPFAIL && answer.all);
	ok(answer.wait_ms == 3600000);
	retry_after_ms = 20000;
	ok(answered(429, "{\"error\":\"OPERATION_TIME_LIMIT\"}") ==
	   EX_TEMPFAIL);
	ok(answer.wait_ms == 20000 && !answer.all);
	retry_after_ms = -1;
	ok(answered(502, "<html>") == EX_TEMPFAIL && answer.unknown);
	ok(answered(504, "") == EX_TEMPFAIL && answer.unknown);
}

static void refused(long status, const char *error, int code, bool unknown,
                    enum portal_then what)
{
	char *body =
		sv_format("{\"error\":%s,\"error_description\":\"x\"}", error);
	int rc = answered(status, body);

	ok(rc == code);
	ok(answer.unknown == unknown);
	ok(then == what);
	ok(!answer.result);
	free(body);
}

static void refusals(void)
{
	refused(503, "\"QUERY_LIMIT_EXCEEDED\"", EX_TEMPFAIL, false,
	        PORTAL_FULL);
	ok(answer.all && answer.wait_ms > 0);
	refused(429, "\"OPERATION_TIME_LIMIT\"", EX_TEMPFAIL, false,
	        PORTAL_METHOD);
	ok(!answer.all && answer.wait_ms > 0);
	refused(503, "\"OVERLOAD_LIMIT\"", EX_UNAVAILABLE, false, PORTAL_SHUT);
	ok(answer.all && answer.wait_ms > 60000);
	refused(500, "\"INTERNAL_SERVER_ERROR\"", EX_TEMPFAIL, true,
	        PORTAL_NOTHING);
	refused(500, "\"ERROR_UNEXPECTED_ANSWER\"", EX_TEMPFAIL, true,
	        PORTAL_NOTHING);
	refused(500, "\"\"", EX_TEMPFAIL, true, PORTAL_NOTHING);
	refused(500, "\"PORTAL_DELETED\"", EX_UNAVAILABLE, false, PORTAL_SHUT);
	refused(401, "\"expired_token\"", EX_NOPERM, false, PORTAL_REFRESH);
	refused(401, "\"NO_AUTH_FOUND\"", EX_NOPERM, false, PORTAL_NOTHING);
	ok(answer.all);
	refused(403, "\"insufficient_scope\"", EX_NOPERM, false,
	        PORTAL_NOTHING);
	ok(!answer.all);
	refused(403, "\"WRONG_AUTH_TYPE\"", EX_NOPERM, false, PORTAL_NOTHING);
	refused(403, "\"user_access_error\"", EX_NOPERM, false, PORTAL_NOTHING);
	refused(404, "\"ERROR_METHOD_NOT_FOUND\"", EX_DATAERR, false,
	        PORTAL_NOTHING);
	is(answer.error, "ERROR_METHOD_NOT_FOUND");
	refused(400, "\"\"", EX_DATAERR, false, PORTAL_NOTHING);
	is(answer.error, "");
	refused(400, "\"100\"", EX_DATAERR, false, PORTAL_NOTHING);
	is(answer.error, "100");
	refused(400, "0", EX_DATAERR, false, PORTAL_NOTHING);
	is(answer.error, "0");
	refused(400, "\"Communication type is not defined\"", EX_DATAERR, false,
	        PORTAL_NOTHING);
	refused(200, "\"ERROR_CORE\"", EX_DATAERR, false, PORTAL_NOTHING);
	refused(400, "{\"code\":\"BITRIX_REST_V3_X\"}", EX_DATAERR, false,
	        PORTAL_NOTHING);
	is(answer.error, "BITRIX_REST_V3_X");

	answered(400, "{\"error\":\"ERROR_CORE\",\"error_description\":"
	              "\"Поле &quot;E-mail&quot;<br>\\n содержит <b>адрес</b> "
	              "&laquo;x&raquo;.<br \\/>\"}");
	is(sv_why(), "bitrix24: crm.lead.add: ERROR_CORE: Поле \"E-mail\" "
	             "содержит адрес «x»");
	portal_release(&answer);
}

/* --- batches --- */

enum { COMMANDS = 4 };

static struct portal_command commands[COMMANDS];

static int took(const char *text, bool halt, struct portal_batch *batch)
{
	static const char *const keys[] = { "a", "b", "c", "d" };
	json_t *result = json(text);
	int rc;

	portal_release_batch(commands, COMMANDS);
	*batch = (struct portal_batch){ .commands = commands,
		                        .n = COMMANDS,
		                        .halt = halt };
	for (size_t i = 0; i < COMMANDS; i++) {
		commands[i].key = keys[i];
		commands[i].method = "crm.lead.get";
	}
	rc = portal_batch_take(batch, result);
	json_decref(result);
	return rc;
}

static void batches(void)
{
	struct portal_batch batch;

	ok(!took("{\"result\":{\"a\":1,\"b\":[],\"c\":\"3\",\"d\":null},"
	         "\"result_error\":[],\"result_total\":{\"b\":\"60\"},"
	         "\"result_next\":{\"b\":50},\"result_time\":[]}",
	         false, &batch));
	for (size_t i = 0; i < COMMANDS; i++)
		ok(!commands[i].code && commands[i].answer.result);
	ok(commands[1].answer.total == 60 && commands[1].answer.next == 50);
	ok(commands[0].answer.total == -1);

	ok(!took(
		"{\"result\":{\"a\":1},\"result_error\":{\"b\":{\"error\":\"\","
		"\"error_description\":\"Not found\"},\"c\":{\"error\":"
		"\"expired_token\"}}}",
		false, &batch));
	ok(!commands[0].code);
	ok(commands[1].code == EX_DATAERR);
	is(commands[1].reason, "bitrix24: crm.lead.get: refused: Not found");
	ok(batch.then[2] == PORTAL_REFRESH);
	ok(commands[3].code == EX_TEMPFAIL && commands[3].answer.unknown);

	/* what was not run stays to be run */
	ok(!took("{\"result\":[],\"result_error\":{\"a\":{\"error\":\"X\"}}}",
	         true, &batch));
	ok(commands[0].code == EX_DATAERR);
	ok(batch.state[1] == PORTAL_OPEN && batch.state[3] == PORTAL_OPEN);

	ok(took("[]", false, &batch) == EX_UNAVAILABLE);
	ok(took("{\"result\":5}", false, &batch) == EX_UNAVAILABLE);
	ok(took("null", false, &batch) == EX_UNAVAILABLE);
	portal_release_batch(commands, COMMANDS);
}

/* --- the allowance, by a clock of ours --- */

enum { SECOND = 1000000 };

static const struct portal_rule usual = { .rate = 2,
	                                  .burst = 50,
	                                  .reserve = 5 };

/* How many places there are in so long, and the portal's own count. */
static int taken_in(struct portal_level *level, int64_t *now_us, int64_t us,
                    bool background)
{
	int64_t end = *now_us + us, wait;
	int n = 0;

	while (*now_us < end) {
		wait = portal_level_take(level, &usual, *now_us, background);
		n += !wait;
		*now_us += wait;
	}
	*now_us = end;
	return n;
}

static void levels(void)
{
	struct portal_level level = { 0 }, other;
	int64_t now = (int64_t)SECOND * 1000;
	char text[PORTAL_RECORD + 1];
	int n;

	n = taken_in(&level, &now, SECOND, true);
	ok(n >= 35 && n <= 45); /* of the burst, but not all */
	ok(!portal_level_take(&level, &usual, now, false)); /* is reserved */
	n = taken_in(&level, &now, (int64_t)SECOND * 5000, true);
	ok(n >= 9800 && n <= 10000); /* 98 % of the rate, and not more */

	portal_level_print(&level, text);
	ok(strlen(text) == PORTAL_RECORD);
	ok(portal_level_parse(text, &other) && other.level == level.level &&
	   other.at_us == level.at_us);
	text[14] ^= 1;
	ok(!portal_level_parse(text, &other));
	ok(!portal_level_parse("", &other));

	/* refused: nobody sends, and longer each time */
	portal_level_full(&level, &usual, now);
	ok(level.level >= (int64_t)50 * SECOND && level.strikes == 1);
	ok(portal_level_take(&level, &usual, now, false) > 0);
	n = (int)(level.hold_us - now);
	portal_level_full(&level, &usual, now);
	ok(level.strikes == 1); /* of the same moment */
	now = level.hold_us;
	portal_level_full(&level, &usual, now);
	ok(level.hold_us - now == 2 * (int64_t)n);
	for (int i = 0; i < 20; i++) {
		now = level.hold_us;
		portal_level_full(&level, &usual, now);
	}
	ok(level.hold_us - now <= (int64_t)64 * SECOND);

	/* the machine has started anew: its clock begins again */
	now = SECOND;
	ok(portal_level_take(&level, &usual, now, false) > 0);
	ok(level.at_us == now && level.hold_us == 0);
	now += (int64_t)30 * SECOND;
	ok(!portal_level_take(&level, &usual, now, false));
}

int main(void)
{
	values();
	queries();
	envelopes();
	refusals();
	batches();
	levels();
	return tap_end();
}
