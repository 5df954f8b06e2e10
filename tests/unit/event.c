/* event: lines in, lines out, the bad ones replaced where they stood */
#include "lib/event.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/fail.h"
#include "lib/io.h"

#include "tests/unit/tap.h"

static int out[2];

/* a descriptor from which text can be read, fed in pieces by a child */
static int feed(const char *text, size_t len, size_t piece)
{
	int fds[2];

	if (pipe(fds))
		abort();
	if (fork() == 0) {
		close(fds[0]);
		while (len) {
			size_t n = len < piece ? len : piece;

			if (write(fds[1], text, n) != (ssize_t)n)
				_exit(1);
			text += n;
			len -= n;
		}
		_exit(0);
	}
	close(fds[1]);
	return fds[0];
}

/* passes everything on and gives what came out, in buf */
static void filter(const char *text, size_t len, size_t piece,
                   struct sv_buf *buf)
{
	int fd = feed(text, len, piece);
	struct sv_events *events = sv_events_new(fd, "test");
	struct sv_event event;
	char block[65536];
	ssize_t n;

	sv_buf_cut(buf, 0);
	while (sv_events_next(events, &event) == 1)
		sv_event_pass(&event);
	sv_events_free(events);
	close(fd);
	wait(NULL);
	while ((n = read(out[0], block, sizeof block)) > 0)
		sv_buf_add(buf, block, (size_t)n);
}

static int has(const struct sv_buf *buf, const char *text)
{
	return strstr(sv_buf_str(buf), text) != NULL;
}

static void passing(void)
{
	static const char good[] =
		"{\"type\":\"a\",\"x\":0.1,\"call\":\"c\",\"t\":5}\n"
		"{ \"type\" : \"b.c\", \"новое\": \"поле\" }"; /* no newline */
	struct sv_buf one = { .max = 1 << 20 }, seven = one, all = one;

	filter(good, sizeof good - 1, 1, &one);
	filter(good, sizeof good - 1, 7, &seven);
	filter(good, sizeof good - 1, 4096, &all);
	is(sv_buf_str(&one), sv_buf_str(&all));
	is(sv_buf_str(&seven), sv_buf_str(&all));
	ok(!strncmp(sv_buf_str(&all), good, sizeof good - 1));
	ok(all.len == sizeof good && all.data[all.len - 1] == '\n');
	sv_buf_release(&one);
	sv_buf_release(&seven);
	sv_buf_release(&all);
}

static void bad_lines(void)
{
	static const char bad[] =
		"{\"type\":\"a\"}\nnot json\n[]\n{}\n\n"
		"{\"type\":\"\xff\"}\n"
		"{\"type\":1}\n{\"type\":\"x\",\"type\":\"y\"}\n"
		"{\"type\":\"z\",\"call\":7}\n{\"type\":\"b\"}\n";
	struct sv_buf buf = { .max = 1 << 20 };

	filter(bad, sizeof bad - 1, 4096, &buf);
	ok(!strncmp(sv_buf_str(&buf), "{\"type\":\"a\"}\n", 13));
	for (int line = 2; line <= 9; line++) {
		char *where = sv_format("\"line\":%d,", line);

		ok(has(&buf, where));
		free(where);
	}
	ok(!has(&buf, "\"line\":10"));
	ok(has(&buf, "not a JSON object") && has(&buf, "without a type"));
	ok(has(&buf, "\"type\":\"error\"") && has(&buf, "\"code\":65"));
	ok(has(&buf, "{\"type\":\"b\"}\n"));
	sv_buf_release(&buf);
}

static void long_lines(void)
{
	struct sv_buf in = { .max = 8 << 20 }, buf = { .max = 1 << 20 };

	sv_buf_puts(&in, "{\"type\":\"a\"}\n{\"type\":\"long\",\"x\":\"");
	for (int i = 0; i < 300000; i++)
		sv_buf_puts(&in, "0123456789");
	sv_buf_puts(&in, "\"}\n{\"type\":\"b\"}\nbad\n");
	filter(in.data, in.len, 4096, &buf);
	ok(has(&buf, "\"line\":2,\"source\":\"test\",\"reason\":"
	             "\"test:2: a line longer than 1 MiB\""));
	ok(has(&buf, "{\"type\":\"b\"}\n"));
	ok(has(&buf, "\"line\":4"));
	ok(!has(&buf, "0123456789"));
	ok(!has(&buf, "\"line\":3"));
	sv_buf_release(&in);
	sv_buf_release(&buf);
}

