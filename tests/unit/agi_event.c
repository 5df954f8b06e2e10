/*
 * agi_event: agi.command and agi.set on the wire, and agi.reply
 *
 * uses: src/capture/agi_event.c src/capture/agi.c src/capture/agi_ask.c src/capture/agi_reply.c
 */
#include "src/capture/agi_event.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/fail.h"

#include "tests/unit/tap.h"

static char *got;

static int keep(void *arg, json_t *fields)
{
	ok(arg == &got);
	free(got);
	got = json_dumps(fields, JSON_COMPACT);
	json_decref(fields);
	return 0;
}

static int ask(struct agi *agi, const char *text)
{
	json_t *event = json_loads(text, 0, NULL);
	int rc = agi_event_ask(agi, event, keep, &got);

	json_decref(event);
	return rc;
}

/* the command that goes, and reply to it */
static const char *said(struct agi *agi, const char *reply)
{
	static char text[AGI_LINE_MAX + 1];
	size_t len;
	const char *out = agi_out(agi, &len);

	memcpy(text, out, len);
	text[len] = '\0';
	agi_wrote(agi, len);
	agi_feed(agi, reply, strlen(reply));
	return text;
}

int main(void)
{
	struct agi *agi = agi_new();

	agi_feed(agi, "agi_request: x\n\n", 16);
	ok(!ask(agi, "{\"type\":\"dialog.say\",\"text\":\"x\"}"));
	ok(agi_idle(agi));
	ok(!ask(agi, "{\"type\":\"agi.command\",\"id\":\"1\","
	             "\"command\":\"GET VARIABLE LEAD\"}"));
	is(said(agi, "200 result=1 (h\xd0t)\n"), "GET VARIABLE LEAD\n");
	is(got, "{\"id\":\"1\",\"code\":200,\"result\":\"1\","
	        "\"text\":\"200 result=1 (h\uFFFDt)\",\"data\":\"h\uFFFDt\"}");
	ok(!ask(agi, "{\"type\":\"agi.command\",\"id\":\"2\",\"words\":"
	             "[\"STREAM\",\"FILE\",\"a b\",\"\"]}"));
	is(said(agi, "200 result=0 endpos=3404\n"),
	   "STREAM FILE \"a b\" \"\"\n");
	is(got, "{\"id\":\"2\",\"code\":200,\"result\":\"0\","
	        "\"text\":\"200 result=0 endpos=3404\",\"endpos\":3404}");
	ok(!ask(agi, "{\"type\":\"agi.command\",\"command\":\"NOOP\"}"));
	is(said(agi, "200 result=0\n"), "NOOP\n");
	ok(!got); /* no id, no event */

	ok(!ask(agi,
	        "{\"type\":\"agi.set\",\"variables\":{\"A\":\"x \\\"y\\\"\","
	        "\"B\":12,\"C\":0.1,\"D\":true}}"));
	is(said(agi, "200 result=1\n"), "SET VARIABLE A \"x \\\"y\\\"\"\n");
	is(said(agi, "200 result=1\n"), "SET VARIABLE B 12\n");
	is(said(agi, "200 result=1\n"), "SET VARIABLE C 0.1\n");
	is(said(agi, "200 result=1\n"), "SET VARIABLE D true\n");
	ok(agi_idle(agi));

	ok(ask(agi, "{\"type\":\"agi.command\",\"id\":\"3\"}") == EX_DATAERR);
	is(got, "{\"id\":\"3\",\"code\":0,\"result\":\"\","
	        "\"text\":\"agi.command: neither command nor words\"}");
	ok(ask(agi, "{\"type\":\"agi.command\",\"words\":[\"A\",1]}") ==
	   EX_DATAERR);
	ok(ask(agi, "{\"type\":\"agi.command\",\"command\":\"A\\nB\"}") ==
	   EX_DATAERR);
	ok(ask(agi, "{\"type\":\"agi.command\",\"words\":[]}") == EX_DATAERR);
	ok(ask(agi, "{\"type\":\"agi.set\",\"variables\":[]}") == EX_DATAERR);
	ok(agi_idle(agi));

	ok(!ask(agi, "{\"type\":\"agi.command\",\"id\":\"4\","
	             "\"command\":\"EXEC Wait 9\"}"));
	agi_gone(agi);
	is(got, "{\"id\":\"4\",\"code\":0,\"result\":\"\",\"text\":\"\"}");
	free(got);
	agi_free(agi);
	return tap_end();
}
