/* span: bytes within other bytes */
#include "lib/span.h"

#include <string.h>
#include <strings.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct sv_span sv_span_trim(struct sv_span span)
{
	while (span.len && is_blank(*span.at)) {
		span.at++;
		span.len--;
	}
	while (span.len && is_blank(span.at[span.len - 1]))
		span.len--;
	return span;
}

bool sv_span_is(struct sv_span span, const char *text)
{
	return span.len == strlen(text) &&
	       !strncasecmp(span.at, text, span.len);
}

struct sv_span sv_span_take(struct sv_span *rest, const char *mark)
{
	const char *at =
		rest->len ? memmem(rest->at, rest->len, mark, strlen(mark))
			  : NULL;
	struct sv_span span = *rest;
	size_t taken = rest->len;

	if (at) {
		span.len = (size_t)(at - rest->at);
		taken = span.len + strlen(mark);
	}
	if (taken)
		rest->at += taken;
	rest->len -= taken;
	return span;
}

bool sv_span_lists(struct sv_span list, const char *text)
{
	while (list.len) {
		if (sv_span_is(sv_span_trim(sv_span_take(&list, ",")), text))
			return true;
	}
	return false;
}
