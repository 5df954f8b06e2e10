/*
 * Memory, or exit: when there is none left the command ends with
 * EX_TEMPFAIL, so nobody checks. Sizes are bytes. Whatever input can grow has
 * a ceiling of its own (see buf.h); these functions are not that ceiling.
 */
#ifndef SV_ALLOC_H
#define SV_ALLOC_H

#include <stddef.h>

/* size zeroed bytes, yours to free(); never NULL */
void *sv_alloc(size_t size);

/* n items of size zeroed bytes each; an overflow counts as no memory */
void *sv_calloc(size_t n, size_t size);

/* as realloc(3), never NULL; what is added is not zeroed */
void *sv_realloc(void *old, size_t size);

/* a copy, yours to free(); NULL gives NULL */
char *sv_strdup(const char *text);

/* a copy of at most len bytes, terminated, yours to free() */
char *sv_strndup(const char *text, size_t len);

/* printf into memory of its own, yours to free() */
char *sv_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
