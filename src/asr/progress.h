/*
 * How far a batch has come, on the last line of a terminal: a bar, counts and
 * the time it will still take. Nothing at all when stderr is no terminal.
 */
#ifndef ASR_PROGRESS_H
#define ASR_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
	bool wanted;
	bool drawn;
	int64_t began_ms;
	size_t all; /* recordings */
	int64_t all_bytes;
};

/* where the batch stands */
struct standing {
	size_t done, bad;
	int64_t bytes;   /* of those done, and of what is done of others */
	int64_t skipped; /* of those that needed no decoding */
};

void progress_init(struct progress *progress, size_t all, int64_t all_bytes);
void progress_draw(struct progress *progress, const struct standing *standing);

/* wipes the line, before something else is said there */
void progress_wipe(struct progress *progress);

#endif
