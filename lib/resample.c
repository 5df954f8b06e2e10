/*
 * resample.c: libsox's `rate` effect, fed block by block.
 *
 * The effect is not put into a SoX chain, which pulls: its handler is called
 * directly, as sox_flow_effects() would.
 */
#include "lib/resample.h"

#include <sox.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"

enum { BLOCK = 8192 };

struct sv_resampler {
	sox_effect_t *rate; /* NULL when the rates are equal */
	int64_t in_hz, out_hz;
	int64_t fed, given; /* samples since the start */
	sox_sample_t wide_in[BLOCK], wide_out[BLOCK];
	int16_t *out;
	size_t n, cap;
};

/*
 * SV_QUICK. What counts on a line is how far the output trails the input,
 * which in libsox is half a filter plus the rest of its FFT block. Measured
 * with 5 ms blocks, libsox 14.4.2+git20190427, in ms at the worst:
 *
 *                block   8>16   16>8  22.05>16  24>16  48>16   8>24   8>48
 *   -q                    0.3    0.1       0.1    0.1    0.0    0.2    0.3
 *   -l            1024   61.3   61.3      21.9   20.0   20.0   40.0   57.0
 *   -l              32   29.3   29.3      10.3    9.3    9.3   18.7   26.7
 *   -m              32  118.0  118.0      41.2   37.5   37.5   75.0   92.0
 *   -h              32  115.0  115.0      40.1   36.6   36.6   73.2  175.0
 *   -h -M -b 85     32   23.8   23.8      19.1   17.2   17.2   34.5   42.2
 *   -m -a -b 85     32   13.8   13.8      10.5    9.6    9.6   19.2   27.7
 *
 * -q is cubic interpolation with no filter: going down it folds everything
 * above the new Nyquist frequency back at full level. `-m -a -b 85` is
 * band-limited: from 16 to 8 kHz flat to 3.2 kHz, -0.4 dB at 3.4 kHz, -19 dB
 * at 4.08 kHz, -52 dB at 4.4 kHz and below -109 dB from 4.8 kHz; what folds
 * lands above the telephone band. Hence that, with FFT blocks of 32 or
 * what the filter needs; 8 to 48 kHz and 22.05 to 8 kHz (21.0) are the only
 * ones past 20 ms.
 */
static int configure(sox_effect_t *rate, enum sv_quality quality)
{
	static char medium[] = "-m", aliases[] = "-a", band[] = "-b",
		    percent[] = "85", high[] = "-h";
	char *quick_args[] = { medium, aliases, band, percent };
	char *high_args[] = { high };

	if (quality == SV_QUICK)
		return sox_effect_options(rate, 4, quick_args);
	return sox_effect_options(rate, 1, high_args);
}

static int start(sox_effect_t *rate, enum sv_quality quality)
{
	size_t *min_size = &sox_get_globals()->log2_dft_min_size;
	size_t usual = *min_size;
	int rc;

	if (quality == SV_QUICK)
		*min_size = 5;
	rc = rate->handler.start(rate);
	*min_size = usual;
	return rc;
}

int sv_sox_init(void)
{
	static bool done; /* a second sox_init() would abort() */

	if (!done && sox_init() != SOX_SUCCESS)
		return sv_fail(EX_UNAVAILABLE, "libsox does not start");
	done = true;
	return 0;
}

static int make_rate(sox_effect_t **made, int in_hz, int out_hz,
                     enum sv_quality quality)
{
	const sox_effect_handler_t *handler = sox_find_effect("rate");
	static sox_encodinginfo_t any; /* the effect does not look at it */
	sox_effect_t *rate;

	if (!handler)
		return sv_fail(EX_UNAVAILABLE, "libsox has no effect 'rate'");
	rate = sox_create_effect(handler);
	if (!rate)
		return sv_fail(EX_SOFTWARE, "libsox makes no effect 'rate'");
	rate->in_signal.rate = in_hz;
	rate->out_signal.rate = out_hz;
	rate->in_signal.channels = rate->out_signal.channels = 1;
	rate->in_signal.precision = rate->out_signal.precision = 32;
	rate->in_encoding = rate->out_encoding = &any;
	*made = rate;
	if (configure(rate, quality) != SOX_SUCCESS ||
	    start(rate, quality) != SOX_SUCCESS)
		return sv_fail(EX_SOFTWARE, "libsox: no way from %d to %d Hz",
		               in_hz, out_hz);
	return 0;
}

int sv_resample_new(struct sv_resampler **made, int in_hz, int out_hz,
                    enum sv_quality quality)
{
	struct sv_resampler *resampler;
	int rc;

