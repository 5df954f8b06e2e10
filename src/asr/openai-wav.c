/* openai-wav.c: an utterance as a WAV file in memory */
#include "src/asr/openai-wav.h"

#include <string.h>

#include "lib/fail.h"

enum { HEADER = 44, SAMPLE = 2 };

void openai_wav_begin(struct sv_buf *wav)
{
	static const char header[HEADER];

	sv_buf_release(wav);
	sv_buf_init(wav, OPENAI_WAV_MAX);
	sv_buf_add(wav, header, HEADER);
}

int openai_wav_add(struct sv_buf *wav, const int16_t *samples, size_t n)
{
	unsigned char bytes[SAMPLE * 256];
	size_t i = 0;
	int rc = 0;

	while (!rc && i < n) {
		size_t len = 0;

		for (; i < n && len < sizeof bytes; i++) {
			uint16_t value = (uint16_t)samples[i];

			bytes[len++] = (unsigned char)(value & 0xff);
			bytes[len++] = (unsigned char)(value >> 8);
		}
		rc = sv_buf_add(wav, bytes, len);
	}
	return rc ? sv_fail(EX_DATAERR,
	                    "openai: an utterance of more than %d MiB",
	                    OPENAI_WAV_MAX >> 20)
	          : 0;
}

static void put(char *at, uint32_t value, int bytes)
{
	for (; bytes; bytes--, value >>= 8)
		*at++ = (char)(unsigned char)(value & 0xff);
}

int openai_wav_end(struct sv_buf *wav, int rate_hz, size_t least)
{
	static const int16_t silence[256];
	size_t n = (wav->len - HEADER) / SAMPLE;
	int rc = 0;

	for (; !rc && n < least; n += sizeof silence / SAMPLE)
		rc = openai_wav_add(wav, silence, sizeof silence / SAMPLE);
	if (rc)
		return rc;
	memcpy(wav->data, "RIFF....WAVEfmt ", 16);
	put(wav->data + 4, (uint32_t)(wav->len - 8), 4);
	put(wav->data + 16, 16, 4); /* of fmt */
	put(wav->data + 20, 1, 2);  /* PCM */
	put(wav->data + 22, 1, 2);  /* mono */
	put(wav->data + 24, (uint32_t)rate_hz, 4);
	put(wav->data + 28, (uint32_t)rate_hz * SAMPLE, 4);
	put(wav->data + 32, SAMPLE, 2);
	put(wav->data + 34, 8 * SAMPLE, 2);
	memcpy(wav->data + 36, "data", 4);
	put(wav->data + 40, (uint32_t)(wav->len - HEADER), 4);
	return 0;
}
