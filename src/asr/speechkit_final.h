/*
 * One answer of SpeechKit's: the best alternative of an update, read with the
 * distrust that is due to bytes from elsewhere.
 */
#ifndef ASR_SPEECHKIT_FINAL_H
#define ASR_SPEECHKIT_FINAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "src/asr/speechkit.pb-c.h"
#include "src/asr/speechkit_words.h"

enum { SK_TEXT_MAX = 1 << 16 }; /* bytes of an utterance's text */

struct sk_final {
	int64_t index; /* the service's, by which it is refined later */
	char *text;
	struct sk_words words;
	double confidence; /* 0 when none was told */
	bool refined;
};

/* Reads an update's best alternative, for sk_final_release(); times are less
 * from_ms. False, and nothing made, when there is none. */
bool sk_final_read(struct sk_final *final, const Sk__AlternativeUpdate *update,
                   int64_t from_ms);
void sk_final_release(struct sk_final *final);

/* Takes the final's text in its normalised form. */
void sk_final_refine(struct sk_final *final,
                     const Sk__AlternativeUpdate *update, int64_t from_ms);

/* Adds what a classifier says to the list, which is made when it is NULL.
 * False when it says nothing. */
bool sk_classifier_read(json_t **list, const Sk__ClassifierUpdate *update);

/* asr.final's fields of a text and its words, yours; confidence 0 is none */
json_t *sk_fields(const char *said, const struct sk_words *words,
                  int64_t offset_ms, double confidence);

/* those of a final of a recording, with start_ms and end_ms; yours */
json_t *sk_final_fields(const struct sk_final *final);

/* a time as one can be, from 0 to a day */
int64_t sk_sane_ms(int64_t ms);

/* the text in UTF-8, and no longer than SK_TEXT_MAX; yours */
char *sk_clean(const char *text);

#endif