	/* libsox abort()s or eats the machine at ratios that no sound has */
	if (in_hz < SV_RESAMPLE_MIN || in_hz > SV_RESAMPLE_MAX ||
	    out_hz < SV_RESAMPLE_MIN || out_hz > SV_RESAMPLE_MAX)
		return sv_fail(EX_SOFTWARE, "no way from %d to %d Hz", in_hz,
		               out_hz);
	rc = sv_sox_init();
	if (rc)
		return rc;
	resampler = sv_alloc(sizeof *resampler);
	resampler->in_hz = in_hz;
	resampler->out_hz = out_hz;
	resampler->cap = BLOCK; /* so that out is never NULL */
	resampler->out = sv_calloc(BLOCK, sizeof *resampler->out);
	if (in_hz != out_hz)
		rc = make_rate(&resampler->rate, in_hz, out_hz, quality);
	if (rc) {
		sv_resample_free(resampler);
		return rc;
	}
	*made = resampler;
	return 0;
}

void sv_resample_free(struct sv_resampler *resampler)
{
	if (!resampler)
		return;
	/* not sox_delete_effect(), which prints how often it clipped */
	if (resampler->rate) {
		resampler->rate->handler.stop(resampler->rate);
		resampler->rate->handler.kill(resampler->rate);
		free(resampler->rate->priv);
		free(resampler->rate);
	}
	free(resampler->out);
	free(resampler);
}

static int16_t *grow(struct sv_resampler *resampler, size_t n)
{
	int16_t *added;

	if (resampler->n + n > resampler->cap) {
		resampler->cap = 2 * (resampler->n + n);
		resampler->out = sv_realloc(resampler->out,
		                            resampler->cap * sizeof *added);
	}
	added = resampler->out + resampler->n;
	resampler->n += n;
	return added;
}

/* rounded, and clipped where rounding up would wrap */
static int16_t narrow(sox_sample_t wide)
{
	return wide >= INT32_MAX - 0x7fff ? INT16_MAX
	                                  : (int16_t)((wide + 0x8000) >> 16);
}

static void add(struct sv_resampler *resampler, size_t n)
{
	int16_t *out = grow(resampler, n);
	size_t i;

	for (i = 0; i < n; i++)
		out[i] = narrow(resampler->wide_out[i]);
}

/* The effect takes what it is given only when it has handed out all it had,
 * and what it makes of it comes with the next call. */
static int flow(struct sv_resampler *resampler, size_t n)
{
	sox_effect_t *rate = resampler->rate;
	const sox_sample_t *in = resampler->wide_in;
	size_t taken, made;

	do {
		taken = n;
		made = BLOCK;
		if (rate->handler.flow(rate, in, resampler->wide_out, &taken,
		                       &made) != SOX_SUCCESS ||
		    (n && !taken && !made))
			return sv_fail(EX_SOFTWARE, "libsox: resampling fails");
		add(resampler, made);
		in += taken;
		n -= taken;
	} while (n || made);
	return 0;
}

static int feed(struct sv_resampler *resampler, const int16_t *in, size_t n)
{
	size_t i, some;
	int rc = 0;

	for (; n && !rc; in += some, n -= some) {
		some = n < BLOCK ? n : BLOCK;
		for (i = 0; i < some; i++)
			resampler->wide_in[i] = in[i] * 65536;
		rc = flow(resampler, some);
	}
	return rc;
}

static void give(struct sv_resampler *resampler, const int16_t **out,
                 size_t *out_n)
{
	resampler->given += (int64_t)resampler->n;
	*out = resampler->out;
	*out_n = resampler->n;
}

int sv_resample(struct sv_resampler *resampler, const int16_t *in, size_t n,
                const int16_t **out, size_t *out_n)
{
	int rc = 0;

	resampler->n = 0;
	resampler->fed += (int64_t)n;
	if (resampler->rate)
		rc = feed(resampler, in, n);
	else if (n)
		memcpy(grow(resampler, n), in, n * sizeof *in);
	give(resampler, out, out_n);
	return rc;
}

/* The effect gives the right number by itself, counting in floating point;
 * we promise it, so we make sure in integers. */
static void settle(struct sv_resampler *resampler)
{
	int64_t due =
		(resampler->fed * resampler->out_hz + resampler->in_hz / 2) /
			resampler->in_hz -
		resampler->given;
	size_t n = resampler->n;

	if (due < 0)
		due = 0;
	if ((size_t)due > n)
		memset(grow(resampler, (size_t)due - n), 0,
		       ((size_t)due - n) * sizeof *resampler->out);
	resampler->n = (size_t)due;
}

int sv_resample_end(struct sv_resampler *resampler, const int16_t **out,
                    size_t *out_n)
{
	sox_effect_t *rate = resampler->rate;
	size_t made;

	resampler->n = 0;
	if (rate) {
		do {
			made = BLOCK;
			rate->handler.drain(rate, resampler->wide_out, &made);
			add(resampler, made);
		} while (made);
		settle(resampler);
	}
	give(resampler, out, out_n);
	return 0;
}
