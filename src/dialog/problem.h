/*
 * What is wrong with a scenario, with the place it stands at. Loading and
 * checking collect problems instead of stopping at the first.
 */
#ifndef DIALOG_PROBLEM_H
#define DIALOG_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* where something stands in the file, both from 1 */
struct place {
	int line;
	int column;
};

struct problem {
	struct place place;
	bool error; /* or a warning */
	char *text;
};

struct problems {
	const char *file; /* lent */
	struct problem *items;
	size_t n;
	size_t errors;
};

/* Past a ceiling of 200 problems the rest is only counted. */
void problem_error(struct problems *problems, struct place place,
                   const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void problem_warn(struct problems *problems, struct place place,
                  const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* in the order of the file */
void problems_sort(struct problems *problems);

/* "file:line:column: error: text", a line each */
void problems_print(const struct problems *problems, FILE *out);

/* 0 without errors, or EX_CONFIG with the first one as the sentence */
int problems_code(const struct problems *problems);

void problems_release(struct problems *problems);

/*
 * The name that a person who typed `typed` most likely meant: offer() each
 * candidate, and best is the nearest, or NULL when none is near.
 */
struct guess {
	const char *typed;
	const char *best;
	size_t distance;
};

void guess_offer(struct guess *guess, const char *candidate);

/* "; did you mean 'x'?" or "", lent until the next call of the same guess */
const char *guess_hint(const struct guess *guess, char out[96]);

#endif
