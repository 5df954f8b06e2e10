/* pcm.c: raw PCM in and out, and what its rates and lengths mean */
#include "lib/pcm.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

#include "lib/io.h"
#include "lib/log.h"
#include "lib/start.h"

bool sv_rate_valid(int rate_hz)
{
	return rate_hz == 8000 || rate_hz == 16000 || rate_hz == 24000 ||
	       rate_hz == 48000;
}

int64_t sv_samples(int64_t ms, int rate_hz)
{
	return ms * rate_hz / 1000;
}

int64_t sv_samples_ms(int64_t samples, int rate_hz)
{
	return samples * 1000 / rate_hz;
}

void sv_pcm_in_init(struct sv_pcm_in *in, int fd, const char *name)
{
	*in = (struct sv_pcm_in){ .fd = fd, .name = name };
}

/* The end of the input: half a sample is nothing to a listener, but says that
 * the writer was cut off or is not writing what we think. */
static ssize_t end(struct sv_pcm_in *in)
{
	if (in->has_odd && !sv_stopping()) {
		sv_warn("%s: the last sample is cut in half", in->name);
		sv_bad_input();
	}
	in->has_odd = false;
	return 0;
}

ssize_t sv_pcm_read(struct sv_pcm_in *in, int16_t *samples, size_t max)
{
	unsigned char *bytes = (unsigned char *)samples;
	size_t have = 0;
	ssize_t got;
	size_t i;

	assert(max > 0);
	if (in->has_odd)
		bytes[have++] = in->odd;
	got = sv_read(in->fd, bytes + have, 2 * max - have, in->name);
	if (got < 0)
		return -1;
	if (got == 0)
		return end(in);
	have += (size_t)got;
	in->has_odd = have % 2;
	if (in->has_odd)
		in->odd = bytes[have - 1];
	for (i = 0; i < have / 2; i++)
		samples[i] = (int16_t)le16toh((uint16_t)samples[i]);
	return have < 2 ? -2 : (ssize_t)(have / 2);
}

int sv_pcm_write(int fd, const int16_t *samples, size_t n, const char *name)
{
#if __BYTE_ORDER == __LITTLE_ENDIAN
	return sv_write(fd, samples, n * sizeof *samples, name);
#else
	uint16_t swapped[4096];
	size_t i, some;
	int rc = 0;

	for (; n && !rc; samples += some, n -= some) {
		some = n < 4096 ? n : 4096;
		for (i = 0; i < some; i++)
			swapped[i] = htole16((uint16_t)samples[i]);
		rc = sv_write(fd, swapped, some * 2, name);
	}
	return rc;
#endif
}
