/* A text split into words as a shell would: blanks between them, '…' and "…"
 * around blanks, a backslash before anything. Nothing is expanded. */
#ifndef CAPTURE_ARGS_H
#define CAPTURE_ARGS_H

#include <stddef.h>

struct args {
	char **items;
	size_t n;
};

/* 0, or EX_USAGE when a quote does not end; release it either way */
int args_split(const char *text, struct args *args);
void args_release(struct args *args);

#endif
