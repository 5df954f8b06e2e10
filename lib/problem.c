/* problem.c: what is wrong with a file of somebody's, and where */
#include "lib/problem.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"

enum { MAX_PROBLEMS = 200, MAX_TEXT = 400, MAX_NAME = 64 };

__attribute__((format(printf, 4, 0))) static void
add(struct sv_problems *problems, bool error, struct sv_place place,
    const char *format, va_list args)
{
	char text[MAX_TEXT];
	struct sv_problem *added;

	problems->errors += error;
	if (problems->n >= MAX_PROBLEMS)
		return;
	vsnprintf(text, sizeof text, format, args);
	problems->items =
		sv_realloc(problems->items, (problems->n + 1) * sizeof *added);
	added = &problems->items[problems->n++];
	added->place = place;
	added->error = error;
	added->text = sv_strdup(text);
}

void sv_problem_error(struct sv_problems *problems, struct sv_place place,
                      const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(problems, true, place, format, args);
	va_end(args);
}

void sv_problem_warn(struct sv_problems *problems, struct sv_place place,
                     const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(problems, false, place, format, args);
	va_end(args);
}

static int earlier(const void *a, const void *b)
{
	const struct sv_problem *x = a;
	const struct sv_problem *y = b;

	if (x->place.line != y->place.line)
		return x->place.line < y->place.line ? -1 : 1;
	if (x->place.column != y->place.column)
		return x->place.column < y->place.column ? -1 : 1;
	return strcmp(x->text, y->text);
}

void sv_problems_sort(struct sv_problems *problems)
{
	if (problems->n > 1)
		qsort(problems->items, problems->n, sizeof *problems->items,
		      earlier);
}

void sv_problems_print(const struct sv_problems *problems, FILE *out)
{
	size_t i;

	for (i = 0; i < problems->n; i++) {
		const struct sv_problem *problem = &problems->items[i];

		fprintf(out, "%s:%d:%d: %s: %s\n", problems->file,
		        problem->place.line, problem->place.column,
		        problem->error ? "error" : "warning", problem->text);
	}
}

int sv_problems_code(const struct sv_problems *problems)
{
	const struct sv_problem *first = NULL;
	size_t i;

	for (i = 0; i < problems->n && !first; i++)
		if (problems->items[i].error)
			first = &problems->items[i];
	if (!first)
		return problems->errors ? sv_fail(EX_CONFIG, "%s is wrong",
		                                  problems->file)
		                        : 0;
	if (problems->errors > 1)
		return sv_fail(EX_CONFIG, "%s:%d:%d: %s (and %zu more%s%s)",
		               problems->file, first->place.line,
		               first->place.column, first->text,
		               problems->errors - 1,
		               problems->see ? ": see " : "",
		               problems->see ? problems->see : "");
	return sv_fail(EX_CONFIG, "%s:%d:%d: %s", problems->file,
	               first->place.line, first->place.column, first->text);
}

void sv_problems_release(struct sv_problems *problems)
{
	size_t i;

	for (i = 0; i < problems->n; i++)
		free(problems->items[i].text);
	free(problems->items);
	problems->items = NULL;
	problems->n = 0;
	problems->errors = 0;
}

/* Levenshtein's distance in bytes; both are shorter than MAX_NAME */
static size_t distance(const char *a, const char *b)
{
	size_t row[MAX_NAME + 1];
	size_t len = strlen(b);
	size_t i;
	size_t j;

	for (j = 0; j <= len; j++)
		row[j] = j;
	for (i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (j = 1; j <= len; j++) {
			size_t best = diagonal + (a[i] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[len];
}

void sv_guess_offer(struct sv_guess *guess, const char *candidate)
{
	size_t far;

	if (strlen(candidate) >= MAX_NAME || strlen(guess->typed) >= MAX_NAME)
		return;
	far = distance(guess->typed, candidate);
	/* half of what was typed may be wrong, no more */
	if (far * 2 > strlen(guess->typed) + 1)
		return;
	if (!guess->best || far < guess->distance) {
		guess->best = candidate;
		guess->distance = far;
	}
}

const char *sv_guess_hint(const struct sv_guess *guess, char out[96])
{
	if (!guess->best)
		return "";
	snprintf(out, 96, "; did you mean '%s'?", guess->best);
	return out;
}
