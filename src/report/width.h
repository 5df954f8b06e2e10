/* How many columns of a terminal a text takes. */
#ifndef REPORT_WIDTH_H
#define REPORT_WIDTH_H

#include <stddef.h>
#include <stdint.h>

/* 0 for combining marks and what is not seen, 2 for East Asian wide
 * characters and emoji, else 1 (Unicode 15, without the locale) */
int width_of(uint32_t code);

size_t width(const char *text, size_t len);

#endif
