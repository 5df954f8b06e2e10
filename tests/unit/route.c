/*
 * route: events of a pipeline, byte for byte and in order; the wire's part of
 * a turn; lines that wait
 * uses: src/capture/route.c src/capture/lines.c
 */
#include "src/capture/route.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/fail.h"

#include "tests/unit/tap.h"

enum { MAX = 1 << 20, FRAME = 160 };

static struct sv_loop *loop;
static int events[2], stream[2], dialog[2], asr[2];
static struct lines to_stream, to_dialog, to_asr;
static char obeyed[256], bad[512];
static int64_t written; /* the pipeline's sound */

static void obey(void *arg, const struct sv_event *event)
{
	(void)arg;
	snprintf(obeyed + strlen(obeyed), sizeof obeyed - strlen(obeyed), "%s ",
	         event->type);
}

static int on_bad(void *arg, json_t *fields)
{
	struct route *route = arg;

	snprintf(bad, sizeof bad, "%lld %s",
	         (long long)json_integer_value(json_object_get(fields, "line")),
	         sv_why());
	json_decref(fields);
	return route_put(route, "ERROR\n", 6);
}

static int64_t place(void *arg)
{
	(void)arg;
	return written;
}

static void begin(struct route *route)
{
	int all = pipe2(events, O_NONBLOCK) | pipe2(stream, O_NONBLOCK) |
	          pipe2(dialog, O_NONBLOCK) | pipe2(asr, O_NONBLOCK);

	ok(!all);
	loop = sv_loop_new();
	lines_init(&to_stream, loop, stream[1]);
	lines_init(&to_dialog, loop, dialog[1]);
	lines_init(&to_asr, loop, asr[1]);
	*route = (struct route){ .call = "c",
		                 .stream = &to_stream,
		                 .dialog = &to_dialog,
		                 .asr = &to_asr,
		                 .obey = obey,
		                 .bad = on_bad,
		                 .place = place,
		                 .arg = route };
	route_open(route, events[0]);
	obeyed[0] = bad[0] = '\0';
	written = 0;
}

static void end(struct route *route)
{
	route_close(route);
	lines_close(&to_stream);
	lines_close(&to_dialog);
	lines_close(&to_asr);
	sv_loop_free(loop);
	close(events[0]);
	close(events[1]);
	close(stream[0]);
	close(dialog[0]);
	close(asr[0]);
}

static void say(const char *text)
{
	if (write(events[1], text, strlen(text)) < 0)
		tap_failed++;
}

