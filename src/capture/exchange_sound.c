/* exchange_sound.c: the codings of chan_websocket's sound */
#include "src/capture/exchange_sound.h"

#include <spandsp.h>
#include <string.h>

static void decode_linear(const uint8_t *data, size_t n, int16_t *samples)
{
	memcpy(samples, data, n * sizeof *samples);
}

static void encode_linear(const int16_t *samples, size_t n, uint8_t *data)
{
	memcpy(data, samples, n * sizeof *samples);
}

static void decode_ulaw(const uint8_t *data, size_t n, int16_t *samples)
{
	for (size_t i = 0; i < n; i++)
		samples[i] = ulaw_to_linear(data[i]);
}

static void encode_ulaw(const int16_t *samples, size_t n, uint8_t *data)
{
	for (size_t i = 0; i < n; i++)
		data[i] = linear_to_ulaw(samples[i]);
}

static void decode_alaw(const uint8_t *data, size_t n, int16_t *samples)
{
	for (size_t i = 0; i < n; i++)
		samples[i] = alaw_to_linear(data[i]);
}

static void encode_alaw(const int16_t *samples, size_t n, uint8_t *data)
{
	for (size_t i = 0; i < n; i++)
		data[i] = linear_to_alaw(samples[i]);
}

const struct exchange_sound *exchange_sound_find(const char *name)
{
	static const struct exchange_sound sounds[] = {
		{ "slin", 8000, 2, decode_linear, encode_linear },
		{ "slin16", 16000, 2, decode_linear, encode_linear },
		{ "slin24", 24000, 2, decode_linear, encode_linear },
		{ "slin48", 48000, 2, decode_linear, encode_linear },
		{ "ulaw", 8000, 1, decode_ulaw, encode_ulaw },
		{ "alaw", 8000, 1, decode_alaw, encode_alaw },
	};

	for (size_t i = 0; i < sizeof sounds / sizeof *sounds; i++) {
		if (!strcmp(sounds[i].name, name))
			return &sounds[i];
	}
	return NULL;
}
