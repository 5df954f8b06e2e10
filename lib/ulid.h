/*
 * Call ids: ULIDs (github.com/ulid/spec), 26 characters of Crockford base 32,
 * 48 bits of wall clock in ms and 80 random bits, so that they sort by time.
 */
#ifndef SV_ULID_H
#define SV_ULID_H

#include <stdbool.h>

enum { SV_ULID_LEN = 27 }; /* with its NUL */

/* a new one */
void sv_ulid(char out[SV_ULID_LEN]);

/* one made of the first 128 bits of a digest: the same recording always gets
 * the same id. It does not sort by time. */
void sv_ulid_from(const unsigned char digest[16], char out[SV_ULID_LEN]);

bool sv_ulid_valid(const char *text);

#endif