static const char *got(int fd)
{
	static char text[65536];
	ssize_t n = read(fd, text, sizeof text - 1);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void byte_for_byte(void)
{
	static const char lines[] =
		"{\"type\":\"x.new\",  \"call\":\"c\", \"f\":0.10}\n"
		"{\"type\":\"asr.expect\",\"call\":\"c\",\"expect\":\"free\"}\n"
		"{\"type\":\"tts.end\",\"call\":\"c\",\"say\":\"1\"}\n"
		"{\"type\":\"tts.end\",\"call\":\"other\",\"say\":\"1\"}\n"
		"{\"type\":\"tts.cancel\"}\n"
		"{\"type\":\"call.hangup\",\"call\":\"c\"}\n";
	struct route route;

	begin(&route);
	say(lines);
	ok(route_read(&route));
	is(got(stream[0]), lines);
	is(obeyed, "x.new asr.expect tts.end tts.cancel call.hangup ");
	is(got(dialog[0]), "{\"type\":\"tts.end\",\"call\":\"c\",\"say\":\"1\"}"
	                   "\n{\"type\":\"tts.end\",\"call\":\"other\","
	                   "\"say\":\"1\"}\n{\"type\":\"tts.cancel\"}\n");
	is(got(asr[0]), "{\"type\":\"asr.expect\",\"call\":\"c\",\"expect\":"
	                "\"free\"}\n{\"type\":\"tts.end\",\"call\":\"c\","
	                "\"say\":\"1\"}\n{\"type\":\"tts.end\",\"call\":"
	                "\"other\",\"say\":\"1\"}\n");
	end(&route);
}

static void bad_lines(void)
{
	struct route route;

	begin(&route);
	say("{\"type\":\"a\"}\nrubbish\n{\"type\":\"b\"}\n{\"type\":\"half");
	ok(route_read(&route));
	is(got(stream[0]), "{\"type\":\"a\"}\nERROR\n{\"type\":\"b\"}\n");
	ok(strstr(bad, "2 the pipeline:2: not JSON") != NULL);
	close(events[1]);
	ok(!route_read(&route)); /* half a line at the end is one, too */
	is(got(stream[0]), "ERROR\n");
	ok(!route_read(&route));
	end(&route);
}

/* A line of 1 MiB and more comes in pieces, and is one error. */
static void long_line(void)
{
	static char block[32768];
	struct route route;
	bool more = true;

	begin(&route);
	memset(block, 'x', sizeof block);
	for (int i = 0; more && i < 3 * MAX; i += (int)sizeof block) {
		if (write(events[1], block, sizeof block) < 0)
			tap_failed++;
		more = route_read(&route);
	}
	say("\n{\"type\":\"b\"}\n");
	ok(more && route_read(&route));
	is(got(stream[0]), "ERROR\n{\"type\":\"b\"}\n");
	end(&route);
}

static const char turn[] = "{\"type\":\"turn\",\"call\":\"c\",\"total_ms\":50,"
			   "\"parts\":{\"asr\":30,\"tts\":20}}\n";

static void wire_of_a_turn(void)
{
	struct route route;
	int64_t now;

	begin(&route);
	written = 1000;
	say(turn);
	say("{\"type\":\"later\"}\n");
	ok(route_read(&route));
	is(got(stream[0]), "");    /* in order: the later one waits, too */
	is(obeyed, "turn later "); /* but only in the stream */
	now = route.turn_us;
	route_sent(&route, 990, false,
	           now + 5000); /* an earlier prompt's end */
	route_sent(&route, 1150, true, now + 20000); /* silence before it */
	is(got(stream[0]), "");
	route_sent(&route, 1310, false, now + 40000);
	is(got(stream[0]),
	   "{\"type\":\"turn\",\"call\":\"c\",\"total_ms\":90,\"parts\":{"
	   "\"asr\":30,\"tts\":20,\"wire\":40}}\n{\"type\":\"later\"}\n");
	ok(!route.turn);
	end(&route);
}

static int64_t at_3400_ms(void *arg)
{
	(void)arg;
	return 3400;
}

/* the recogniser was late: the caller has waited longer than anyone worked */
static void what_nobody_counted(void)
{
	struct route route;

	begin(&route);
	route.now_ms = at_3400_ms;
	say("{\"type\":\"asr.final\",\"call\":\"c\",\"t\":2500}\n"
	    "{\"type\":\"turn\",\"call\":\"c\",\"total_ms\":520,"
	    "\"parts\":{\"endpoint\":500,\"asr\":20}}\n");
	ok(route_read(&route));
	route_sent(&route, 1000, false, route.turn_us + 40000);
	ok(strstr(got(stream[0]), "\"total_ms\":1400,\"parts\":{\"endpoint\":"
	                          "500,\"asr\":20,\"wire\":40,\"behind\":"
	                          "840}}") != NULL);
	end(&route);
}

/* an answer that is silence, or never comes, holds the stream for a second */
static void turn_without_sound(void)
{
	struct route route;

	begin(&route);
	say(turn);
	ok(route_read(&route));
	route_sent(&route, FRAME, true, route.turn_us + 20000);
	route_sent(&route, 2 * FRAME, true, route.turn_us + 900000);
	is(got(stream[0]), "");
	route_sent(&route, 3 * FRAME, true, route.turn_us + 1020000);
	ok(strstr(got(stream[0]), "\"wire\":20}") != NULL);
	say(turn);
	ok(route_read(&route));
	route_release(&route); /* the call is over */
	is(got(stream[0]), turn);
	end(&route);
}

static int left;

static int reader_left(void *arg)
{
	(void)arg;
	left++;
	sv_loop_stop(loop);
	return 0;
}

static void slow_reader(void)
{
	static char line[1000], all[2 * MAX];
	struct lines lines;
	size_t taken = 0, puts = 0;
	int fds[2];
	ssize_t n;

	ok(!pipe2(fds, O_NONBLOCK));
	loop = sv_loop_new();
	lines_init(&lines, loop, fds[1]);
	lines.left = reader_left;
	memset(line, 'l', sizeof line);
	line[sizeof line - 1] = '\n';
	while (!lines_stuck(&lines)) {
		if (lines_put(&lines, line, sizeof line))
			break;
		puts++;
	}
	ok(puts > 1000 && puts < 1300);
	while (lines.queue.len) {
		n = read(fds[0], all, sizeof all);
		taken += n > 0 ? (size_t)n : 0;
		sv_loop_stop(loop);
		/* one round of the loop */
		struct sv_timer once = { .fire = reader_left };

		sv_loop_arm(loop, &once, sv_now_ms());
		sv_loop_run(loop);
	}
	while ((n = read(fds[0], all, sizeof all)) > 0)
		taken += (size_t)n;
	ok(taken == puts * sizeof line);
	left = 0;
	close(fds[0]);
	ok(!sv_loop_run(loop)); /* it is seen without a write */
	ok(left == 1 && lines.gone && lines.fd < 0);
	ok(!lines_put(&lines, line, sizeof line) && !lines.queue.len);
	lines_close(&lines);
	sv_loop_free(loop);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	byte_for_byte();
	bad_lines();
	long_line();
	wire_of_a_turn();
	what_nobody_counted();
	turn_without_sound();
	slow_reader();
	return tap_end();
}
