/* pcm.c: raw PCM to stdout, as fast as it is read or in real time */
#include "lib/pcm.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/start.h"

#include "src/capture/engine.h"

enum {
	LATE_US = 100000, /* a reader that was stopped gets no more at once */
};

struct sink {
	int rate_hz;
	bool pace;
	int64_t start_us; /* when the first sample was due */
	int64_t n;        /* samples since */
	int16_t frame[SV_RATE_MAX / 1000 * SV_FRAME_MS];
	size_t in_frame;
};

static bool fits(const char *what)
{
	return !strcmp(what, "-");
}

static int pcm_open(struct sink **opened, const char *what,
                    const struct capture_how *how, int *rate_hz)
{
	struct sink *sink;

	(void)what;
	if (isatty(STDOUT_FILENO))
		return sv_fail(EX_USAGE,
		               "stdout is a terminal, which plays "
		               "no PCM; send it on, or name a file with -o");
	sink = sv_alloc(sizeof *sink);
	sink->rate_hz = how->rate_hz;
	sink->pace = how->pace;
	*rate_hz = how->rate_hz;
	*opened = sink;
	return 0;
}

/* Until the next sample is due; SV_GONE when we are to stop: what is not due
 * yet will not be waited for. */
static int wait_until_due(struct sink *sink)
{
	int64_t now = sv_now_us(), due;
	struct timespec rest;

	due = sink->start_us + sink->n * 1000000 / sink->rate_hz;
	if (!sink->start_us || now - due > LATE_US) {
		sink->start_us = now;
		sink->n = 0;
		due = now;
	}
	while (due > now && !sv_stopping()) {
		rest.tv_sec = (due - now) / 1000000;
		rest.tv_nsec = (due - now) % 1000000 * 1000;
		nanosleep(&rest, NULL);
		now = sv_now_us();
	}
	return sv_stopping() ? SV_GONE : 0;
}

static int write_frame(struct sink *sink)
{
	int rc = wait_until_due(sink);

	if (!rc)
		rc = sv_pcm_write(STDOUT_FILENO, sink->frame, sink->in_frame,
		                  "stdout");
	sink->n += (int64_t)sink->in_frame;
	sink->in_frame = 0;
	return rc;
}

static int pcm_write(struct sink *sink, const int16_t *samples, size_t n)
{
	size_t frame = (size_t)sv_samples(SV_FRAME_MS, sink->rate_hz), some;
	int rc = 0;

	if (!sink->pace)
		return sv_pcm_write(STDOUT_FILENO, samples, n, "stdout");
	for (; n && !rc; samples += some, n -= some) {
		some = frame - sink->in_frame;
		some = n < some ? n : some;
		memcpy(sink->frame + sink->in_frame, samples,
		       some * sizeof *samples);
		sink->in_frame += some;
		if (sink->in_frame == frame)
			rc = write_frame(sink);
	}
	return rc;
}

static int pcm_close(struct sink *sink, int rc)
{
	if (!rc && sink->in_frame)
		rc = write_frame(sink);
	free(sink);
	return rc;
}

const struct capture_sink capture_pcm_sink = {
	.name = "pcm",
	.fits = fits,
	.open = pcm_open,
	.write = pcm_write,
	.close = pcm_close,
};
