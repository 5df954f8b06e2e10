/* fifo: our voice as a file that is still being written */
#include "src/capture/fifo.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/pcm.h"

enum { US = 1000000 };

static int64_t unread(const struct fifo *fifo)
{
	int bytes = 0;

	ioctl(fifo->fd, FIONREAD, &bytes);
	return bytes / (int)sizeof(int16_t);
}

static bool write_all(struct fifo *fifo, const int16_t *samples, size_t n)
{
	/* a frame is less than PIPE_BUF: all of it or nothing */
	ssize_t done = write(fifo->fd, samples, n * sizeof *samples);

	if (done <= 0)
		return false;
	fifo->samples += (int64_t)n;
	return true;
}

static void write_silence(struct fifo *fifo, int64_t n)
{
	static const int16_t silence[SV_RATE_MAX / 1000 * SV_FRAME_MS];
	int64_t frame = sv_samples(SV_FRAME_MS, fifo->rate_hz);

	for (; n > 0; n -= frame)
		if (!write_all(fifo, silence, (size_t)(n < frame ? n : frame)))
			break;
}

static void forget_name(struct fifo *fifo)
{
	if (fifo->path)
		unlink(fifo->path);
	free(fifo->path);
	fifo->path = NULL;
}

int fifo_open(struct fifo *fifo, const char *path, int rate_hz)
{
	*fifo = (struct fifo){ .rate_hz = rate_hz, .fd = -1, .held = -1 };
	if (mkfifo(path, 0600))
		return sv_fail(EX_CANTCREAT, "make %s:", path);
	fifo->path = sv_strdup(path);
	fifo->held = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	fifo->fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	fifo->open = true;
	if (fifo->held < 0 || fifo->fd < 0) {
		int rc = sv_fail(EX_CANTCREAT, "open %s:", path);

		fifo_close(fifo);
		return rc;
	}
	write_silence(fifo, sv_samples(FIFO_AHEAD_MS, rate_hz));
	return 0;
}

/* The exchange has it open as soon as something is read. Then it need not be
 * found any more, and we are told when it is closed. */
bool fifo_taken(struct fifo *fifo, int64_t now_us)
{
	if (!fifo->open)
		return false;
	if (fifo->since_us)
		return true;
	if (unread(fifo) == fifo->samples)
		return false;
	fifo->since_us = now_us;
	forget_name(fifo);
	close(fifo->held);
	fifo->held = -1;
	return true;
}

/* From now on its time counts so that so much is ahead. */
static void anchor(struct fifo *fifo, int64_t left, int64_t now_us)
{
	fifo->since_us = now_us - (fifo->samples - left) * US / fifo->rate_hz;
}

/*
 * Samples that the exchange still has to play. What it has read it has not
 * played yet, so that is told by the clock: less than nothing is ahead when
 * it stood still for us, less than is unread when it did so by itself.
 */
static int64_t ahead(struct fifo *fifo, int64_t now_us)
{
	int64_t left, waiting = unread(fifo);

	if (!fifo_taken(fifo, now_us))
		return waiting;
	left = fifo->samples - (now_us - fifo->since_us) * fifo->rate_hz / US;
	if (left >= waiting)
		return left;
	anchor(fifo, waiting, now_us);
	return waiting;
}

static bool silent(const int16_t *samples, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (samples[i])
			return false;
	return true;
}

bool fifo_write(struct fifo *fifo, const int16_t *samples, size_t n,
                int64_t now_us)
{
	int64_t enough, left, frame;

	if (!fifo->open)
		return false;
	enough = sv_samples(FIFO_AHEAD_MS, fifo->rate_hz);
	frame = sv_samples(SV_FRAME_MS, fifo->rate_hz);
	left = ahead(fifo, now_us);
	if (left < frame) { /* it waits for us, or is about to */
		write_silence(fifo, enough - frame - left);
		left = enough - frame;
	}
	if (left + (int64_t)n > sv_samples(FIFO_MAX_MS, fifo->rate_hz))
		return false;
	if (left > enough && silent(samples, n))
		return false;
	return write_all(fifo, samples, n);
}

void fifo_close(struct fifo *fifo)
{
	if (!fifo->open)
		return;
	forget_name(fifo); /* first: nobody must open it without a writer */
	if (fifo->held >= 0)
		close(fifo->held);
	if (fifo->fd >= 0)
		close(fifo->fd);
	fifo->open = false;
}
