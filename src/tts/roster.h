/* `sv-tts engines`: what there is to speak with, and whether it answers. */
#ifndef TTS_ROSTER_H
#define TTS_ROSTER_H

#include "src/tts/config.h"

/* Prints the engines of -e, or all: what each is, whether it is configured or
 * what is missing, for how long its breaker leaves it alone, and its voices.
 * probing: has each speak a word. 0; EX_USAGE; EX_UNAVAILABLE when one that is
 * configured does not answer. */
int tts_roster_print(const struct tts_config *config, bool probing);

#endif
