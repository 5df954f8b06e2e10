/*
 * How long a service may keep us waiting. The watch stands between an engine
 * and what its sound goes to: each time the engine adds or breathes, the time
 * is looked at, and past its budget the engine is told to stop. A budget of 0
 * is for good.
 */
#ifndef TTS_BUDGET_H
#define TTS_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/option.h"

#include "src/tts/engine.h"

struct tts_budget {
	int connect_ms; /* until there is a connection, */
	int first_ms;   /* from then on to the first sound, */
	int stall_ms;   /* between sound and more sound, */
	int total_ms;   /* and for all of a request */
};

/* all zero but for the first four, which are lent */
struct tts_watch {
	const struct tts_engine *engine;
	struct tts *tts;
	const struct tts_budget *budget; /* NULL: there is none */
	struct tts_sound *sound;

	int (*grew)(void *arg); /* the sound's own */
	void *arg;
	int stopped; /* what that returned, if not 0 */
	char *late;  /* which budget was passed, in words; or NULL */
	int64_t begun_ms, ready_ms, last_ms;
	size_t n;
};

/* the budgets set for an engine. 0, EX_USAGE, EX_CONFIG */
int tts_budget_init(struct tts_budget *budget, const struct sv_list *settings,
                    const char *engine);

/* Puts itself between; a request begins. */
void tts_watch_begin(struct tts_watch *watch);

/* As before. rc is what the engine handed up, and comes back with sv_why()
 * saying which budget was passed, if one was. */
int tts_watch_end(struct tts_watch *watch, int rc);

/* ms since the last sound, or since it was asked for */
int tts_watch_lost_ms(const struct tts_watch *watch);

#endif
