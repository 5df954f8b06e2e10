/*
 * audioframe: AudioSocket's frames, whole or not
 * uses: src/capture/audioframe.c
 */
#include "src/capture/audioframe.h"

#include "tests/unit/tap.h"

int main(void)
{
	static const uint8_t key[] = { 3, 0, 1, '#', 0, 0, 0 };
	static uint8_t big[AUDIOFRAME_MAX] = { 0x10, 0xff, 0xff };
	static const int rates[] = { 8000, 16000, 24000, 48000 };
	static const uint8_t kinds[] = { 0x10, 0x12, 0x13, 0x16 };
	int16_t samples[160] = { 0x1234 };
	uint8_t out[AUDIOFRAME_HEAD + sizeof samples];
	struct audioframe frame = { 0 };

	for (size_t n = 0; n < 4; n++)
		ok(!audioframe_cut(key, n, &frame));
	ok(audioframe_cut(key, sizeof key, &frame) == 4);
	ok(frame.kind == AUDIOFRAME_DTMF && frame.len == 1);
	ok(*frame.payload == '#');
	ok(audioframe_cut(key + 4, 3, &frame) == 3);
	ok(frame.kind == AUDIOFRAME_HANGUP && !frame.len);
	ok(!audioframe_cut(big, sizeof big - 1, &frame));
	ok(audioframe_cut(big, sizeof big, &frame) == sizeof big);
	ok(frame.len == 0xffff);

	for (size_t i = 0; i < sizeof kinds; i++) {
		ok(audioframe_rate_hz(kinds[i]) == rates[i]);
		ok(audioframe_kind(rates[i]) == kinds[i]);
	}
	ok(audioframe_rate_hz(0x11) == 12000);
	ok(audioframe_rate_hz(0x15) == 44100);
	ok(audioframe_rate_hz(0x18) == 192000);
	ok(!audioframe_rate_hz(0x0f) && !audioframe_rate_hz(0x19));
	ok(!audioframe_rate_hz(AUDIOFRAME_ERROR));

	ok(audioframe_put(out, 8000, samples, 160) == 323);
	ok(out[0] == 0x10 && out[1] == 1 && out[2] == 0x40);
	ok(out[3] == 0x34 && out[4] == 0x12);
	return tap_end();
}
