/*
 * An utterance that is not final: its sound, what it is expected to be, and how
 * far the engine of the day is with it.
 */
#ifndef ASR_UTTERANCE_H
#define ASR_UTTERANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/asr/engine.h"
#include "src/asr/expect.h"

struct utterance {
	struct utterance *next;
	int16_t *samples; /* NULL where nobody could take over */
	size_t n, size;
	struct expect expect;
	unsigned expected; /* its number, see seat_expect() */
	bool over;
	int64_t offset_ms; /* when it is over, as cut */
	bool cut;

	int64_t over_ms;   /* monotonic: our endpoint */
	int64_t given_ms;  /* to the engine that hears it now */
	int64_t replay_ms; /* of sound that it was given at once */
	int64_t moved_ms;  /* since when the hypothesis has not moved */
	int64_t speech_ms; /* heard since then */
	char *text;        /* the hypothesis; "" at first */

	int tried[ASR_CHAIN_MAX]; /* how often, by each engine */
	int suspect; /* one who made nothing of it, from 1; 0: none */
};

struct utterance *utterance_new(const struct expect *expect, unsigned number);
void utterance_free(struct utterance *utterance);

/* keeps samples for who may take over */
void utterance_keep(struct utterance *utterance, const int16_t *samples,
                    size_t n);

/* An engine has it from now on, with so much of it heard at once. */
void utterance_given(struct utterance *utterance, int seat, int64_t replay_ms);

/* The hypothesis: whether it is another than before. */
bool utterance_text(struct utterance *utterance, const char *text);

#endif
