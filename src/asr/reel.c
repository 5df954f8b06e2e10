/* reel.c: the sound of a line, as frames */
#include "src/asr/reel.h"

#include <string.h>

#include "lib/pcm.h"

int reel_init(struct reel *reel, int rate_hz, int frames_hz, bool live)
{
	reel->rate_hz = rate_hz;
	reel->frame_len = (size_t)sv_samples(SV_FRAME_MS, frames_hz);
	return sv_resample_new(&reel->resampler, rate_hz, frames_hz,
	                       live ? SV_QUICK : SV_HIGH);
}

void reel_release(struct reel *reel)
{
	sv_resample_free(reel->resampler);
}

static int complete(struct reel *reel)
{
	const int16_t *frame = reel_frame(reel, reel->frames);

	reel->frames++;
	reel->filled = 0;
	return reel->take(reel->arg, frame);
}

/* samples at the rate of the frames */
static int take(struct reel *reel, const int16_t *samples, size_t n)
{
	int rc = 0;

	while (!rc && n) {
		int16_t *frame = reel->kept[reel->frames % REEL_KEPT];
		size_t room = reel->frame_len - reel->filled;
		size_t part = n < room ? n : room;

		memcpy(frame + reel->filled, samples, part * sizeof *samples);
		reel->filled += part;
		samples += part;
		n -= part;
		if (reel->filled == reel->frame_len)
			rc = complete(reel);
	}
	return rc;
}

int reel_feed(struct reel *reel, const int16_t *samples, size_t n)
{
	const int16_t *out;
	size_t out_n;
	int rc;

	reel->samples += (int64_t)n;
	rc = sv_resample(reel->resampler, samples, n, &out, &out_n);
	return rc ? rc : take(reel, out, out_n);
}

int reel_finish(struct reel *reel)
{
	const int16_t *out;
	size_t out_n;
	int16_t *frame;
	int rc = sv_resample_end(reel->resampler, &out, &out_n);

	if (!rc)
		rc = take(reel, out, out_n);
	if (rc || !reel->filled)
		return rc;
	frame = reel->kept[reel->frames % REEL_KEPT];
	memset(frame + reel->filled, 0,
	       (reel->frame_len - reel->filled) * sizeof *frame);
	return complete(reel);
}

const int16_t *reel_frame(const struct reel *reel, int64_t number)
{
	return reel->kept[number % REEL_KEPT];
}

int64_t reel_ms(const struct reel *reel)
{
	return sv_samples_ms(reel->samples, reel->rate_hz);
}
