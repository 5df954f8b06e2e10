/* The part of past.h that reads what was said to the caller; for past.c. */
#ifndef REPLAY_PAST_SAYS_H
#define REPLAY_PAST_SAYS_H

#include "src/replay/past.h"

void past_say(struct past *past, const struct sv_event *event);

/* tts.start, and tts.end or tts.interrupted */
void past_played(struct past *past, const struct sv_event *event);
void past_stopped(struct past *past, const struct sv_event *event);

/* What no voice reported has been heard for as long as it must have been. */
void past_settle(struct past *past);

#endif
