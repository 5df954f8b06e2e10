/* A text split into words as a shell would: blanks between them, '…' and "…"
 * around blanks, a backslash before anything. Nothing is expanded. */
#ifndef CAPTURE_WORDS_H
#define CAPTURE_WORDS_H

#include <stddef.h>

struct words {
	char **items;
	size_t n;
};

/* 0, or EX_USAGE when a quote does not end; release it either way */
int words_split(const char *text, struct words *words);
void words_release(struct words *words);

#endif
