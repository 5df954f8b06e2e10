/* clean: texts of others made harmless */
#include "src/report/clean.h"

#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/utf8.h"

bool is_harmful(uint32_t code)
{
	return code < 0x20 || (code >= 0x7F && code < 0xA0) ||
	       (code >= 0x202A && code <= 0x202E) ||
	       (code >= 0x2066 && code <= 0x2069) || code == 0x2028 ||
	       code == 0x2029;
}

static const char *instead(uint32_t code)
{
	if (!is_harmful(code))
		return NULL;
	return code == '\n' || code == '\t' || code == '\r' ? " " : "?";
}

static const char *entity(uint32_t code)
{
	switch (code) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return instead(code);
	}
}

static void rewrite(struct page *page, size_t from,
                    const char *(*replaced)(uint32_t code))
{
	size_t len = page->buf.len - from;
	char *copy = sv_strndup(sv_buf_str(&page->buf) + from, len);
	const char *p = copy;

	sv_buf_cut(&page->buf, from);
	while (p < copy + len) {
		const char *at = p;
		const char *other = replaced(sv_utf8_next(&p, copy + len));

		if (other)
			page_puts(page, other);
		else
			page_add(page, at, (size_t)(p - at));
	}
	free(copy);
}

void clean_text(struct page *page, size_t from)
{
	rewrite(page, from, instead);
}

void clean_html(struct page *page, size_t from)
{
	rewrite(page, from, entity);
}
