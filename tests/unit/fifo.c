/*
 * fifo: an exchange never waits for us to open, and hardly to write
 *
 * uses: src/capture/fifo.c
 */
#include "src/capture/fifo.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/fail.h"

#include "tests/unit/tap.h"

enum {
	RATE = 8000,
	FRAME = RATE / 50,
	MS = RATE / 1000,
	FRAME_US = 20000,
	SPARE = (FIFO_MAX_MS - FIFO_AHEAD_MS) / 20, /* frames */
};

static const char path[] = "build/fifo-test.sln";
static int16_t loud[FRAME], quiet[FRAME], got[RATE];

static ssize_t take(int fd, size_t ms)
{
	return read(fd, got, ms * MS * sizeof *got) / (ssize_t)sizeof *got / MS;
}

static void stands_still(struct fifo *fifo, int reader, int64_t now_us)
{
	/* we stood still, and it for us: enough is put before the next */
	now_us += 10 * FRAME_US;
	ok(fifo_write(fifo, loud, FRAME, now_us));
	ok(take(reader, 1000) == FIFO_AHEAD_MS);
	ok(!got[0] && got[FIFO_AHEAD_MS * MS - 1]);

	/* it stood still: what it leaves unread is as much ahead of it */
	for (int i = 0; i < SPARE; i++)
		ok(fifo_write(fifo, loud, FRAME, now_us += FRAME_US));
	for (int i = 0; i < 3; i++)
		fifo_write(fifo, loud, FRAME, now_us += FRAME_US);
	ok(!fifo_write(fifo, loud, FRAME, now_us += FRAME_US));
	ok(take(reader, 1000) == FIFO_MAX_MS);

	close(reader);
	now_us += 20 * FRAME_US;
	ok(!fifo_write(fifo, loud, FRAME, now_us)); /* it has closed */
	fifo_close(fifo);
}

static void never_opened(void)
{
	struct fifo fifo = { 0 };

	/* ended before it was opened: there is nothing to open */
	ok(!fifo_open(&fifo, path, RATE));
	fifo_close(&fifo);
	ok(access(path, F_OK));
	ok(fifo_open(&fifo, "/nonexistent/x.sln", RATE) == EX_CANTCREAT);
}

int main(void)
{
	int64_t now_us = 5000000;
	struct fifo fifo = { 0 };
	int reader;

	signal(SIGPIPE, SIG_IGN);
	for (int i = 0; i < FRAME; i++)
		loud[i] = 1000;
	unlink(path);
	ok(!fifo_write(&fifo, loud, FRAME, now_us)); /* not open */
	fifo_close(&fifo);

	ok(!fifo_open(&fifo, path, RATE));
	ok(fifo_open(&(struct fifo){ 0 }, path, RATE) == EX_CANTCREAT);
	reader = open(path, O_RDONLY | O_NONBLOCK);
	ok(reader >= 0);
	/* nobody plays: the voice waits, silence does not add to it */
	ok(fifo_write(&fifo, loud, FRAME, now_us));
	ok(!fifo_write(&fifo, quiet, FRAME, now_us));
	for (int i = 1; i < SPARE; i++)
		ok(fifo_write(&fifo, loud, FRAME, now_us));
	ok(!fifo_write(&fifo, loud, FRAME, now_us)); /* FIFO_MAX_MS */
	ok(!access(path, F_OK));
	ok(!fifo_taken(&fifo, now_us));
	ok(take(reader, 1000) == FIFO_MAX_MS);
	ok(fifo_taken(&fifo, now_us));
	ok(!got[FIFO_AHEAD_MS * MS - 1] && got[FIFO_AHEAD_MS * MS]);

	/* it has all that and plays it from now on: the name is gone */
	ok(!fifo_write(&fifo, loud, FRAME, now_us));
	ok(access(path, F_OK));
	for (int i = 1; i < SPARE; i++) /* down to what we want */
		ok(!fifo_write(&fifo, quiet, FRAME, now_us += FRAME_US));
	ok(take(reader, 1000) <= 0);
	ok(fifo_write(&fifo, quiet, FRAME, now_us += FRAME_US));
	ok(take(reader, 1000) == 20);
	for (int i = 0; i < 500; i++) /* as stdio reads, and no time is lost */
		if (!fifo_write(&fifo, loud, FRAME, now_us += FRAME_US) ||
		    (i % 4 == 3 && take(reader, 1000) != 80))
			ok(false);
	ok(!fifo_write(&fifo, quiet, FRAME, now_us));
	ok(fifo_write(&fifo, quiet, FRAME, now_us + FRAME_US + 1000));
	now_us += FRAME_US;
	ok(take(reader, 1000) == 20);

	stands_still(&fifo, reader, now_us);
	never_opened();
	return tap_end();
}
