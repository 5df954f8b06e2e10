/*
 * What was said, made comparable: lower case, ё as е, no punctuation, one
 * blank between words; and the words one by one.
 */
#ifndef DIALOG_WORDS_H
#define DIALOG_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum {
	WORDS_BYTES = 2048, /* of normalised text; the rest is not looked at */
	WORDS_MAX = 160,    /* words; what follows is not looked at */
};

struct words {
	char text[WORDS_BYTES];  /* " the words, a blank at both ends " */
	char split[WORDS_BYTES]; /* the words, each with its NUL */
	const char *word[WORDS_MAX];
	size_t n;
};

void words_init(struct words *words, const char *text);

/* whether two words are forms of one: equal, or alike but for their endings */
bool words_alike(const char *a, const char *b);

/* what a word adds to the meaning: 1, less for и, не, the …, 0 for ну, um */
double word_weight(const char *word);

/* "не", "not" and the like, which turn the next word around */
bool word_negates(const char *word);

/* whether text, words parted by blanks, stands in words as whole words */
bool words_have(const struct words *words, const char *text);

/* Whether all of words is a run of those in text, and more than a person would
 * repeat: our own voice, come back. */
bool words_echo(const struct words *words, const char *text);

/* The words from the one numbered `from` on, `n` of them, parted by blanks,
 * into out; cut where size ends. */
void words_join(const struct words *words, size_t from, size_t n, char *out,
                size_t size);

/* Text in Windows-1251 without capitals, as regular expressions are compiled
 * and matched: a letter is one byte, so '.', '[ая]' and '[а-я]' mean letters
 * without a locale. Returns false when a character has no place there; it
 * became '_'. out is at least as long as text. */
bool words_narrow(const char *text, char *out, size_t size);

#endif