static void writing(void)
{
	char *line = sv_event_line(
		"C1", 40, "asr.final",
		json_pack("{ss sf}", "text", "да", "confidence", 0.1));
	json_t *event = json_loads(line, 0, NULL);

	ok(event != NULL);
	is(json_string_value(json_object_get(event, "call")), "C1");
	is(json_string_value(json_object_get(event, "stage")), "test");
	ok(json_integer_value(json_object_get(event, "v")) == 1);
	ok(json_integer_value(json_object_get(event, "seq")) == 1);
	ok(json_integer_value(json_object_get(event, "t")) == 40);
	ok(strstr(line, "\"confidence\":0.1") && !strstr(line, "0.10"));
	ok(!strncmp(line, "{\"v\":1,\"type\":\"asr.final\",", 26));
	json_decref(event);
	free(line);
	ok(sv_event_seq("C1") == 2 && sv_event_seq("C2") == 1);
	sv_event_set_seq("C1", 50);
	line = sv_event_line("C1", 0, "a", json_object());
	ok(strstr(line, "\"seq\":50") != NULL);
	free(line);
	ok(sv_event_write("C1", 0, "a", NULL) == EX_SOFTWARE);
	ok(sv_event_write("C1", 0, "a", json_pack("{ss}", "x", "\xff")) ==
	   EX_SOFTWARE);
}

/* a stream fed twice must not give two events one number */
static void read_again(void)
{
	static const char old[] =
		"{\"type\":\"a\",\"call\":\"R\",\"seq\":7,\"stage\":\"test\"}\n"
		"{\"type\":\"a\",\"call\":\"R\",\"seq\":90,\"stage\":\"other\"}\n";
	struct sv_buf buf = { .max = 1 << 20 };

	filter(old, sizeof old - 1, 4096, &buf);
	ok(sv_event_seq("R") == 8);
	sv_buf_release(&buf);
}

/* what is added to a time or a number must not pass the end of its type */
static void huge_numbers(void)
{
	static const char line[] =
		"{\"type\":\"a\",\"call\":\"H\",\"stage\":\"test\","
		"\"t\":-9223372036854775808,\"seq\":9223372036854775806}\n"
		"{\"type\":\"a\",\"t\":9223372036854775807}\n"
		"{\"type\":\"a\",\"t\":1e30}\n";
	int fd = feed(line, sizeof line - 1, 4096);
	struct sv_events *events = sv_events_new(fd, "test");
	struct sv_event event;
	int n = 0;

	while (sv_events_next(events, &event) == 1) {
		n++;
		ok(event.t == 0);
	}
	ok(n == 3);
	ok(sv_event_seq("H") == 1);
	sv_event_set_seq("H", INT64_MAX);
	ok(sv_event_seq("H") == 1);
	sv_events_free(events);
	close(fd);
	wait(NULL);
}

/* events of a call that is run again have that call's time */
static void call_time(void)
{
	char *line;

	sv_event_began(1763719200000); /* 2025-11-21T10:00:00Z */
	line = sv_event_line("T", 61250, "a", json_object());
	ok(strstr(line, "\"time\":\"2025-11-21T10:01:01.250Z\""));
	free(line);
	line = sv_event_line("T", SV_EVENT_NUMBER_MAX, "a", json_object());
	ok(line && !strstr(line, "\"time\":\"2025"));
	free(line);
	sv_event_began(-1);
	line = sv_event_line("T", 61250, "a", json_object());
	ok(!strstr(line, "\"time\":\"2025"));
	free(line);
}

static void full(void)
{
	int fd = open("/dev/full", O_WRONLY);

	sv_event_to(fd);
	ok(sv_event_write("C1", 0, "a", json_object()) == EX_IOERR);
	is(sv_why(), "write events: No space left on device");
	close(fd);
}

static void reasons(void)
{
	char line[4096] = "";
	const char *reason;
	json_t *event;

	sv_fail(EX_NOINPUT, "open /\xff\xd1: it is not there");
	ok(!sv_event_error("C1", 0, EX_NOINPUT, NULL));
	ok(read(out[0], line, sizeof line - 1) > 0);
	event = json_loads(line, 0, NULL);
	reason = json_string_value(json_object_get(event, "reason"));
	ok(reason && !strncmp(reason, "open /", 6) &&
	   strstr(reason, ": it is not there"));
	json_decref(event);
}

int main(void)
{
	if (pipe(out))
		return 1;
	fcntl(out[0], F_SETFL, O_NONBLOCK);
	sv_event_to(out[1]);
	sv_event_stage("test");
	passing();
	bad_lines();
	long_lines();
	writing();
	read_again();
	call_time();
	huge_numbers();
	reasons();
	full();
	return tap_end();
}
