/*
 * Words with their times, and two hearings of one stretch of speech joined:
 * where a session had to end in mid-utterance, the next one hears the last
 * moments again, so that each word is whole in one of them.
 */
#ifndef ASR_SPEECHKIT_WORDS_H
#define ASR_SPEECHKIT_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"

struct sk_word {
	char *text;
	int64_t start_ms, end_ms;
};

/* an all-zero struct is an empty list */
struct sk_words {
	struct sk_word *items;
	size_t n, size;
};

void sk_words_release(struct sk_words *words);

/* Adds a word, copied, with what is no UTF-8 in it replaced. One that is empty
 * or beyond what an utterance can have is left out. */
void sk_words_add(struct sk_words *words, const char *text, int64_t start_ms,
                  int64_t end_ms);

/* adds the words of a text, the time from start to end shared out by length */
void sk_words_share(struct sk_words *words, const char *text, int64_t start_ms,
                    int64_t end_ms);

/* Joins what was heard later to what was heard before; both have heard what
 * was said from from_ms to to_ms. No word is lost, none is there twice. */
void sk_words_stitch(struct sk_words *words, const struct sk_words *later,
                     int64_t from_ms, int64_t to_ms);

/* the text, words with a blank in between; what does not fit is left out */
void sk_words_text(const struct sk_words *words, struct sv_buf *out);

#endif
