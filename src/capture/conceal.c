/* conceal.c: sound made up for what was lost, and periods put in or out */
#include "src/capture/conceal.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/pcm.h"

enum {
	SHORTEST_US = 2500,                    /* a period of a voice: 400 Hz */
	LONGEST_US = CONCEAL_PERIOD_MS * 1000, /* 66 Hz */
	MATCH_US = 10000,                      /* what is compared */
	JOIN_US = 4000,                        /* what is blended at a seam */
	FULL_MS = 10,     /* a filling is as loud as the voice was for */
	FADE_MS = 60,     /* and silent from */
	COARSE_HZ = 8000, /* the rate at which a period is looked for first */
	HISTORY = SV_RATE_MAX / 1000 * 40,
	PERIOD = SV_RATE_MAX / 1000 * CONCEAL_PERIOD_MS,
	JOIN = SV_RATE_MAX / 1000 * JOIN_US / 1000,
};

struct conceal {
	int rate_hz;
	size_t history_n;         /* the last of `history` are in use */
	int16_t history[HISTORY]; /* what was heard, or made up, last */
	int16_t period[PERIOD];   /* that is repeated */
	size_t period_n, period_at;
	int64_t filled; /* samples made up since something was heard */
};

static size_t samples_of(int us, int rate_hz)
{
	return (size_t)((int64_t)us * rate_hz / 1000000);
}

/* How alike n samples are from a and b on, looking at each step-th: the
 * correlation, 0 when it is none. */
static double alike(const int16_t *a, const int16_t *b, size_t n, size_t step)
{
	int64_t both = 0, one = 1, other = 1;

	for (size_t i = 0; i < n; i += step) {
		both += (int64_t)a[i] * b[i];
		one += (int64_t)a[i] * a[i];
		other += (int64_t)b[i] * b[i];
	}
	return both > 0 ? (double)both / sqrt((double)one * (double)other) : 0;
}

/* The distance between least and most at which the samples repeat best. With
 * back they are compared with what lies before them, else behind. */
static size_t period_of(const int16_t *at, size_t n, bool back, size_t most,
                        int rate_hz)
{
	size_t least = samples_of(SHORTEST_US, rate_hz), best = most;
	size_t step = (size_t)rate_hz / COARSE_HZ, from, to;
	double high = -1, now;

	for (size_t lag = least; lag <= most; lag += step) {
		now = alike(at, back ? at - lag : at + lag, n, step);
		if (now > high) {
			high = now;
			best = lag;
		}
	}
	from = best > least + step ? best - step : least;
	to = best + step < most ? best + step : most;
	high = -1;
	for (size_t lag = from; step > 1 && lag <= to; lag++) {
		now = alike(at, back ? at - lag : at + lag, n, 1);
		if (now > high) {
			high = now;
			best = lag;
		}
	}
	return best;
}

/* from one to the other over n samples; out may be either */
static void blend(const int16_t *from, const int16_t *to, size_t n,
                  int16_t *out)
{
	for (size_t i = 0; i < n; i++) {
		int32_t way = (int32_t)(i + 1), all = (int32_t)n + 1;

		out[i] = (int16_t)((from[i] * (all - way) + to[i] * way) / all);
	}
}

struct conceal *conceal_new(int rate_hz)
{
	struct conceal *conceal = sv_alloc(sizeof *conceal);

	conceal->rate_hz = rate_hz;
	conceal->history_n = (size_t)sv_samples(40, rate_hz);
	return conceal;
}

void conceal_free(struct conceal *conceal)
{
	free(conceal);
}

static void remember(struct conceal *conceal, const int16_t *samples, size_t n)
{
	size_t keep = conceal->history_n;

	if (n > keep) {
		samples += n - keep;
		n = keep;
	}
	memmove(conceal->history, conceal->history + n,
	        (keep - n) * sizeof *samples);
	memcpy(conceal->history + keep - n, samples, n * sizeof *samples);
}

