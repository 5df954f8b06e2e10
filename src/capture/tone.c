/* tone.c: keys as two sines each */
#include "src/capture/tone.h"

#include <math.h>
#include <string.h>

#include "lib/pcm.h"

/* each -9 dB of full scale, the high one 2 dB louder: lines attenuate it */
static const double low_level = 0.28, high_level = 0.35;

static const char keypad[] = "123A456B789C*0#D";

bool tone_is_key(char key)
{
	return key && strchr(keypad, key);
}

void tone_init(struct tone *tone, int rate_hz)
{
	*tone = (struct tone){ .rate_hz = rate_hz };
}

size_t tone_add(struct tone *tone, const char *keys)
{
	size_t n = strlen(tone->keys), taken = 0;

	for (; *keys && n < TONE_KEYS_MAX; keys++) {
		if (!tone_is_key(*keys))
			continue;
		tone->keys[n++] = *keys;
		tone->keys[n] = '\0';
		taken++;
	}
	return taken;
}

/* full volume but for 5 ms at both ends, so that it does not click */
static double envelope(int64_t at, int64_t on, int64_t ramp)
{
	if (at >= on)
		return 0;
	if (at < ramp)
		return (double)at / (double)ramp;
	if (at > on - ramp)
		return (double)(on - at) / (double)ramp;
	return 1;
}

static int16_t sample(const struct tone *tone)
{
	static const double low_hz[] = { 697, 770, 852, 941 };
	static const double high_hz[] = { 1209, 1336, 1477, 1633 };
	static const double turn = 6.283185307179586;
	long key = strchr(keypad, tone->keys[0]) - keypad;
	double seconds = (double)tone->at / tone->rate_hz;
	double level = envelope(tone->at, sv_samples(TONE_ON_MS, tone->rate_hz),
	                        sv_samples(5, tone->rate_hz));

	if (level <= 0)
		return 0;
	return (int16_t)(32767 * level *
	                 (low_level * sin(turn * low_hz[key / 4] * seconds) +
	                  high_level * sin(turn * high_hz[key % 4] * seconds)));
}

bool tone_fill(struct tone *tone, int16_t *samples, size_t n)
{
	int64_t whole = sv_samples(TONE_ON_MS + TONE_OFF_MS, tone->rate_hz);

	if (!tone->keys[0])
		return false;
	for (size_t i = 0; i < n; i++) {
		samples[i] = tone->keys[0] ? sample(tone) : (int16_t)0;
		if (!tone->keys[0] || ++tone->at < whole)
			continue;
		memmove(tone->keys, tone->keys + 1, strlen(tone->keys));
		tone->at = 0;
	}
	return true;
}
