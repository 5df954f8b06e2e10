/* Characters that no text of a caller may bring into a report. */
#ifndef REPORT_CLEAN_H
#define REPORT_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/report/page.h"

/* Controls of a terminal and of the direction of writing: what a caller's
 * name holds must not move the cursor, nor turn the line around. */
bool is_harmful(uint32_t code);

/* Each rewrites what the page holds from there on: a blank for a line break,
 * "?" for what is harmful; clean_html() escapes markup too. */
void clean_text(struct page *page, size_t from);
void clean_html(struct page *page, size_t from);

#endif
