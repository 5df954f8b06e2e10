/*
 * agi: one command at a time, replies in all their forms, interruptions
 *
 * uses: src/capture/agi.c src/capture/agi_ask.c src/capture/agi_reply.c
 */
#include "src/capture/agi.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "tests/unit/tap.h"

static const char env[] = "agi_request: lab\nagi_callerid: +7916\n"
			  "agi_accountcode: \nagi_arg_1: two: words\n\n";

static char heard[512]; /* replies as "CODE result data endpos;" */

static int note(void *arg, const struct agi_reply *reply)
{
	size_t len = strlen(heard);

	snprintf(heard + len, sizeof heard - len, "%s%d %s %s %d;",
	         arg ? (const char *)arg : "", reply->code, reply->result,
	         reply->data ? reply->data : "-", (int)reply->endpos);
	return 0;
}

static int stop(void *arg, const struct agi_reply *reply)
{
	(void)arg;
	(void)reply;
	return 9;
}

/* all that waits to be written, as if it were */
static const char *said(struct agi *agi)
{
	static char text[AGI_LINE_MAX + 1];
	size_t len;
	const char *out = agi_out(agi, &len);

	memcpy(text, out, len);
	text[len] = '\0';
	agi_wrote(agi, len);
	return text;
}

static int feed(struct agi *agi, const char *text)
{
	return agi_feed(agi, text, strlen(text));
}

static struct agi *greeted(void)
{
	struct agi *agi = agi_new();

	heard[0] = '\0';
	feed(agi, env);
	return agi;
}

static void environment(void)
{
	struct agi *agi = agi_new();
	size_t n;

	for (size_t i = 0; i < strlen(env); i++)
		if (agi_greeted(agi) || agi_feed(agi, env + i, 1))
			ok(false);
	ok(agi_greeted(agi));
	is(agi_get(agi, "agi_callerid"), "+7916");
	is(agi_get(agi, "agi_accountcode"), "");
	is(agi_get(agi, "agi_arg_1"), "two: words");
	ok(!agi_get(agi, "agi_dnid"));
	agi_variables(agi, &n);
	ok(n == 4);
	agi_free(agi);

	agi = agi_new();
	ok(feed(agi, "GET / HTTP/1.1\r\n") == EX_UNAVAILABLE);
	agi_free(agi);
	agi = agi_new();
	ok(feed(agi, "\n") == EX_UNAVAILABLE);
	agi_free(agi);
	agi = agi_new();
	for (int i = 0; i < AGI_VARIABLES_MAX; i++)
		if (feed(agi, "agi_arg_1: x\n"))
			ok(false);
	ok(feed(agi, "agi_arg_1: x\n") == EX_UNAVAILABLE);
	agi_free(agi);
}

/* what one command's reply is read as */
static const char *reply(const char *text)
{
	struct agi *agi = greeted();

	feed(agi, "200 result=7\n"); /* to no question */
	agi_ask_line(agi, "NOOP", note, NULL);
	said(agi);
	for (size_t i = 0; text[i]; i++)
		if (agi_feed(agi, text + i, 1))
			ok(false);
	ok(agi_idle(agi));
	agi_free(agi);
	return heard;
}

static void replies(void)
{
	is(reply("200 result=0\n"), "200 0 - -1;");
	is(reply("200 result=1 (hot lead)\n"), "200 1 hot lead -1;");
	is(reply("200 result=1 (a (b) c))\n"), "200 1 a (b) c) -1;");
	is(reply("200 result=1 (two\nlines)\n"), "200 1 two\nlines -1;");
	is(reply("200 result=1 ()\n"), "200 1  -1;");
	is(reply("200 result= (timeout)\n"), "200  timeout -1;");
	is(reply("200 result=53 endpos=9760\n"), "200 53 - 9760;");
	is(reply("200 result=0 (timeout) endpos=4000\n"),
	   "200 0 timeout 4000;");
	is(reply("200 result=-1 Gosub label not found\n"), "200 -1 - -1;");
	is(reply("100 result=0 Trying...\n200 result=0 Gosub complete\n"),
	   "200 0 - -1;");
	is(reply("510 Invalid or unknown command\n"), "510  - -1;");
	is(reply("511 Command Not Permitted on a dead channel or intercept "
	         "routine\n"),
	   "511  - -1;");
	is(reply("520-Invalid command syntax.  Proper usage follows:\n"
	         " Usage: STREAM FILE <filename> <escape digits>\n"
	         "520-and so on\n\n200 result=0 in an example\n"
	         "520 End of proper usage.\n"),
	   "520  - -1;");
	is(reply("HANGUP\n200 result=-1 endpos=31840\n"), "200 -1 - 31840;");
	is(reply("no reply\n\n20\n200 result=0\n"), "200 0 - -1;");
	is(reply("200 result=12\n200 result=13\n"), "200 12 - -1;");
}

