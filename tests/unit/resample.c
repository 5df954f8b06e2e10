/* resample.c: nothing lost, nothing added, nothing folded back */
#include "lib/resample.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "tap.h"

enum { MAX = 400000 };

static int16_t in[MAX], out[MAX], other[MAX];

static void tone(int16_t *samples, size_t n, double hz, int rate_hz,
                 double peak)
{
	size_t i;

	for (i = 0; i < n; i++)
		samples[i] = (int16_t)lrint(
			peak * sin(2 * M_PI * hz * (double)i / rate_hz));
}

/* in dB of full scale, the edges left out */
static double level(const int16_t *samples, size_t n)
{
	double sum = 1e-9;
	size_t i;

	for (i = n / 8; i < n - n / 8; i++)
		sum += (double)samples[i] * samples[i];
	return 10 * log10(sum / ((double)(n - 2 * (n / 8)) * 0x1p29));
}

/* all of in, fed in pieces; the number that came, or -1 */
static long convert(int from, int to, enum sv_quality quality, size_t n,
                    size_t piece)
{
	struct sv_resampler *resampler = NULL;
	const int16_t *some;
	size_t i, got, len = 0;

	if (sv_resample_new(&resampler, from, to, quality))
		return -1;
	for (i = 0; i < n; i += piece) {
		if (sv_resample(resampler, in + i,
		                n - i < piece ? n - i : piece, &some, &got))
			return -1;
		memcpy(out + len, some, got * sizeof *out);
		len += got;
	}
	if (sv_resample_end(resampler, &some, &got))
		return -1;
	if (got)
		memcpy(out + len, some, got * sizeof *out);
	sv_resample_free(resampler);
	return (long)(len + got);
}

/* how far the output is behind at the worst, in ms, in frames of 20 ms of
 * which nothing is known in between */
static double delay(int from, int to)
{
	struct sv_resampler *resampler = NULL;
	const int16_t *some;
	size_t piece = (size_t)from / 200, got, fed = 0, len = 0;
	double behind, worst = 0;

	if (sv_resample_new(&resampler, from, to, SV_QUICK))
		return 1e9;
	while (fed < (size_t)from) {
		sv_resample(resampler, in, piece, &some, &got);
		fed += piece;
		len += got;
		behind = (double)fed / from - (double)len / to;
		worst = behind > worst ? behind : worst;
	}
	sv_resample_free(resampler);
	return worst * 1000;
}

static void lengths(void)
{
	static const int rates[] = { 8000,  11025, 16000, 22050,
		                     24000, 44100, 48000, 12345 };
	static const size_t counts[] = { 0, 1, 2, 3, 159, 160, 7919, 50000 };
	bool exact = true;
	size_t i, j, k;

	for (i = 0; i < 8; i++)
		for (j = 0; j < 8; j++)
			for (k = 0; k < 8; k++) {
				long due = (long)((counts[k] * rates[j] +
				                   rates[i] / 2) /
				                  rates[i]);
				long quick = convert(rates[i], rates[j],
				                     SV_QUICK, counts[k], 160);
				long high = convert(rates[i], rates[j], SV_HIGH,
				                    counts[k], 8192);

				if (due != quick || due != high)
					printf("# %zu from %d to %d: %ld %ld\n",
					       counts[k], rates[i], rates[j],
					       quick, high);
				exact &= due == quick && due == high;
			}
	ok(exact);
}

static void pieces(void)
{
	long n;

	tone(in, 20000, 700, 8000, 20000);
	n = convert(8000, 16000, SV_HIGH, 20000, 20000);
	memcpy(other, out, sizeof out);
	ok(n == 40000);
	ok(convert(8000, 16000, SV_HIGH, 20000, 1) == n);
	ok(!memcmp(out, other, (size_t)n * sizeof *out));
	ok(convert(8000, 16000, SV_HIGH, 20000, 4096) == n);
	ok(!memcmp(out, other, (size_t)n * sizeof *out));
}

