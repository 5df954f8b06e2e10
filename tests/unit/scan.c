/*
 * The scanner of sv-report: what it is sure of, jansson accepts too.
 *
 * uses: src/report/scan.c src/report/value.c src/report/field.c
 */
#include "src/report/scan.h"

#include "lib/fail.h"

#include "tests/unit/tap.h"

static struct scan scan;

static bool sure(const char *line)
{
	return scan_sure(&scan, line, strlen(line));
}

static int line(const char *text)
{
	return scan_line(&scan, text, strlen(text));
}

static void plain_lines(void)
{
	struct span text;
	int64_t n = 0;
	double real = 0;

	ok(sure("{\"type\":\"turn\",\"n\":-12,\"r\":0.5,\"ok\":true,"
	        "\"no\":null,\"list\":[1,{\"a\":\"б\"},[]],\"o\":{}}\n"));
	ok(scan_string(&scan, "type", &text) && span_is(text, "turn"));
	ok(scan_integer(&scan, "n", &n) && n == -12);
	ok(scan_number(&scan, "r", &real) && real == 0.5);
	ok(scan_number(&scan, "n", &real) && real == -12);
	ok(json_array_size(scan_json(&scan, "list")) == 3);
	ok(!scan_string(&scan, "no", &text) && !scan.wrong);
	ok(!scan_string(&scan, "absent", &text) && !scan.wrong);
	ok(!scan_string(&scan, "n", &text));
	is(scan.wrong, "n");
	ok(sure(" { \"a\" : 1 , \"b\" : [ ] }\r\n"));
	ok(sure("{\"a\":\"…😀ё\"}\n"));
}

static void escapes(void)
{
	struct span text;

	ok(sure("{\"a\":\"x\\n\\u0416\\\"\",\"b\":\"y\"}\n"));
	ok(scan_string(&scan, "a", &text) && span_is(text, "x\nЖ\""));
	ok(scan_string(&scan, "b", &text) && span_is(text, "y"));
	ok(!strcmp(json_string_value(scan_json(&scan, "b")), "y"));
	ok(!sure("{\"a\":\"\\ud83d\\ude00\"}\n"));
	ok(!line("{\"a\":\"\\ud83d\\ude00\"}\n"));
	ok(scan_string(&scan, "a", &text) && span_is(text, "😀"));
	ok(!sure("{\"\\u0061\":1}\n"));
}

static void rare_forms(void)
{
	double real = 0;
	int64_t n = 0;

	ok(!sure("{\"a\":1e3}\n") && !line("{\"a\":1e3,\"b\":7}\n"));
	ok(scan_number(&scan, "a", &real) && real == 1000);
	ok(scan_integer(&scan, "b", &n) && n == 7);
	ok(!line("{}\n"));
	ok(scan.root != NULL);
}

static void bad_lines(void)
{
	static const char *const bad[] = {
		"\n",
		"{\n",
		"{\"a\":1\n",
		"{\"a\":1}}\n",
		"{\"a\":1}{}\n",
		"{\"a\":1,}\n",
		"{\"a\":01}\n",
		"{\"a\":1.}\n",
		"{\"a\":-}\n",
		"{\"a\":+1}\n",
		"{\"a\":tru}\n",
		"{\"a\":\"x}\n",
		"{\"a\":\"\t\"}\n",
		"{\"a\":\"\\x\"}\n",
		"{\"a\":\"\\u00\"}\n",
		"{\"a\":\"\\u0000\"}\n",
		"{\"a\":\"\xC0\x80\"}\n",
		"{\"a\":\"\xED\xA0\x80\"}\n",
		"{\"a\":\"\xD0\"}\n",
		"{\"a\":\"\xF5\x80\x80\x80\"}\n",
		"{\"a\":1,\"a\":2}\n",
		"{\"o\":{\"a\":1,\"a\":2}}\n",
		"{\"a\":[1,]}\n",
		"{'a':1}\n",
		"{\"a\" 1}\n",
		"[1]\n",
		"null\n",
		"{\"a\":99999999999999999999}\n",
		"{\"a\":1e999}\n",
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (!ok(!sure(bad[i])) || !ok(line(bad[i]) == EX_DATAERR))
			printf("# %s", bad[i]);
	}
	ok(line("{\"a\":\"said in secret\" x}\n") == EX_DATAERR);
	ok(!strstr(sv_why(), "secret"));
}

/* an embedded NUL, many keys, a deep tree: jansson is asked */
static void limits(void)
{
	char many[4096] = "{", deep[256];
	int64_t n = 0;
	size_t len = 1;

	for (int i = 0; i < 100; i++)
		len += (size_t)snprintf(many + len, sizeof many - len,
		                        "\"key%d\":%d,", i, i);
	snprintf(many + len, sizeof many - len, "\"last\":7}\n");
	ok(!sure(many) && !line(many));
	ok(scan_integer(&scan, "last", &n) && n == 7);
	snprintf(deep, sizeof deep, "{\"a\":%.*s%.*s}\n", 40,
	         "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", 40,
	         "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
	ok(!sure(deep) && !line(deep));
	ok(!scan_sure(&scan, "{\"a\":\"\0\"}\n", 10));
	ok(scan_line(&scan, "{\"a\":\"\0\"}\n", 10) == EX_DATAERR);
}

int main(void)
{
	plain_lines();
	escapes();
	rare_forms();
	bad_lines();
	limits();
	scan_release(&scan);
	return tap_end();
}
