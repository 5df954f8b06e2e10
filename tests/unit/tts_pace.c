/*
 * tts_pace: real time, never far ahead, and what was missed stays missed
 * uses: src/tts/pace.c
 */
#include "src/tts/pace.h"
#include "tests/unit/tap.h"

enum { RATE = 16000, FRAME = RATE / 50 };

int main(void)
{
	struct tts_pace pace;
	int64_t missed, total = 0, most = 0;

	tts_pace_init(&pace, RATE, 60, 5000000);
	ok(tts_pace_due(&pace, 5000000, 0, &missed) == 3 * FRAME);
	ok(missed == 0);
	ok(tts_pace_due(&pace, 5019999, 0, &missed) == 0);
	ok(tts_pace_due(&pace, 5020000, 0, &missed) == FRAME);
	ok(tts_pace_due(&pace, 5060000, 0, &missed) == 2 * FRAME && !missed);

	/* ten seconds at odd wake-ups: no drift */
	tts_pace_init(&pace, RATE, 60, 0);
	for (int64_t us = 0; us <= 10000000; us += 13337) {
		total += tts_pace_due(&pace, us, 0, &missed) + missed;
		if (total - us * RATE / 1000000 > most)
			most = total - us * RATE / 1000000;
	}
	ok(total >= 10 * RATE && total <= 10 * RATE + 3 * FRAME);
	ok(most <= 3 * FRAME);

	/* we stood still for a second: it is gone, and no burst follows */
	tts_pace_init(&pace, RATE, 60, 0);
	tts_pace_due(&pace, 0, 0, &missed);
	ok(tts_pace_due(&pace, 1000000, 0, &missed) == 3 * FRAME);
	ok(missed == RATE - 3 * FRAME && pace.given == RATE + 3 * FRAME);

	/* the reader stands still: at most 200 ms wait for it */
	tts_pace_init(&pace, RATE, 200, 0);
	total = 0;
	for (int64_t us = 0; us <= 3000000; us += 20000)
		total += tts_pace_due(&pace, us, total, &missed);
	ok(total == (int64_t)RATE * TTS_FLIGHT_MS / 1000);
	ok(tts_pace_due(&pace, 3020000, total, &missed) == 0);
	ok(pace.given >= 3 * RATE - FRAME); /* time went on */
	return tap_end();
}
