/*
 * An engine's place in a chain: the recogniser while one is open, the breaker
 * of its service, and the way of the audio to it: at its rate, in blocks of
 * the length it takes. failover.h decides who hears what.
 */
#ifndef ASR_SEAT_H
#define ASR_SEAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/breaker.h"
#include "lib/resample.h"

#include "src/asr/engine.h"

enum {
	SEAT_FRAME_MS = 20,
	SEAT_LIVE = 5,   /* frames in a block where somebody waits */
	SEAT_BLOCK = 10, /* and where nobody does: what an engine takes */
};

struct seat {
	const struct asr_engine *engine;
	struct asr_model *model;
	struct asr *asr; /* NULL while none is open */
	struct asr_place place;
	struct asr_budgets budgets;
	struct sv_breaker *breaker; /* NULL where nobody else is concerned */
	int in_hz, rate_hz;
	int64_t opened_ms, ready_ms; /* 0: not yet */
	int64_t rest_until_ms;
	int failures;  /* in a row */
	int last_code; /* of the last failure */
	int last_retry_ms;
	unsigned told; /* which expectation it knows; 0: none */
	struct asr_spent spent;

	struct sv_resampler *resampler; /* of the utterance being fed */
	int16_t block[SEAT_BLOCK * 16000 / (1000 / SEAT_FRAME_MS)];
	size_t len;
};

/* in_hz is the rate of what it is fed. link and place are copied, its spare is
 * taken. */
void seat_init(struct seat *seat, const struct asr_link *link,
               const struct asr_place *place, int in_hz);
void seat_release(struct seat *seat);

/* Opens a recogniser where none is. 0 or the engine's code. */
int seat_open(struct seat *seat);
void seat_close(struct seat *seat);

/* whether what it needs stands; the first time is noted */
bool seat_ready(struct seat *seat);

/* An utterance, as engine.h has it. expect with its number: told only when it
 * is another than the last. *went: a block has gone to the engine. */
int seat_expect(struct seat *seat, const struct expect *expect,
                unsigned number);
int seat_begin(struct seat *seat);
int seat_feed(struct seat *seat, const int16_t *samples, size_t n,
              size_t frames, bool *went);
int seat_finish(struct seat *seat, int64_t offset_ms, bool cut);

/* Whether it may be asked: it is rested, and its breaker has nothing against
 * it. tired: it need not be rested. */
bool seat_usable(struct seat *seat, bool tired);

/* It has failed with that code, or was too slow: closed, and left alone for a
 * while. blamed: the breaker is told, unless another try would not mend it. */
void seat_failed(struct seat *seat, int code, bool blamed);
void seat_worked(struct seat *seat);

/* Whether it may be tried a second time for the same utterance. */
bool seat_mendable(const struct seat *seat);

#endif
