/*
 * The engines in order of preference, with the cache before them: a sentence
 * goes in, sound comes out, and the next engine takes over where one fails.
 */
#ifndef TTS_CHAIN_H
#define TTS_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "src/tts/config.h"
#include "src/tts/sound.h"

struct tts_chain;

/* a sentence as asked for; all lent, call and t for events */
struct tts_wish {
	const char *text;
	const char *language;
	const char *voice; /* NULL: none in particular */
	const char *call;
	int64_t t;
};

/* who spoke it; lent until the next call, set before the first sample */
struct tts_credit {
	const char *engine;
	const char *voice;
	bool cached;
};

/* Opens the first engine that can be opened. 0 and *made for tts_chain_free(),
 * EX_USAGE when one is not in this build, EX_UNAVAILABLE when none opens. */
int tts_chain_new(struct tts_chain **made, const struct tts_config *config);
void tts_chain_free(struct tts_chain *chain); /* NULL is fine */

/* Speaks into sound. Engines that cannot leave an engine.failover event. 0;
 * what sound's grew() returned; or the code of the last engine. */
int tts_chain_speak(struct tts_chain *chain, const struct tts_wish *wish,
                    struct tts_sound *sound, struct tts_credit *credit);

#endif
