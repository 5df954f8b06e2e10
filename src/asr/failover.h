/*
 * What stands between a line and the engines of -e: the line speaks to a chain
 * as if to one recogniser, and the chain sees that somebody hears it.
 *
 * One engine at a time hears. What each utterance that is not final sounds like
 * is kept; when the engine fails, or a service stays behind its budgets, the
 * next one that can be had is given all of it, in order, and what the first
 * made of it is forgotten: no word is lost, none comes twice. Where an engine
 * more to the front may be tried again it is connected ahead, and taken at the
 * next utterance that nothing else is pending at.
 *
 * An utterance that nobody is left for becomes an `error` event and an empty
 * text where somebody waits, and the next one tries them all again. A
 * recording is not given half of its words: there the failure is handed up.
 *
 * Services are heard from in the loop; what the owner's functions return, if
 * not 0, then ends it.
 */
#ifndef ASR_FAILOVER_H
#define ASR_FAILOVER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/loop.h"

#include "src/asr/engine.h"

struct asr_chain;

struct asr_chain_owner {
	void *arg;

	/* What the utterance going on sounds like by now, or when there is
	 * none, the earliest that is over: a service may tell its words one by
	 * one. Lent. */
	int (*partial)(void *arg, const char *text);

	/* The earliest utterance not told of yet: its fields as of result(),
	 * taken, and the engine's name. */
	int (*final)(void *arg, const char *engine, json_t *fields);

	/* engine.failover, error, cost; the fields are taken */
	int (*event)(void *arg, const char *type, json_t *fields);
};

struct asr_chain_setup {
	const struct asr_config *config;
	const struct asr_loaded *loaded; /* its spares are taken */
	struct sv_loop *loop;            /* NULL: no engine is a service */
	const char *call;                /* or NULL */
	int line_hz;
	bool live;
	struct asr_chain_owner owner;
};

/* 0 and *made for asr_chain_free(). When no engine could be opened: the code
 * of the last. */
int asr_chain_new(struct asr_chain **made, const struct asr_chain_setup *setup);
void asr_chain_free(struct asr_chain *chain); /* NULL is fine */

/* Samples a second that it is fed: the line's own where an engine takes that,
 * otherwise the most that any of them wants. Who wants another has it
 * resampled for itself. */
int asr_chain_rate(const struct asr_loaded *loaded, int line_hz);

/* As the functions of an engine. What they return, if not 0, is the owner's or
 * (in a recording) the last engine's code. speech: the detector heard some in
 * these samples. */
int asr_chain_expect(struct asr_chain *chain, const struct expect *expect);
int asr_chain_begin(struct asr_chain *chain);
int asr_chain_feed(struct asr_chain *chain, const int16_t *samples, size_t n,
                   bool speech);
int asr_chain_finish(struct asr_chain *chain, int64_t offset_ms, bool cut);

/* while nobody speaks, for each frame: budgets, and who may be tried again */
int asr_chain_breathe(struct asr_chain *chain);

/* utterances that are over and not final */
size_t asr_chain_pending(const struct asr_chain *chain);

/* Turns the loop until there is none. Not from one of its handlers. */
int asr_chain_wait(struct asr_chain *chain);

/* The end: tells what the services have counted. */
int asr_chain_conclude(struct asr_chain *chain);

/* 0, or the code of the last utterance that nobody was left for */
int asr_chain_lost(const struct asr_chain *chain);

#endif
