/* page: the output while it grows */
#include "src/report/page.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/fail.h"

enum { PAGE_MAX = 1 << 30, LINE_MAX_LEN = 4096 };

void page_init(struct page *page, enum language language)
{
	*page = (struct page){ .language = language };
	sv_buf_init(&page->buf, PAGE_MAX);
}

void page_release(struct page *page)
{
	sv_buf_release(&page->buf);
}

void page_add(struct page *page, const char *text, size_t len)
{
	if (sv_buf_add(&page->buf, text, len))
		page->full = true;
}

void page_puts(struct page *page, const char *text)
{
	if (sv_buf_puts(&page->buf, text))
		page->full = true;
}

void page_printf(struct page *page, const char *format, ...)
{
	char line[LINE_MAX_LEN];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line, sizeof line, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof line)
		page->full = true; /* long texts go through page_puts() */
	else
		page_add(page, line, (size_t)n);
}

int page_check(const struct page *page)
{
	if (page->full)
		return sv_fail(EX_DATAERR,
		               "the report would be larger than 1 GiB: "
		               "narrow it with --since and --until");
	return 0;
}
