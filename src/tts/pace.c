/* pace.c: how many samples are due */
#include "src/tts/pace.h"

#include "lib/pcm.h"

void tts_pace_init(struct tts_pace *pace, int rate_hz, int lead_ms,
                   int64_t now_us)
{
	*pace = (struct tts_pace){ .rate_hz = rate_hz,
		                   .lead = sv_samples(lead_ms, rate_hz),
		                   .start_us = now_us };
}

int64_t tts_pace_due(struct tts_pace *pace, int64_t now_us, int64_t unread,
                     int64_t *missed)
{
	int64_t frame = sv_samples(SV_FRAME_MS, pace->rate_hz);
	int64_t flight = sv_samples(TTS_FLIGHT_MS, pace->rate_hz);
	int64_t played = (now_us - pace->start_us) * pace->rate_hz / 1000000;
	int64_t due;

	*missed = 0;
	if (played > pace->given) {
		*missed = (played - pace->given) / frame * frame;
		pace->given += *missed;
	}
	due = played + pace->lead - pace->given;
	if (due > flight - unread)
		due = flight - unread;
	if (due < frame)
		return 0;
	due = due / frame * frame;
	pace->given += due;
	return due;
}
