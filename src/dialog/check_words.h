/* The part of --check that looks at prompts, slots and intents. */
#ifndef DIALOG_CHECK_WORDS_H
#define DIALOG_CHECK_WORDS_H

#include "lib/problem.h"

#include "src/dialog/scenario.h"

void check_words(const struct scenario *scenario, struct sv_problems *problems);

#endif
