/*
 * What an engine does. An engine is one file that fills one struct tts_engine;
 * engines.c lists those of this build. chain.h uses them.
 *
 * An engine speaks one sentence at a time, and is done with it when speak()
 * returns; sound leaves it while it is made (sound.h). Engines never print
 * events and never exit. They hand up codes (lib/fail.h).
 */
#ifndef TTS_ENGINE_H
#define TTS_ENGINE_H

#include "lib/buf.h"

#include "src/tts/config.h"
#include "src/tts/sound.h"

/* a sentence to be spoken; all lent */
struct tts_phrase {
	const char *text;     /* after sv_tn(): words, never empty */
	const char *language; /* ru or en */
	const char *voice;    /* as found by the engine's voice() */
};

/* each engine defines it for itself */
struct tts;

struct tts_engine {
	const char *name;
	const char *about; /* a few words for -e help */

	/* 0 and *made for close(), or EX_UNAVAILABLE when it is not installed
	 * here, EX_USAGE, EX_NOINPUT. */
	int (*open)(struct tts **made, const struct tts_config *config);
	void (*close)(struct tts *tts); /* NULL is fine */

	/* The voice it would use, lent until the next call: the one wanted
	 * (NULL: none in particular) where it has that, its usual one for the
	 * language otherwise; NULL when it does not speak the language. */
	const char *(*voice)(struct tts *tts, const char *language,
	                     const char *wanted);

	/* Adds what tells its sound from any other besides text, voice,
	 * language and rate: version and settings. Part of the cache's key. */
	int (*identify)(const struct tts *tts, struct sv_buf *out);

	/* Speaks into sound: from(), then add() and mark(); the caller ends
	 * it. 0; what add() returned; or a code of its own. */
	int (*speak)(struct tts *tts, const struct tts_phrase *phrase,
	             struct tts_sound *sound);
};

/* the engines in this build, ended by NULL */
extern const struct tts_engine *const tts_engines[];

extern const struct tts_engine tts_beep;
extern const struct tts_engine tts_espeak;
extern const struct tts_engine tts_rhvoice;

const struct tts_engine *tts_engine_find(const char *name);

/* prints the engines with what they are, for -e help. 0 */
int tts_list_engines(void);

#endif