static void fidelity(void)
{
	double worst = 0;
	long n;
	int i;

	/* the same tone made at the other rate, within a step or two */
	tone(in, 32000, 1000, 16000, 20000);
	n = convert(16000, 8000, SV_HIGH, 32000, 320);
	tone(other, (size_t)n, 1000, 8000, 20000);
	for (i = 1000; i < n - 1000; i++)
		worst = fmax(worst, abs(out[i] - other[i]));
	printf("# worst step against the ideal: %g\n", worst);
	ok(worst <= 2);
	n = convert(16000, 8000, SV_QUICK, 32000, 320);
	for (worst = 0, i = 1000; i < n - 1000; i++)
		worst = fmax(worst, abs(out[i] - other[i]));
	ok(worst <= 2);

	/* what is above the new Nyquist frequency does not come back */
	tone(in, 32000, 5000, 16000, 20000);
	ok(level(in, 32000) > -5);
	n = convert(16000, 8000, SV_HIGH, 32000, 320);
	ok(level(out, (size_t)n) < -85);
	n = convert(16000, 8000, SV_QUICK, 32000, 320);
	ok(level(out, (size_t)n) < -85);

	/* nor does an image appear above the old one: the difference of the
	 * tone and what came is nothing */
	tone(in, 16000, 3000, 8000, 20000);
	n = convert(8000, 16000, SV_QUICK, 16000, 160);
	tone(other, (size_t)n, 3000, 16000, 20000);
	for (i = 0; i < n; i++)
		other[i] = (int16_t)(other[i] - out[i]);
	ok(level(other, (size_t)n) < -70);
}

static void loud(void)
{
	bool clipped = true;
	size_t i;
	long n;

	/* a square wave at full scale overshoots when filtered: it is to
	 * clip, a wrap would change the sign */
	for (i = 0; i < 16000; i++)
		in[i] = i / 40 % 2 ? INT16_MIN : INT16_MAX;
	n = convert(8000, 16000, SV_HIGH, 16000, 160);
	for (i = 20; i < (size_t)n; i += 80)
		clipped &= (i / 80 % 2 ? -out[i] : out[i]) > 25000;
	ok(clipped);
}

static void refusals(void)
{
	struct sv_resampler *resampler = NULL;

	ok(sv_resample_new(&resampler, 0, 16000, SV_HIGH) == EX_SOFTWARE);
	ok(sv_resample_new(&resampler, 16000, -1, SV_HIGH) == EX_SOFTWARE);
	ok(sv_resample_new(&resampler, INT32_MAX, 8000, SV_HIGH) ==
	   EX_SOFTWARE);
	ok(!resampler);
	sv_resample_free(NULL);
	ok(!sv_sox_init() && !sv_sox_init());
}

static void odd_rates(void)
{
	bool fine = true;
	int rate;

	for (rate = SV_RESAMPLE_MIN; rate <= 200000; rate += 7919)
		fine &= convert(rate, 16000, SV_HIGH, 1000, 1000) > 0;
	fine &= convert(SV_RESAMPLE_MAX, 8000, SV_HIGH, 1000, 1000) > 0;
	fine &= convert(SV_RESAMPLE_MAX - 1, 8000, SV_HIGH, 1000, 1000) > 0;
	fine &= convert(SV_RESAMPLE_MIN, 48000, SV_HIGH, 1000, 1000) > 0;
	ok(fine);
}

int main(void)
{
	lengths();
	pieces();
	fidelity();
	loud();
	refusals();
	odd_rates();
	ok(delay(8000, 16000) < 20);
	ok(delay(16000, 8000) < 20);
	ok(delay(22050, 16000) < 20);
	ok(delay(24000, 16000) < 20);
	ok(delay(16000, 24000) < 20);
	ok(convert(16000, 16000, SV_QUICK, 1000, 160) == 1000);
	ok(!memcmp(in, out, 1000 * sizeof *in));
	return tap_end();
}
