/*
 * What is wrong with a file that people write (a scenario, a map), with the
 * place it stands at. Loading and checking collect problems instead of stopping
 * at the first.
 */
#ifndef SV_PROBLEM_H
#define SV_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* where something stands in the file, both from 1 */
struct sv_place {
	int line;
	int column;
};

struct sv_problem {
	struct sv_place place;
	bool error; /* or a warning */
	char *text;
};

struct sv_problems {
	const char *file; /* lent */
	const char *see; /* what shows them all: "sv-dialog --check"; or NULL */
	struct sv_problem *items;
	size_t n;
	size_t errors;
};

/* Past a ceiling of 200 problems the rest is only counted. */
void sv_problem_error(struct sv_problems *problems, struct sv_place place,
                      const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void sv_problem_warn(struct sv_problems *problems, struct sv_place place,
                     const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* in the order of the file */
void sv_problems_sort(struct sv_problems *problems);

/* "file:line:column: error: text", a line each */
void sv_problems_print(const struct sv_problems *problems, FILE *out);

/* 0 without errors, or EX_CONFIG with the first one as the sentence */
int sv_problems_code(const struct sv_problems *problems);

void sv_problems_release(struct sv_problems *problems);

/*
 * The name that a person who typed `typed` most likely meant: offer() each
 * candidate, and best is the nearest, or NULL when none is near.
 */
struct sv_guess {
	const char *typed;
	const char *best;
	size_t distance;
};

void sv_guess_offer(struct sv_guess *guess, const char *candidate);

/* "; did you mean 'x'?" or "", lent until the next call of the same guess */
const char *sv_guess_hint(const struct sv_guess *guess, char out[96]);

#endif
