/*
 * Where our two outputs go, the sound and the events.
 *
 * In a live call (SV_CALL_FDS=1) events go to descriptor 3. Otherwise to
 * --events; without that to stdout when -o has taken the sound elsewhere, and
 * nowhere when stdout is the sound. An event reader that leaves does not stop
 * the sound.
 */
#ifndef TTS_STAGE_H
#define TTS_STAGE_H

#include <stdbool.h>

#include "lib/event.h"

#include "src/tts/config.h"

struct tts_stage {
	int sound; /* the descriptor for PCM */
	const char *sound_name;
	bool heard; /* somebody was to read the events */
};

/* 0, EX_USAGE, EX_CANTCREAT */
int tts_stage_open(struct tts_stage *stage, const struct tts_config *config);

/* sv_event_write(), but a reader that left is not an end */
int tts_report(const char *call, int64_t t, const char *type, json_t *fields);

/* sv_event_pass() and sv_event_error(), likewise */
int tts_pass(const struct sv_event *event);
int tts_complain(const char *call, int64_t t, int code);

/* Where nobody reads the error event, a warning says sv_why(). */
void tts_warn_unread(void);

/* 0 for SV_GONE, from here on without that reader; other codes as they are */
int tts_forgive(int rc);

#endif
