/*
 * hear: the caller's clock keeps up with the wall, whatever the far end does
 * uses: src/capture/hear.c
 */
#include "src/capture/hear.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "tests/unit/tap.h"

enum { RATE = 8000, FRAME = 160, SECOND = 1000000, BLOCK = 65536 };

static const int16_t silence[10 * RATE];

/* what call.c does with n samples that came now */
static void come(struct hear *hear, int64_t now_us, size_t n)
{
	size_t gap = hear_gap(hear, now_us), taken;

	hear_write(hear, silence, gap, now_us);
	hear_admit(hear, now_us, n, &taken);
	hear_write(hear, silence, taken, now_us);
}

static void steady(void)
{
	struct hear hear;

	hear_init(&hear, RATE, 0);
	for (int64_t us = 20000; us <= 10 * SECOND; us += 20000)
		come(&hear, us, FRAME);
	ok(hear.clock == 10 * RATE);
	ok(!hear.excess && !hear.lost);
	ok(hear_ms(&hear) == 10000);
	hear_release(&hear);
}

static void gaps_are_filled(void)
{
	struct hear hear;

	hear_init(&hear, RATE, 0);
	come(&hear, 20000, FRAME);
	ok(hear_gap(&hear, 100000) == 0);
	ok(hear_gap(&hear, 140000) == 60 * 8);
	come(&hear, 500000, FRAME);
	ok(hear.clock == 440 * 8 + FRAME);
	ok(hear.last_us == 500000);
	hear_release(&hear);
}

static void too_fast(void)
{
	struct hear hear;

	hear_init(&hear, RATE, 0);
	for (int64_t us = 2000; us <= 2 * SECOND; us += 2000)
		come(&hear, us, FRAME);
	ok(hear.clock == 3 * RATE); /* the wall's two, and one before it */
	ok(hear.excess == 1000 * FRAME - 3 * RATE);
	hear_release(&hear);
}

/* We stood still for five seconds: of what has waited the last is news. */
static void stale(void)
{
	struct hear hear;

	hear_init(&hear, RATE, 0);
	come(&hear, 20000, FRAME);
	come(&hear, 5 * SECOND, 5 * RATE - FRAME);
	ok(hear.clock == 5 * RATE);
	ok(hear.excess == 5 * RATE - FRAME - RATE / 5);
	come(&hear, 5 * SECOND + 20000, FRAME);
	ok(hear.clock == 5 * RATE + FRAME);
	hear_release(&hear);
}

static void slow_pipeline(void)
{
	struct hear hear;
	static char block[BLOCK];
	int fds[2];
	int64_t read_bytes = 0;
	ssize_t n;

	ok(!pipe2(fds, O_NONBLOCK));
	hear_init(&hear, RATE, 0);
	hear_into(&hear, fds[1]);
	for (int64_t us = 20000; us <= 20 * SECOND; us += 20000)
		come(&hear, us, FRAME);
	ok(hear.stuck_us > 0 && hear.stuck_us <= SECOND);
	ok(hear.backlog.len == 1500 * 16);
	/* the oldest went, and nothing is counted twice */
	while ((n = read(fds[0], block, sizeof block)) > 0 ||
	       hear.backlog.len) {
		if (n > 0)
			read_bytes += n;
		ok(hear_flush(&hear, 20 * SECOND));
	}
	ok(read_bytes / 2 + hear.lost == 20 * RATE);
	ok(!hear.stuck_us);
	close(fds[0]);
	ok(!hear_write(&hear, silence, FRAME, 20 * SECOND));
	ok(hear_write(&hear, silence, FRAME, 20 * SECOND)); /* to nobody */
	hear_release(&hear);
	close(fds[1]);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	steady();
	gaps_are_filled();
	too_fast();
	stale();
	slow_pipeline();
	return tap_end();
}