/* The period to repeat, the end of it made to fit its beginning; it starts
 * with the samples before it reversed, which fit what was heard. */
static void begin(struct conceal *conceal)
{
	const int16_t *end = conceal->history + conceal->history_n;
	size_t match = samples_of(MATCH_US, conceal->rate_hz), n, join;

	n = period_of(end - match, match, true,
	              samples_of(LONGEST_US, conceal->rate_hz),
	              conceal->rate_hz);
	join = n / 4;
	memcpy(conceal->period, end - n, n * sizeof *end);
	blend(conceal->period + n - join, end - n - join, join,
	      conceal->period + n - join);
	conceal->period_n = n;
	conceal->period_at = 0;
}

/* in 1024ths */
static int32_t loudness(const struct conceal *conceal)
{
	int64_t full = sv_samples(FULL_MS, conceal->rate_hz);
	int64_t none = sv_samples(FADE_MS, conceal->rate_hz);

	if (conceal->filled <= full)
		return 1024;
	if (conceal->filled >= none)
		return 0;
	return (int32_t)(1024 * (none - conceal->filled) / (none - full));
}

static void make_up(struct conceal *conceal, int16_t *samples, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		samples[i] = (int16_t)(conceal->period[conceal->period_at] *
		                       loudness(conceal) / 1024);
		conceal->period_at =
			(conceal->period_at + 1) % conceal->period_n;
		conceal->filled++;
	}
}

void conceal_fill(struct conceal *conceal, int16_t *samples, size_t n)
{
	if (!conceal->filled)
		begin(conceal);
	if (!loudness(conceal)) {
		conceal->filled += (int64_t)n;
		memset(samples, 0, n * sizeof *samples);
	} else {
		make_up(conceal, samples, n);
	}
	remember(conceal, samples, n);
}

void conceal_silence(struct conceal *conceal, int16_t *samples, size_t n)
{
	size_t join = samples_of(JOIN_US, conceal->rate_hz);

	memset(samples, 0, n * sizeof *samples);
	if (join > n)
		join = n;
	if (loudness(conceal)) {
		int16_t fading[JOIN];

		if (!conceal->filled)
			begin(conceal);
		make_up(conceal, fading, join);
		blend(fading, samples, join, samples);
	}
	conceal->filled = sv_samples(FADE_MS, conceal->rate_hz);
	remember(conceal, samples, n);
}

void conceal_heard(struct conceal *conceal, int16_t *samples, size_t n)
{
	size_t join = samples_of(JOIN_US, conceal->rate_hz);
	int16_t tail[JOIN];

	if (join > n)
		join = n;
	if (conceal->filled) {
		make_up(conceal, tail, join);
		blend(tail, samples, join, samples);
	}
	conceal->filled = 0;
	remember(conceal, samples, n);
}

/* The period to take out or put in; 0 when n is too short for one. */
static size_t find(const int16_t *samples, size_t n, int rate_hz, size_t *join)
{
	size_t most = samples_of(LONGEST_US, rate_hz);

	*join = samples_of(JOIN_US, rate_hz);
	if (n < samples_of(MATCH_US, rate_hz))
		return 0;
	if (most > n - *join)
		most = n - *join;
	return period_of(samples, *join, false, most, rate_hz);
}

size_t conceal_shorten(int16_t *samples, size_t n, int rate_hz)
{
	size_t join, period = find(samples, n, rate_hz, &join);

	if (!period)
		return n;
	blend(samples, samples + period, join, samples);
	memmove(samples + join, samples + period + join,
	        (n - period - join) * sizeof *samples);
	return n - period;
}

size_t conceal_lengthen(int16_t *samples, size_t n, int rate_hz)
{
	size_t join, period = find(samples, n, rate_hz, &join);

	if (!period)
		return n;
	memmove(samples + period, samples, n * sizeof *samples);
	/* the first period stands there still, and what came after it leads
	 * back to its beginning */
	blend(samples + 2 * period, samples + period, join, samples + period);
	return n + period;
}
