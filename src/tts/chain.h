/*
 * The engines in order of preference, with the cache before each of them: a
 * sentence goes in, sound comes out, and the next engine takes over where one
 * fails, in the middle of a sentence too (sound.h has where it goes on). Each
 * sentence begins with the first again, unless its breaker is open: a service
 * back in health is taken again.
 */
#ifndef TTS_CHAIN_H
#define TTS_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/notation.h"

#include "src/tts/config.h"
#include "src/tts/sound.h"

struct tts_chain;

/* a sentence as asked for; all lent, call and t for events */
struct tts_wish {
	const char *text;            /* without notation, */
	const struct sv_note *notes; /* which is here */
	size_t n_notes;
	const char *language;
	const char *voice; /* NULL: none in particular */
	const char *call;
	int64_t t;
};

enum { TTS_VOICE_MAX = 96 };

/* who spoke it, or began to; set before the first sample */
struct tts_credit {
	const char *engine;
	char voice[TTS_VOICE_MAX];
	bool cached;
};

/* Opens the first engine that can be opened. 0 and *made for tts_chain_free(),
 * EX_USAGE when one is not in this build, EX_UNAVAILABLE when none opens. */
int tts_chain_new(struct tts_chain **made, const struct tts_config *config);
void tts_chain_free(struct tts_chain *chain); /* NULL is fine */

/* Nothing is spoken, and time is real: connections are kept warm, those of
 * engines that may have to take over, too. Often; returns at once. */
void tts_chain_tend(struct tts_chain *chain);

/* Speaks into sound. Engines that cannot leave an engine.failover event. 0;
 * what sound's grew() returned; or the code of the last engine. */
int tts_chain_speak(struct tts_chain *chain, const struct tts_wish *wish,
                    struct tts_sound *sound, struct tts_credit *credit);

#endif
