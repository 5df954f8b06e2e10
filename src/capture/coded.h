/*
 * Sound in one of the codings of coding.h, read from a descriptor as it
 * comes.
 */
#ifndef CAPTURE_CODED_H
#define CAPTURE_CODED_H

#include <stddef.h>
#include <stdint.h>

#include "src/capture/coding.h"

struct coded;

/* Reads from fd, which stays the caller's; at most `bytes` of sound, or to
 * the end when that is -1. head is what was read of it before, copied. The
 * name is lent. 0, EX_UNAVAILABLE. */
int coded_new(struct coded **made, int fd, const char *name,
              const struct coding *coding, int channels);
void coded_limit(struct coded *coded, int64_t bytes);
void coded_head(struct coded *coded, const void *head, size_t len);
void coded_free(struct coded *coded);

/* As capture_source.read. Sound that ends before `bytes`, or in the middle of
 * a sample, is warned of. */
int coded_read(struct coded *coded, int32_t *frames, size_t max, size_t *n);

#endif
