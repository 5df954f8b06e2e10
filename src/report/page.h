/*
 * The output while it grows: text with a ceiling that is looked at once, at
 * the end.
 */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"

#include "src/report/labels.h"

struct page {
	struct sv_buf buf;
	enum language language;
	bool full;
};

void page_init(struct page *page, enum language language);
void page_release(struct page *page);

void page_puts(struct page *page, const char *text);
void page_add(struct page *page, const char *text, size_t len);
void page_printf(struct page *page, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* 0, or EX_DATAERR when it did not all fit */
int page_check(const struct page *page);

#endif
