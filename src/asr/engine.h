/*
 * What an engine does. An engine is one file that fills one struct asr_engine;
 * engines.c lists those of this build.
 *
 * Loading and opening are apart so that a big model is loaded once: load(),
 * then fork() as often as needed, then open() in each child, which decodes
 * with the parent's pages. One model serves any number of recognisers in one
 * process; nothing is shared between threads.
 *
 * A recogniser hears one channel, utterance by utterance:
 *
 *     open (expect? begin feed* partial? feed* … finish)* close
 *
 * Engines never print events and never exit. They hand up codes (lib/fail.h).
 */
#ifndef ASR_ENGINE_H
#define ASR_ENGINE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"

#include "src/asr/config.h"
#include "src/asr/expect.h"

/* Each engine defines these two for itself. */
struct asr_model; /* what is loaded once and outlives forks */
struct asr;       /* a recogniser of one channel */

struct asr_engine {
	const char *name;
	const char *about;           /* a few words for -e help */
	const char *const *settings; /* keys of -p, ended by NULL; or NULL */

	/* Loads what is slow to load. 0 and *made for unload(), EX_NOINPUT
	 * when there is no such model, EX_UNAVAILABLE, EX_DATAERR, EX_USAGE. */
	int (*load)(struct asr_model **made, const struct asr_config *config);
	void (*unload)(struct asr_model *model); /* NULL is fine */

	/* samples a second that feed() wants */
	int (*rate)(const struct asr_model *model);

	/* Adds what tells this model from any other and does not change from
	 * run to run (kind, size and contents, not its path): part of the key
	 * by which --resume knows what was done. 0, EX_IOERR. */
	int (*identify)(const struct asr_model *model, struct sv_buf *out);

	/* A recogniser, for close(). The model is lent and must outlive it. */
	int (*open)(struct asr **made, struct asr_model *model);
	void (*close)(struct asr *asr); /* NULL is fine */

	/* What the next utterances are expected to be, lent for the call.
	 * Between utterances only. An engine that cannot use it does nothing. */
	int (*expect)(struct asr *asr, const struct expect *expect);

	/* an utterance begins: what is fed from now on is timed from 0 */
	int (*begin)(struct asr *asr);

	/* a piece of the utterance, 20 to 200 ms long; 0 or a code */
	int (*feed)(struct asr *asr, const int16_t *samples, size_t n);

	/* The hypothesis so far, lent until the next call of any function
	 * here; "" when there is none yet. */
	int (*partial)(struct asr *asr, const char **text);

	/* The utterance is over. cut: no pause was heard at its end, so what
	 * is still in flight must be decoded with no more to come. *fields,
	 * yours, are those of asr.final that the engine knows: text always,
	 * and where it can confidence, words (word, start_ms, end_ms,
	 * confidence; offset_ms, the utterance's place in the call, already
	 * added) and what else is in the schema. */
	int (*finish)(struct asr *asr, int64_t offset_ms, bool cut,
	              json_t **fields);
};

/* the engines in this build, ended by NULL */
extern const struct asr_engine *const asr_engines[];

/* what asr_load() found: one engine and its model */
struct asr_loaded {
	const struct asr_engine *engine;
	struct asr_model *model;
	struct asr *spare; /* see asr_prepare() */
};

/* Opens a recogniser ahead of need, since with Vosk that takes 80 ms: one for
 * each process forked from now on, which takes it. 0 or the engine's code. */
int asr_prepare(struct asr_loaded *loaded);

/* Loads the first engine of config->engines that can be loaded; each one
 * that cannot leaves a warning and an engine.failover event. The code of the
 * last when none can. */
int asr_load(struct asr_loaded *loaded, const struct asr_config *config);
void asr_unload(struct asr_loaded *loaded);

/* prints the engines with what they are, for -e help. 0, EX_IOERR */
int asr_list_engines(void);

#endif
