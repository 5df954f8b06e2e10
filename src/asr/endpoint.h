/*
 * When is an utterance over? By the pause after it, whose length is a matter
 * of the question: "yes" is over soon, a telephone number is said with long
 * pauses inside, yet is over at once when its last digit was heard.
 */
#ifndef ASR_ENDPOINT_H
#define ASR_ENDPOINT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "src/asr/config.h"
#include "src/asr/expect.h"

struct endpoint {
	int silence_ms[EXPECT_KINDS];
	int utterance_ms;
	struct expect expect;
	bool complete; /* the text so far answers the question */
};

/* ready for config->expect; for endpoint_release() */
void endpoint_init(struct endpoint *endpoint, const struct asr_config *config);
void endpoint_release(struct endpoint *endpoint);

/* what the question expects from now on: an asr.expect event's fields, lent */
void endpoint_expect(struct endpoint *endpoint, const json_t *fields);

/* an utterance begins: nothing of it was heard yet */
void endpoint_begin(struct endpoint *endpoint);

/* the utterance's text so far */
void endpoint_text(struct endpoint *endpoint, const char *text);

/* Why the utterance is over, as in asr.final ("silence", "complete",
 * "too_long"), or NULL when it goes on. length_ms since it began, silence_ms
 * since speech was last heard in it. */
const char *endpoint_reached(const struct endpoint *endpoint, int64_t length_ms,
                             int64_t silence_ms);

/* Option types: a kind of answer (const char *), KIND=TIME (sv_list), and the
 * length of an utterance (int, ms). */
int endpoint_kind(const char *value, void *target);
int endpoint_silence(const char *value, void *target);
int endpoint_length(const char *value, void *target);

bool endpoint_length_valid(int time_ms);

#endif