static void one_at_a_time(void)
{
	char a[] = "a", b[] = "b";
	struct agi *agi = agi_new();

	heard[0] = '\0';
	agi_ask_line(agi, "ANSWER", note, a);
	agi_ask_set(agi, "LEAD", "a \"hot\"\\\nlead", note, b);
	is(said(agi), ""); /* not before the environment */
	feed(agi, env);
	is(said(agi), "ANSWER\n");
	ok(!agi_idle(agi));
	is(said(agi), "");
	feed(agi, "200 result=0\n");
	is(said(agi), "SET VARIABLE LEAD \"a \\\"hot\\\"\\\\ lead\"\n");
	is(heard, "a200 0 - -1;");
	feed(agi, "200 result=1\n");
	ok(agi_idle(agi));
	is(heard, "a200 0 - -1;b200 1 - -1;");

	agi_ask(agi,
	        (const char *const[]){ "STREAM", "FILE", "/tmp/x", "", NULL },
	        stop, NULL);
	feed(agi, "200 result=1\n"); /* not asked yet */
	agi_ask(agi, (const char *const[]){ "NOOP", NULL }, note, NULL);
	is(said(agi), "STREAM FILE /tmp/x \"\"\n");
	ok(feed(agi, "200 result=0 endpos=1\nHANGUP\n") == 9);
	ok(!agi_hung_up(agi));
	ok(!feed(agi, ""));
	ok(agi_hung_up(agi));
	agi_free(agi);
}

static void limits(void)
{
	struct agi *agi = greeted();
	char *long_one = sv_alloc(AGI_LINE_MAX + 1);
	size_t len;

	ok(agi_ask_line(agi, "", note, NULL) == EX_DATAERR);
	ok(agi_ask_line(agi, "NOOP\nNOOP", note, NULL) == EX_DATAERR);
	memset(long_one, 'x', AGI_LINE_MAX);
	ok(agi_ask_line(agi, long_one, note, NULL) == EX_DATAERR);
	for (int i = 0; i < AGI_LINE_MAX; i += 2)
		memcpy(long_one + i, "\xd1\x8f", 2);
	ok(!agi_ask_set(agi, "BRIEF", long_one, note, NULL));
	agi_out(agi, &len);
	ok(len < 2000 && len > 1900);
	ok(!strcmp(agi_out(agi, &len) + len - 3, "\x8f\"\n") ||
	   !strcmp(agi_out(agi, &len) + len - 3, "\xd1\x8f\n"));
	for (int i = 1; i < AGI_WAITING_MAX; i++)
		if (agi_ask_line(agi, "NOOP", note, NULL))
			ok(false);
	ok(agi_ask_line(agi, "NOOP", note, NULL) == EX_DATAERR);
	free(long_one);
	agi_free(agi);

	agi = greeted();
	long_one = sv_alloc(AGI_REPLY_MAX);
	memset(long_one, 'x', AGI_REPLY_MAX);
	ok(agi_feed(agi, long_one, AGI_REPLY_MAX) == EX_UNAVAILABLE);
	free(long_one);
	agi_free(agi);
}

static void interruptions(void)
{
	char a[] = "a", b[] = "b";
	struct agi *agi = greeted();

	agi_interrupt(agi); /* nothing to interrupt */
	is(said(agi), "");
	agi_ask_line(agi, "stream file beep \"\"", note, a);
	agi_ask_line(agi, "NOOP", note, b);
	agi_interrupt(agi); /* never in one write with the command itself */
	is(said(agi), "stream file beep \"\"\n");
	agi_interrupt(agi);
	is(said(agi), "GET FULL VARIABLE sv1\n");
	feed(agi, "200 result=1 (sv1)\n"); /* the stream has no reply */
	is(heard, "a0  - -1;");
	is(said(agi), "NOOP\n");
	feed(agi, "200 result=0\n");

	heard[0] = '\0'; /* ended by itself at that moment; and twice asked */
	agi_ask_line(agi, "WAIT FOR DIGIT 5000", note, a);
	agi_ask_line(agi, "EXEC Wait 1", note, b);
	said(agi);
	agi_interrupt(agi);
	is(said(agi), "GET FULL VARIABLE sv2\n");
	agi_interrupt(agi);
	is(said(agi), "GET FULL VARIABLE sv3\n");
	feed(agi, "200 result=1\n");
	is(heard, "a200 1 - -1;");
	feed(agi, "200 result=1 (sv2)\n");
	is(said(agi), "");
	feed(agi, "200 result=1 (sv3)\n");
	is(said(agi), "EXEC Wait 1\n");
	agi_interrupt(agi); /* not that one */
	is(said(agi), "");
	ok(!agi_gone(agi));
	is(heard, "a200 1 - -1;b0  - -1;");
	ok(agi_idle(agi));
	agi_free(agi);
}

int main(void)
{
	environment();
	replies();
	one_at_a_time();
	limits();
	interruptions();
	return tap_end();
}
