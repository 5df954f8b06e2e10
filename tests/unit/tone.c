/*
 * tone: the two sines of each key, and nothing else
 * uses: src/capture/tone.c
 */
#include "src/capture/tone.h"

#include <math.h>

#include "tests/unit/tap.h"

enum { RATE = 8000, ON = RATE / 10, WHOLE = RATE / 5 };

/* the level of one frequency, by Goertzel's algorithm */
static double level(const int16_t *samples, int n, double hz)
{
	double w = 2 * cos(6.283185307179586 * hz / RATE), a = 0, b = 0;

	for (int i = 0; i < n; i++) {
		double c = samples[i] + w * a - b;

		b = a;
		a = c;
	}
	return 2 * sqrt(a * a + b * b - w * a * b) / n;
}

/* which key the first 100 ms are; ' ' when it is none */
static char key_of(const int16_t *samples)
{
	static const double low[] = { 697, 770, 852, 941 };
	static const double high[] = { 1209, 1336, 1477, 1633 };
	int row = 0, column = 0;

	for (int i = 1; i < 4; i++) {
		if (level(samples, ON, low[i]) > level(samples, ON, low[row]))
			row = i;
		if (level(samples, ON, high[i]) >
		    level(samples, ON, high[column]))
			column = i;
	}
	if (level(samples, ON, low[row]) < 5000 ||
	    level(samples, ON, high[column]) < 5000)
		return ' ';
	return "123A456B789C*0#D"[4 * row + column];
}

int main(void)
{
	static const char keys[] = "0123456789*#ABCD";
	static int16_t samples[16 * WHOLE + 3];
	struct tone tone;
	char heard[17] = "";
	int loud = 0;

	tone_init(&tone, RATE);
	ok(!tone_fill(&tone, samples, 3));
	ok(tone_add(&tone, "0123456789 *#ABCDx") == 16);
	for (int i = 0; i < 16 * WHOLE; i += 160) /* frames */
		ok(tone_fill(&tone, samples + i, 160));
	for (int i = 0; i < 16; i++)
		heard[i] = key_of(samples + i * WHOLE);
	is(heard, keys);
	for (int i = ON; i < WHOLE; i++)
		loud += samples[i] != 0;
	ok(!loud);
	ok(samples[0] == 0 && samples[1] < 1000 && samples[ON - 1] < 1000);
	ok(!tone_fill(&tone, samples, 160));
	for (int i = 0; i < 70; i++)
		tone_add(&tone, "1");
	ok(strlen(tone.keys) == TONE_KEYS_MAX);
	ok(tone_is_key('*') && !tone_is_key('\0') && !tone_is_key('a'));
	return tap_end();
}
