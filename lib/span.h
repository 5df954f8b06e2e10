/*
 * Bytes within other bytes, lent: what a line or a header is taken apart into.
 */
#ifndef SV_SPAN_H
#define SV_SPAN_H

#include <stdbool.h>
#include <stddef.h>

struct sv_span {
	const char *at;
	size_t len;
};

/* without the blanks and tabs around it */
struct sv_span sv_span_trim(struct sv_span span);

/* whether it is that, whatever the case of ASCII letters */
bool sv_span_is(struct sv_span span, const char *text);

/* Takes what stands before the mark, or the rest, and the mark. */
struct sv_span sv_span_take(struct sv_span *rest, const char *mark);

/* whether a list separated by commas has it */
bool sv_span_lists(struct sv_span list, const char *text);

#endif
