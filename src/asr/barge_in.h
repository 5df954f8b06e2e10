/*
 * Talking over a prompt. While one is played more is needed to be sure of
 * speech: what comes back of it, a cough or a "hm" would stop the prompt. When
 * it is over, or paused, a listener is as ready as ever.
 */
#ifndef ASR_BARGE_IN_H
#define ASR_BARGE_IN_H

#include <stdbool.h>

#include "src/asr/config.h"
#include "src/asr/vad.h"

struct barge_in {
	bool playing, paused;
};

/* Takes note of a tts event's type: whether the prompt is being heard now, in
 * *heard. False for any other type, with *heard as it was. */
bool barge_in_event(struct barge_in *barge_in, const char *type, bool *heard);

/* what begins speech over a prompt */
struct vad_profile barge_in_profile(const struct asr_config *config);

/* Option types: how long (int, ms) and how loud (int, dB) speech over a prompt
 * must be. */
int barge_in_time(const char *value, void *target);
int barge_in_level(const char *value, void *target);

bool barge_in_valid(int time_ms, int level_db);

#endif
