/*
 * What an engine does. An engine is one file that fills one struct tts_engine;
 * engines.c lists those of this build. chain.h uses them.
 *
 * An engine speaks one sentence at a time, and is done with it when speak()
 * returns; sound leaves it while it is made (sound.h). Engines never print
 * events and never exit. They hand up codes (lib/fail.h).
 *
 * A service on the network is an engine with a loop of its own
 * (lib/loop.h), which it steps while it speaks: tts_sound_wait() does, and the
 * program's own life goes on meanwhile. Budgets are the chain's: speak() is
 * told to stop by what tts_sound_add() and tts_sound_breathe() return, and
 * then breaks off its request at once and hands that up. What the breaker
 * takes for a fault of the service: EX_TEMPFAIL, EX_UNAVAILABLE, EX_NOPERM.
 */
#ifndef TTS_ENGINE_H
#define TTS_ENGINE_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/notation.h"

#include "src/tts/config.h"
#include "src/tts/sound.h"

/* a sentence, or a part of one, to be spoken; all lent */
struct tts_phrase {
	const char *text; /* after sv_tn(): words, never empty, no notation */
	const struct sv_note *notes; /* in the text, those it can do */
	size_t n_notes;
	const char *language; /* ru or en */
	const char *voice;    /* as found by the engine's voice() */
	const char *call;     /* its id, for what a service logs; or NULL */
};

/* What a service has counted since it was last asked, for `cost`. */
struct tts_spent {
	double characters, input_tokens, output_tokens;
	const char
		*model; /* what the price depends on, lent; NULL: the voice */
};

/* each engine defines it for itself */
struct tts;

struct tts_engine {
	const char *name;
	const char *about;           /* a few words for -e help */
	const char *const *settings; /* its own keys of -p besides settings.h's,
	                              * ended by NULL; or NULL */

	/* A service on the network: it has settings.h's keys for one, budgets
	 * and a breaker, and costs money. open() reads and checks its
	 * configuration and asks nobody. */
	bool remote;

	/* the notes it can do, as 1 << SV_STRESS and so on. The others do not
	 * reach it: pauses are made for it, of silence. */
	unsigned notes;

	/* 0 and *made for close(), or EX_UNAVAILABLE when it is not installed
	 * here, EX_USAGE, EX_NOINPUT, EX_CONFIG when a key is missing. */
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

	/* The rest may be NULL. */

	/* How many characters a phrase may have; longer ones reach it in
	 * parts. A note of stress counts as one, of emphasis as four, of a
	 * pause as eleven. */
	size_t (*most)(const struct tts *tts);

	/* "host:port" of the service, lent */
	const char *(*place)(const struct tts *tts);

	/* After it failed: for how many ms the service is to be left alone
	 * (Retry-After); 0: it does not say */
	int (*retry_ms)(const struct tts *tts);

	/* Sees that what it needs stands (a connection), or is being made:
	 * waits for nothing. */
	void (*warm)(struct tts *tts);

	/* whether it stands: until then the budget for connecting counts.
	 * NULL: always */
	bool (*ready)(const struct tts *tts);

	/* Called some fifty times a second while nothing is spoken and time
	 * is real: what has come from the service is looked at. Returns at
	 * once. */
	void (*tend)(struct tts *tts);

	/* what was counted; NULL: nothing is */
	void (*spent)(struct tts *tts, struct tts_spent *spent);

	/* adds the names of its voices, a blank between them; NULL: only the
	 * service knows. 0 or a code */
	int (*voices)(struct tts *tts, struct sv_buf *out);

	/* Asks the service for a real answer, and says in a few words what it
	 * was (voice, ms, models): `sv-tts engines --probe`. Waits. NULL: a
	 * word is spoken. */
	int (*probe)(struct tts *tts, struct sv_buf *about);
};

/* the engines in this build, ended by NULL */
extern const struct tts_engine *const tts_engines[];

extern const struct tts_engine tts_beep;
extern const struct tts_engine tts_espeak;
extern const struct tts_engine tts_openai;
extern const struct tts_engine tts_rhvoice;
extern const struct tts_engine tts_riva;
extern const struct tts_engine tts_speechkit;

const struct tts_engine *tts_engine_find(const char *name);

/* prints the engines with what they are, for -e help. 0 */
int tts_list_engines(void);

#endif
