/*
 * What the files of sentence share.
 *
 *     sentence.c        the text, and where it is cut
 *     sentence_end.c    whether a mark ends a sentence
 *     sentence_words.c  abbreviations
 *     sentence_mark.c   Markdown
 */
#ifndef SV_SENTENCE_INSIDE_H
#define SV_SENTENCE_INSIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/sentence.h"

/* text that may go on, unless it is whole */
struct sentence_view {
	const char *text;
	size_t len; /* whole characters */
	bool whole;
};

enum sentence_verdict {
	SENTENCE_GOES_ON,
	SENTENCE_ENDS,
	SENTENCE_WAITS, /* for more of the text */
};

/* Whether the mark (of ".!?…") at `at` ends a sentence that begins at 0. *end
 * is behind it and all that belongs to it, in any case. */
enum sentence_verdict sentence_end(const struct sentence_view *view, size_t at,
                                   size_t *end);

/* whether code is one of those marks */
bool sentence_is_mark(unsigned code);

/* what a full stop behind a word means */
enum sentence_word {
	WORD_LONG,    /* the end, surely */
	WORD_SHORT,   /* the end, if no small letter follows */
	WORD_NEVER,   /* an abbreviation that something belongs behind */
	WORD_MAYBE,   /* one that may be the last: a capital letter tells */
	WORD_NUMBERED /* one that a number belongs behind: No. 5 */
};

/* The word that ends at `to`, where the full stop is; text is all there is of
 * the sentence before. */
enum sentence_word sentence_word(const char *text, size_t to);

/* Takes marks off what is in raw, as far as it is clear, and adds the rest to
 * text. */
void sentence_unmark(struct sv_sentences *cut, bool whole);

/* the bytes of text that are whole characters: one at the end may be cut */
size_t sentence_whole(const char *text, size_t len);

#endif
