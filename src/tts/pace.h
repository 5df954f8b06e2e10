/*
 * Real time: how many samples are due now. The far end plays a sample each
 * 1/rate second from our start on; we are `lead` samples ahead of it, so that
 * a late wake-up is not heard, and never more than TTS_FLIGHT_MS.
 */
#ifndef TTS_PACE_H
#define TTS_PACE_H

#include <stdint.h>

enum { TTS_FLIGHT_MS = 200 };

struct tts_pace {
	int rate_hz;
	int64_t lead;     /* samples */
	int64_t start_us; /* monotonic */
	int64_t given;    /* samples, those missed counted in */
};

void tts_pace_init(struct tts_pace *pace, int rate_hz, int lead_ms,
                   int64_t now_us);

/* Whole frames that are due, in samples; unread is what the reader has not
 * taken yet. *missed is how many samples the far end had to do without since
 * the last time, because we or it stood still: they are not made up for, or
 * they would stay ahead of every pause. Both are counted as given. */
int64_t tts_pace_due(struct tts_pace *pace, int64_t now_us, int64_t unread,
                     int64_t *missed);

#endif
