/*
 * One rate to another by libsox's `rate` effect, streaming. Mono, 16 bit;
 * samples pass by the block, none is lost or added: n in give
 * round(n * out_hz / in_hz) out by the time sv_resample_end() was drained.
 */
#ifndef SV_RESAMPLE_H
#define SV_RESAMPLE_H

#include <stddef.h>
#include <stdint.h>

struct sv_resampler;

enum sv_quality {
	SV_QUICK, /* for a live line: out trails in by 10 to 20 ms */
	SV_HIGH,  /* SoX's -h, for recordings: by 40 to 175 ms */
};

enum { SV_RESAMPLE_MIN = 1000, SV_RESAMPLE_MAX = 768000 };

/* 0 and *made yours to free, or EX_SOFTWARE/EX_UNAVAILABLE. Any rates from
 * SV_RESAMPLE_MIN to SV_RESAMPLE_MAX; equal ones are fine and copy. */
int sv_resample_new(struct sv_resampler **made, int in_hz, int out_hz,
                    enum sv_quality quality);
void sv_resample_free(struct sv_resampler *resampler);

/* Feeds n samples; *out, lent until the next call, gets what is ready (may be
 * none). 0 or EX_SOFTWARE. */
int sv_resample(struct sv_resampler *resampler, const int16_t *in, size_t n,
                const int16_t **out, size_t *out_n);

/* No more input: the rest. Once. */
int sv_resample_end(struct sv_resampler *resampler, const int16_t **out,
                    size_t *out_n);

/* Starts libsox, once however often it is called; the functions above do it
 * themselves. For who uses <sox.h> directly, where sox_init() may be called
 * but once in a process. 0 or EX_UNAVAILABLE. */
int sv_sox_init(void);

#endif
