/* lines: a source cut into lines, with a ceiling */
#include "src/report/lines.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/event.h"
#include "lib/start.h"

enum { STEP = 262144, SIZE = SV_EVENT_MAX + STEP + 1 };

void lines_init(struct lines *lines, struct source *source)
{
	*lines = (struct lines){ .source = source };
	lines->size = SIZE;
	lines->data = sv_alloc(lines->size);
}

void lines_release(struct lines *lines)
{
	free(lines->data);
	lines->data = NULL;
}

static int fill(struct lines *lines)
{
	ssize_t n;

	if (lines->start) {
		memmove(lines->data, lines->data + lines->start,
		        lines->end - lines->start);
		lines->end -= lines->start;
		lines->start = 0;
	}
	n = source_read(lines->source, lines->data + lines->end, STEP);
	lines->eof = n <= 0;
	if (n < 0)
		return LINES_FAILED;
	lines->end += (size_t)n;
	return LINES_GIVEN;
}

/* a whole line into *line: whether there is one */
static bool cut(struct lines *lines, const char **line, size_t *len)
{
	char *from = lines->data + lines->start, *newline;
	size_t left = lines->end - lines->start;

	if (!left)
		return false;
	newline = memchr(from + lines->searched, '\n', left - lines->searched);
	/* half a line that a signal left us with is nobody's fault */
	if (!newline && (!lines->eof || sv_stopping())) {
		lines->searched = left;
		return false;
	}
	if (!newline) { /* there is room: SIZE has a byte to spare */
		newline = lines->data + lines->end++;
		*newline = '\n';
	}
	*line = from;
	*len = (size_t)(newline + 1 - from);
	lines->start += *len;
	lines->searched = 0;
	return true;
}

/* the line has no end in sight: forget it so far, and then its rest */
static bool overlong(struct lines *lines)
{
	bool first = !lines->skipping;

	if (lines->end - lines->start <= SV_EVENT_MAX)
		return false;
	lines->start = lines->end = lines->searched = 0;
	lines->skipping = true;
	if (first)
		lines->number++;
	return first;
}

int lines_next(struct lines *lines, const char **line, size_t *len)
{
	for (;;) {
		bool found = cut(lines, line, len);

		if (found && lines->skipping) {
			lines->skipping = false;
			continue;
		}
		if (found) {
			lines->number++;
			return *len > SV_EVENT_MAX ? LINES_TOO_LONG
			                           : LINES_GIVEN;
		}
		if (overlong(lines))
			return LINES_TOO_LONG;
		if (lines->eof)
			return LINES_END;
		if (fill(lines) == LINES_FAILED)
			return LINES_FAILED;
	}
}
