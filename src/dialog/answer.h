/*
 * The small words of a conversation: yes, no, and the sounds by which a
 * listener says "I am here, go on".
 */
#ifndef DIALOG_ANSWER_H
#define DIALOG_ANSWER_H

#include <stdbool.h>

#include "src/dialog/words.h"

enum answer { ANSWER_NONE, ANSWER_YES, ANSWER_NO };

enum answer answer_from(const struct words *words);

/* whether nothing was said but "угу", "ага", "да-да", "uh-huh" and the like */
bool answer_is_backchannel(const struct words *words);

/* whether a word belongs to an answer and so to no name */
bool answer_word(const char *word);

/* what is likely to be said to a yes-or-no question, ended by NULL */
const char *const *answer_hints(const char *language);

#endif
