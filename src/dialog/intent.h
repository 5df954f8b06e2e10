/*
 * How well what was said fits an intent. A phrase scores by the share of its
 * words that were said (in any form and order), a little less for each word
 * said beside; a pattern that matches scores 1. "не дорого" does not fit
 * "дорого".
 */
#ifndef DIALOG_INTENT_H
#define DIALOG_INTENT_H

#include "src/dialog/scenario.h"
#include "src/dialog/words.h"

enum { INTENTS_MAX = 8 };

struct scored {
	int intent;
	double score;
	double weight; /* of the phrase that fitted: longer is more certain */
};

/* whether any of them matches the words */
bool patterns_fit(const struct patterns *patterns, const struct words *words);

/* 0 to 1 */
double phrase_score(const struct phrase *phrase, const struct words *words);

/* The intents at or above their threshold, the best first; ties go to the
 * heavier phrase, then to the intent that stands first in the file. */
size_t intents_find(const struct scenario *scenario, const struct words *words,
                    struct scored found[INTENTS_MAX]);

#endif
