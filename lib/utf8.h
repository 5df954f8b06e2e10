/*
 * UTF-8 inside and out: RFC 3629, no surrogates, no overlong forms. Lengths
 * are bytes. Case is ours for ASCII, Latin-1 and Cyrillic: no locale is ever
 * asked.
 */
#ifndef SV_UTF8_H
#define SV_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"

/* the offset of the first byte that is not valid UTF-8; len when all is */
size_t sv_utf8_check(const char *text, size_t len);

/* The code point at *text, which moves behind it; text < end. A bad byte
 * gives U+FFFD and moves by one. */
uint32_t sv_utf8_next(const char **text, const char *end);

/* writes code as 1 to 4 bytes, and returns how many */
size_t sv_utf8_put(char out[4], uint32_t code);

/* the largest n <= max, n <= len that ends between code points */
size_t sv_utf8_cut(const char *text, size_t len, size_t max);

/* the number of code points; bad bytes count as one each */
size_t sv_utf8_count(const char *text, size_t len);

/* adds text with each bad byte replaced by U+FFFD. 0 or EX_DATAERR (full). */
int sv_utf8_repair(struct sv_buf *out, const char *text, size_t len);

uint32_t sv_lower(uint32_t code);
uint32_t sv_upper(uint32_t code);
bool sv_is_letter(uint32_t code); /* Latin and Cyrillic */
bool sv_is_cyrillic(uint32_t code);
bool sv_is_space(uint32_t code); /* ASCII blanks, U+00A0, U+2000…, U+3000 */

/* adds text in lower case, ё kept. 0 or EX_DATAERR. */
int sv_utf8_lower(struct sv_buf *out, const char *text, size_t len);

#endif
