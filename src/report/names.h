/*
 * Texts kept once each and numbered from 0 in the order they came: call ids,
 * states, outcomes, whatever the events say. They live until the release.
 */
#ifndef REPORT_NAMES_H
#define REPORT_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* all zero is an empty one */
struct names {
	char **items;
	uint32_t *slots; /* item + 1, or 0; a power of two of them */
	size_t n, size;
	uint64_t seed;
};

enum { NAMES_MAX = 1 << 26 }; /* the ceiling */

/* its number, new or old; NAMES_MAX when there is no room for a new one */
uint32_t names_put(struct names *names, const char *text, size_t len);

/* its number, or NAMES_MAX when it is not there */
uint32_t names_find(const struct names *names, const char *text, size_t len);

void names_release(struct names *names);

#endif
