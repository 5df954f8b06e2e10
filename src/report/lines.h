/*
 * The lines of a source, each with its newline (the last may lack one and is
 * given it). A line longer than an event may be is reported as such, once,
 * and skipped.
 */
#ifndef REPORT_LINES_H
#define REPORT_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "src/report/source.h"

struct lines {
	struct source *source; /* lent */
	char *data;
	size_t size, start, end;
	size_t searched; /* no newline before this offset from start */
	long number;     /* of the line last given, from 1 */
	bool skipping, eof;
};

void lines_init(struct lines *lines, struct source *source);
void lines_release(struct lines *lines);

enum { LINES_END, LINES_GIVEN, LINES_TOO_LONG, LINES_FAILED };

/* The next line, lent until the next call. LINES_FAILED: see source_code();
 * call again, and what was read before is given (then LINES_END). */
int lines_next(struct lines *lines, const char **line, size_t *len);

#endif
