/*
 * handover.c: lines wait for who takes them, and stay until they are safe
 * uses: src/crm/handover.c
 */
#include "src/crm/handover.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/tap.h"

static int ends[2]; /* of the pipe */

/* a pipe that is read here; what to write to */
static int taker(void)
{
	ok(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
	return ends[1];
}

/* what came through */
static void came(const char *want)
{
	char text[256];
	ssize_t n = read(ends[0], text, sizeof text - 1);

	text[n > 0 ? n : 0] = '\0';
	is(text, want);
}

static void put(struct handover *handover, const char *line)
{
	handover_put(handover, line, strlen(line));
}

static void again(struct sv_loop *loop)
{
	struct handover handover;

	handover_init(&handover, loop, 100);
	put(&handover, "one\n"); /* nobody is there yet */
	handover_to(&handover, taker());
	came("one\n");
	put(&handover, "two\n");
	put(&handover, "three\n");
	came("two\nthree\n");
	ok(handover_waiting(&handover) == 0);
	ok(handover_unsafe(&handover) == 14);
	handover_safe(&handover, 4);
	ok(handover_unsafe(&handover) == 10);
	/* it died: another one gets what was not safe */
	handover_stop(&handover);
	close(ends[0]);
	put(&handover, "four\n");
	handover_to(&handover, taker());
	came("two\nthree\nfour\n");
	handover_safe(&handover, 15);
	ok(handover_unsafe(&handover) == 0);
	/* more than it got cannot be safe */
	put(&handover, "five\n");
	handover_stop(&handover);
	close(ends[0]);
	handover_to(&handover, taker());
	handover_safe(&handover, 1000);
	ok(handover_unsafe(&handover) == 0);
	handover_end(&handover);
	came("five\n");
	ok(handover.fd == -1);
	handover_release(&handover);
	close(ends[0]);
}

/* what finds no room is counted; what is safe makes room */
static void ceiling(struct sv_loop *loop)
{
	struct handover handover;

	handover_init(&handover, loop, 10);
	handover_to(&handover, taker());
	put(&handover, "12345\n");
	put(&handover, "1234\n");
	ok(handover.lost == 1);
	came("12345\n");
	handover_safe(&handover, 6);
	put(&handover, "1234\n");
	put(&handover, "123\n");
	ok(handover.lost == 1);
	came("1234\n123\n");
	handover_forget(&handover);
	ok(handover_unsafe(&handover) == 0 && handover_waiting(&handover) == 0);
	handover_release(&handover);
	close(ends[0]);
}

/* who takes nothing delays nobody, and gets all of it when it does */
static void full_pipe(struct sv_loop *loop)
{
	struct handover handover;
	char line[1001], block[65536];
	size_t total = 0;
	ssize_t n;
	int i;

	memset(line, 'x', sizeof line - 2);
	line[999] = '\n';
	line[1000] = '\0';
	handover_init(&handover, loop, 10 << 20);
	handover_to(&handover, taker());
	for (i = 0; i < 1000; i++)
		put(&handover, line);
	ok(handover_waiting(&handover) > 0 && handover.lost == 0);
	handover_end(&handover);
	ok(handover.fd != -1);
	for (i = 0; i < 10000 && total < 1000000; i++) {
		while ((n = read(ends[0], block, sizeof block)) > 0)
			total += (size_t)n;
		if (handover.fd >= 0)
			ok(sv_loop_step(loop, 1000) == 0);
	}
	ok(total == 1000000);
	ok(handover.fd == -1);
	handover_release(&handover);
	close(ends[0]);
}

int main(void)
{
	struct sv_loop *loop = sv_loop_new();

	again(loop);
	ceiling(loop);
	full_pipe(loop);
	sv_loop_free(loop);
	return tap_end();
}
