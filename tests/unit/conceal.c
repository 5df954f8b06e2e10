/*
 * conceal: what is made up for a loss, and periods more or less
 * uses: src/capture/conceal.c
 */
#include "src/capture/conceal.h"

#include <math.h>
#include <stdlib.h>

#include "lib/pcm.h"

#include "tests/unit/tap.h"

enum { SECOND_MAX = SV_RATE_MAX };

static const int rates[] = { 8000, 16000, 24000, 48000 };

/* a voice of 150 Hz with overtones */
static void voice(int16_t *samples, size_t n, int rate_hz)
{
	for (size_t i = 0; i < n; i++) {
		double at = 2 * acos(-1) * 150 * (double)i / rate_hz;

		samples[i] = (int16_t)(6000 * sin(at) + 3000 * sin(2 * at + 1) +
		                       1500 * sin(5 * at + 2));
	}
}

/* the largest step from a sample to the next */
static int step(const int16_t *samples, size_t n)
{
	int most = 0;

	for (size_t i = 1; i < n; i++) {
		if (abs(samples[i] - samples[i - 1]) > most)
			most = abs(samples[i] - samples[i - 1]);
	}
	return most;
}

static double energy(const int16_t *samples, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)samples[i] * samples[i];
	return sum / (double)n;
}

/* loses 20 ms of each 200, and then all */
static void losses(int rate_hz)
{
	static int16_t clean[SECOND_MAX], heard[SECOND_MAX];
	struct conceal *conceal = conceal_new(rate_hz);
	size_t frame = (size_t)rate_hz / 50, i;
	double wrong = 0, all = 0;

	voice(clean, (size_t)rate_hz, rate_hz);
	memcpy(heard, clean, sizeof heard);
	for (i = 0; i < 40; i++) {
		if (i % 10 == 7)
			conceal_fill(conceal, heard + i * frame, frame);
		else
			conceal_heard(conceal, heard + i * frame, frame);
	}
	for (i = 0; i < 40 * frame; i++) {
		wrong += pow(heard[i] - clean[i], 2);
		all += pow(clean[i], 2);
	}
	/* the tone goes on: 10 dB better than silence */
	ok(wrong < all / 10 / 10);
	ok(step(heard, 40 * frame) < 2 * step(clean, 40 * frame));

	for (i = 40; i < 50; i++)
		conceal_fill(conceal, heard + i * frame, frame);
	ok(energy(heard + 40 * frame, frame / 2) >
	   all / 40 / (double)frame / 2);
	ok(energy(heard + 42 * frame, frame) < all / 40 / (double)frame / 4);
	ok(energy(heard + 43 * frame, 7 * frame) == 0);
	ok(step(heard, 50 * frame) < 2 * step(clean, 50 * frame));

	memcpy(heard, clean, sizeof heard);
	conceal_heard(conceal, heard, frame); /* it fades in */
	ok(abs(heard[0]) < 1500);
	ok(!memcmp(heard + frame / 2, clean + frame / 2, frame));

	memcpy(heard, clean, sizeof heard);
	conceal_heard(conceal, heard, 10 * frame + 3);
	conceal_silence(conceal, heard + 10 * frame + 3, frame);
	ok(step(heard, 11 * frame + 3) < 2 * step(clean, 11 * frame + 3));
	ok(energy(heard + 10 * frame + 3 + frame / 2, frame / 2) == 0);
	conceal_free(conceal);
}

static void periods(int rate_hz)
{
	static int16_t clean[SECOND_MAX], heard[2 * SECOND_MAX];
	size_t frame = (size_t)rate_hz / 50, n;
	double period = rate_hz / 150.0, off;

	voice(clean, (size_t)rate_hz, rate_hz);
	memcpy(heard, clean, sizeof clean);
	n = conceal_shorten(heard, frame, rate_hz);
	off = fmod((double)(frame - n), period);
	ok(n < frame && (off < period / 20 || off > period * 0.95));
	ok(step(heard, n) < 1.2 * step(clean, frame));
	ok(!memcmp(heard + n - frame / 20, clean + frame - frame / 20,
	           frame / 20 * sizeof *clean));

	memcpy(heard, clean, sizeof clean);
	n = conceal_lengthen(heard, frame, rate_hz);
	off = fmod((double)(n - frame), period);
	ok(n > frame && (off < period / 20 || off > period * 0.95));
	ok(n - frame <= frame * CONCEAL_PERIOD_MS / 20);
	ok(step(heard, n) < 1.2 * step(clean, frame));
	ok(!memcmp(heard + n - frame / 20, clean + frame - frame / 20,
	           frame / 20 * sizeof *clean));

	for (n = 0; n < frame / 2; n++) {
		if (conceal_shorten(heard, n, rate_hz) != n ||
		    conceal_lengthen(heard, n, rate_hz) != n)
			break;
	}
	ok(n == frame / 2); /* too short to be changed */
}

/* full scale, noise, nothing: no overflow, whatever lengths */
static void extremes(int rate_hz)
{
	struct conceal *conceal = conceal_new(rate_hz);
	static int16_t samples[SECOND_MAX];

	conceal_fill(conceal, samples, 100); /* before anything was heard */
	ok(energy(samples, 100) == 0);
	for (int i = 0; i < rate_hz; i++)
		samples[i] = i / 40 % 2 ? INT16_MAX : INT16_MIN;
	for (size_t n = 0; n < 500; n += 7) {
		conceal_heard(conceal, samples, n);
		conceal_fill(conceal, samples + n, n);
		conceal_silence(conceal, samples + 2 * n, n);
		conceal_heard(conceal, samples, 1);
		conceal_fill(conceal, samples, 1);
	}
	srand(1);
	for (int i = 0; i < rate_hz; i++)
		samples[i] = (int16_t)(rand() % 65536 - 32768);
	conceal_heard(conceal, samples, (size_t)rate_hz);
	conceal_fill(conceal, samples, (size_t)rate_hz);
	ok(energy(samples + rate_hz / 10, (size_t)rate_hz / 2) == 0);
	conceal_free(conceal);
	conceal_free(NULL);
}

int main(void)
{
	for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
		losses(rates[i]);
		periods(rates[i]);
		extremes(rates[i]);
	}
	return tap_end();
}
