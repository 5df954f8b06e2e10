/*
 * feed: lines of a call arrive whole and in order, however they are cut, and
 * what its process left unsaid is said
 *
 * uses: src/capture/feed.c src/capture/outlet.c
 */
#include "src/capture/feed.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/event.h"

#include "tests/unit/tap.h"

#define START                                                                  \
	"{\"v\":1,\"type\":\"call.start\",\"call\":\"C1\",\"seq\":1,\"t\":0,"  \
	"\"time\":\"2026-01-01T00:00:00.000Z\",\"stage\":\"capture\"}\n"
#define OTHER                                                                  \
	"{\"v\":1,\"type\":\"asr.final\",\"call\":\"C1\",\"seq\":9,\"t\":9,"   \
	"\"time\":\"2026-01-01T00:00:00.000Z\",\"stage\":\"asr\"}\n"
#define KEY                                                                    \
	"{\"v\":1,\"type\":\"dtmf\",\"call\":\"C1\",\"seq\":2,\"t\":700,"      \
	"\"time\":\"2026-01-01T00:00:00.000Z\",\"stage\":\"capture\"}\n"
#define END                                                                    \
	"{\"v\":1,\"type\":\"call.end\",\"call\":\"C1\",\"seq\":3,\"t\":900,"  \
	"\"time\":\"2026-01-01T00:00:00.000Z\",\"stage\":\"capture\"}\n"

static int emptied(void *arg)
{
	sv_loop_stop(arg);
	return 0;
}

/* what a file holds now, yours; it is empty after */
static char *take(FILE *file)
{
	struct sv_buf text = { .max = 4 << 20 };
	char piece[65536];
	ssize_t n;

	while ((n = pread(fileno(file), piece, sizeof piece, (off_t)text.len)) >
	       0)
		sv_buf_add(&text, piece, (size_t)n);
	ok(!ftruncate(fileno(file), 0));
	return sv_buf_take(&text);
}

/* What comes out when a call's process writes said, `size` bytes at a time,
 * and then dies of why. Yours. */
static char *through(const char *said, size_t size, const char *why)
{
	struct sv_loop *loop = sv_loop_new();
	FILE *file = tmpfile();
	struct outlet *outlet = outlet_new(loop, fileno(file));
	size_t len = strlen(said);
	struct feed feed;
	char *out;
	int fds[2];

	outlet_on(outlet, emptied, NULL, loop);
	ok(!pipe2(fds, O_CLOEXEC | O_NONBLOCK));
	feed_init(&feed, fds[0]);
	for (size_t at = 0; at < len; at += size) {
		size_t n = len - at < size ? len - at : size;

		if (write(fds[1], said + at, n) != (ssize_t)n ||
		    feed_read(&feed, outlet) != 1)
			ok(!"a piece went through");
	}
	ok(feed_read(&feed, outlet) == -1);
	close(fds[1]);
	ok(feed_read(&feed, outlet) == 0);
	feed_end(&feed, outlet, why);
	feed_release(&feed);
	if (outlet_waiting(outlet))
		sv_loop_run(loop);
	out = take(file);
	ok(outlet_end(outlet) == 0);
	outlet_free(outlet);
	sv_loop_free(loop);
	fclose(file);
	return out;
}

static void same(const char *said, size_t size)
{
	char *out = through(said, size, NULL);

	is(out, said);
	free(out);
}

static bool contains(const char *text, const char *what)
{
	return strstr(text, what) != NULL;
}

static void whole_calls(void)
{
	static const char call[] = START OTHER KEY OTHER END;

	same(call, 1);
	same(call, 7);
	same(call, 4096);
	same("", 1);
	same(OTHER, 5); /* no call of ours: no call.end is due */
}

static void killed(void)
{
	char *out = through(START OTHER KEY "{\"v\":1,\"ty", 50, "it was shot");

	ok(!strncmp(out, START OTHER KEY, strlen(START OTHER KEY)));
	ok(contains(out, "\"type\":\"error\",\"call\":\"C1\",\"seq\":3,"
	                 "\"t\":700,"));
	ok(contains(out, "\"reason\":\"the last event is cut off\""));
	ok(contains(out, "\"seq\":4,"));
	ok(contains(out, "\"reason\":\"it was shot\",\"code\":70"));
	ok(contains(out, "{\"v\":1,\"type\":\"call.end\",\"call\":\"C1\","
	                 "\"seq\":5,\"t\":700,"));
	ok(contains(out, "\"reason\":\"error\",\"duration_ms\":700}\n"));
	free(out);

	out = through("", 1, "it was shot"); /* before its beginning */
	ok(contains(out, "{\"v\":1,\"type\":\"error\",\"seq\":"));
	ok(contains(out, "\"reason\":\"it was shot\""));
	ok(!contains(out, "call.end"));
	free(out);

	out = through(START END, 4096, "it was shot"); /* after its end */
	is(out, START END);
	free(out);
}

static void too_long(void)
{
	size_t len = 3 << 20;
	char *line = sv_alloc(len + 1), *said, *out;

	memset(line, 'x', len);
	said = sv_format(START "%s\n" END, line);
	out = through(said, 60000, NULL);
	ok(!strncmp(out, START, strlen(START)));
	ok(contains(out, "\"reason\":\"a line is longer than 1 MiB\""));
	ok(!contains(out, "xx"));
	ok(!strcmp(out + strlen(out) - strlen(END), END));
	free(line);
	free(said);
	free(out);
}

int main(void)
{
	sv_event_stage("capture");
	whole_calls();
	killed();
	too_long();
	return tap_end();
}
