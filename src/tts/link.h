/*
 * One engine of the chain: opened when it is needed, held to its budgets, and
 * left alone for a while by all processes of the machine when its service
 * fails (lib/breaker.h).
 */
#ifndef TTS_LINK_H
#define TTS_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/breaker.h"
#include "lib/digest.h"

#include "src/tts/budget.h"
#include "src/tts/chain.h"
#include "src/tts/engine.h"

struct tts_link {
	const struct tts_engine *engine;
	struct tts *tts; /* NULL while it is not open */
	bool off;        /* does not open, or failed too often */
	bool voiceless;  /* told that it has no voice for a language */
	bool told;       /* told that it is left alone */
	int failures;    /* in a row */
	struct sv_breaker *breaker; /* NULL: it has none */
	struct tts_budget budget;
	int64_t warmed_ms;
};

/* a sentence, and from which byte of it on it is spoken */
struct tts_task {
	const struct tts_wish *wish;
	const char *voice; /* the engine's */
	size_t from;
	struct tts_sound *sound;
	bool tried;  /* an engine was at it */
	bool again;  /* it failed, and is worth another try */
	bool force;  /* breaker or not: there is nobody else */
	int stopped; /* what the sound's grew() returned, if not 0 */
	int lost_ms; /* when it failed: since the last sound */
};

/* 0, also when it is open; or the engine's code */
int tts_link_open(struct tts_link *link, const struct tts_config *config);
void tts_link_close(struct tts_link *link);

/* whether its service may be asked now; else sv_why() */
bool tts_link_allowed(struct tts_link *link);

/* whether it would be, without being the one who tries */
bool tts_link_usable(const struct tts_link *link);

/* What makes the sound, all of it: see engine.h's identify(). false: too long
 * for the cache. */
bool tts_link_key(const struct tts_link *link, const struct tts_task *task,
                  unsigned char key[SV_SHA256]);

/* Speaks, in as many parts as it takes. 0, task->stopped, or a code; the
 * breaker is told, and `cost` written. */
int tts_link_speak(struct tts_link *link, struct tts_task *task);

/* nothing is spoken: its connection is looked after */
void tts_link_tend(struct tts_link *link);

/* after it failed: for how long the service wants to be left alone; 0 */
int tts_link_retry_ms(const struct tts_link *link);

#endif
