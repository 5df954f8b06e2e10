/* audioframe.c: AudioSocket's frames, cut and made */
#include "src/capture/audioframe.h"

#include <string.h>

static const int rates_hz[] = { 8000,  12000, 16000, 24000, 32000,
	                        44100, 48000, 96000, 192000 };

enum { RATES = sizeof rates_hz / sizeof *rates_hz };

size_t audioframe_cut(const uint8_t *data, size_t len, struct audioframe *frame)
{
	size_t all;

	if (len < AUDIOFRAME_HEAD)
		return 0;
	all = AUDIOFRAME_HEAD + ((size_t)data[1] << 8 | data[2]);
	if (len < all)
		return 0;
	*frame = (struct audioframe){ .kind = data[0],
		                      .payload = data + AUDIOFRAME_HEAD,
		                      .len = all - AUDIOFRAME_HEAD };
	return all;
}

int audioframe_rate_hz(uint8_t kind)
{
	if (kind < AUDIOFRAME_AUDIO || kind >= AUDIOFRAME_AUDIO + RATES)
		return 0;
	return rates_hz[kind - AUDIOFRAME_AUDIO];
}

uint8_t audioframe_kind(int rate_hz)
{
	uint8_t i = 0;

	while (i < RATES - 1 && rates_hz[i] != rate_hz)
		i++;
	return (uint8_t)(AUDIOFRAME_AUDIO + i);
}

size_t audioframe_put(uint8_t *out, int rate_hz, const int16_t *samples,
                      size_t n)
{
	size_t len = n * sizeof *samples;

	out[0] = audioframe_kind(rate_hz);
	out[1] = (uint8_t)(len >> 8);
	out[2] = (uint8_t)len;
	memcpy(out + AUDIOFRAME_HEAD, samples, len);
	return AUDIOFRAME_HEAD + len;
}
