/*
 * Whether an event was there before. A stage numbers its events of a call 1,
 * 2, 3 …, so for most it is enough to know how far a stream has come; only
 * what came out of that order (a file filtered by grep, files in the wrong
 * order) is kept one by one.
 */
#ifndef REPORT_SEEN_H
#define REPORT_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/report/names.h"
#include "src/report/scan.h"

struct seen_item {
	int64_t seq;
	uint32_t stream; /* + 1; 0 is a free slot */
};

/* all zero is an empty one */
struct seen {
	struct names streams; /* the call's number and the stage's name */
	int64_t *upto;        /* of each stream: all from 1 to here were seen */
	size_t n_upto;
	struct seen_item *odd;
	size_t n_odd, size;
};

/* Whether this event is new; from now on it is not. */
bool seen_first(struct seen *seen, uint32_t call, struct span stage,
                int64_t seq);

void seen_release(struct seen *seen);

#endif
