/* wav.c: the header of a plain WAV */
#include "src/capture/wav.h"

#include <string.h>

#include "lib/sound.h"

enum { PCM = 1, IEEE_FLOAT = 3, ALAW = 6, MULAW = 7, EXTENSIBLE = 0xfffe };

static uint32_t u16(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t u32(const uint8_t *p)
{
	return u16(p) | u16(p + 2) << 16;
}

static const struct coding *coding_for(uint32_t tag, uint32_t bits)
{
	static const struct {
		uint32_t tag, bits;
		const struct coding *coding;
	} known[] = {
		{ PCM, 8, &coding_u8 },
		{ PCM, 16, &coding_s16 },
		{ PCM, 24, &coding_s24 },
		{ PCM, 32, &coding_s32 },
		{ IEEE_FLOAT, 32, &coding_f32 },
		{ IEEE_FLOAT, 64, &coding_f64 },
		{ ALAW, 8, &coding_alaw },
		{ MULAW, 8, &coding_ulaw },
	};

	size_t i;

	for (i = 0; i < sizeof known / sizeof *known; i++) {
		if (known[i].tag == tag && known[i].bits == bits)
			return known[i].coding;
	}
	return NULL;
}

/* what the fmt chunk says; false when we do not decode that */
static bool read_format(const uint8_t *p, size_t size, struct wav *wav)
{
	uint32_t tag, channels, rate, align;

	if (size < 16)
		return false;
	tag = u16(p);
	channels = u16(p + 2);
	rate = u32(p + 4);
	align = u16(p + 12);
	if (tag == EXTENSIBLE && size >= 26)
		tag = u16(p + 24); /* the first bytes of its GUID */
	wav->coding = coding_for(tag, u16(p + 14));
	if (!wav->coding || !channels || channels > SV_SOUND_CHANNELS ||
	    rate > INT32_MAX || align != channels * wav->coding->unit_bytes)
		return false;
	wav->channels = (int)channels;
	wav->rate_hz = (int)rate;
	return true;
}

/* the 12 bytes that every WAV begins with, or as many as there are */
static enum wav_verdict read_start(const uint8_t *data, size_t len)
{
	static const uint8_t any[] = "RIFF    WAVE";
	size_t i;

	for (i = 0; i < 12 && i < len; i++) {
		if (any[i] != ' ' && data[i] != any[i])
			return WAV_OTHER;
	}
	return len < 12 ? WAV_MORE : WAV_FOUND;
}

/* One chunk before the data: *at moves behind it, or it is WAV_MORE or
 * WAV_OTHER. */
static enum wav_verdict read_chunk(const uint8_t *data, size_t len, size_t *at,
                                   struct wav *wav)
{
	const uint8_t *chunk = data + *at;
	size_t size = u32(chunk + 4), padded = size + size % 2;

	if (size > WAV_HEADER_MAX)
		return WAV_OTHER;
	if (len - *at - 8 < padded)
		return WAV_MORE;
	if (!memcmp(chunk, "fmt ", 4) && !read_format(chunk + 8, size, wav))
		return WAV_OTHER;
	*at += 8 + padded;
	return WAV_FOUND;
}

enum wav_verdict wav_parse(const uint8_t *data, size_t len, struct wav *wav)
{
	enum wav_verdict verdict = read_start(data, len);
	size_t at = 12;

	*wav = (struct wav){ 0 };
	while (verdict == WAV_FOUND) {
		if (len - at < 8)
			return WAV_MORE;
		if (!memcmp(data + at, "data", 4)) {
			wav->data_at = at + 8;
			wav->data_size = u32(data + at + 4);
			return wav->coding ? WAV_FOUND : WAV_OTHER;
		}
		verdict = read_chunk(data, len, &at, wav);
	}
	return verdict;
}

bool wav_size_unknown(const struct wav *wav)
{
	return wav->data_size == 0 || wav->data_size == UINT32_MAX ||
	       (wav->data_size <= INT32_MAX && wav->data_size >= 0x7ffff000);
}
