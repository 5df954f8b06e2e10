/*
 * Raw PCM: signed 16-bit little-endian mono, at 8000, 16000, 24000 or 48000
 * samples a second. Lengths are samples; the sample count is a call's clock.
 */
#ifndef SV_PCM_H
#define SV_PCM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { SV_FRAME_MS = 20, SV_RATE_DEFAULT = 16000, SV_RATE_MAX = 48000 };

bool sv_rate_valid(int rate_hz);

/* samples in ms, and ms (rounded down) in samples */
int64_t sv_samples(int64_t ms, int rate_hz);
int64_t sv_samples_ms(int64_t samples, int rate_hz);

/* Samples from a descriptor whose reads end anywhere, in mid-sample too. */
struct sv_pcm_in {
	int fd;
	const char *name; /* lent, for messages */
	unsigned char odd;
	bool has_odd;
};

void sv_pcm_in_init(struct sv_pcm_in *in, int fd, const char *name);

/* One read(2): the number of samples, > 0; 0 at the end; -1 with sv_why() set
 * (errno EAGAIN where the descriptor is non-blocking); -2 when there is less
 * than a sample yet. At the end a sample cut in half is dropped with a warning
 * and sv_bad_input(). */
ssize_t sv_pcm_read(struct sv_pcm_in *in, int16_t *samples, size_t max);

/* Writes all samples: 0, SV_GONE, EX_IOERR. */
int sv_pcm_write(int fd, const int16_t *samples, size_t n, const char *name);

#endif
