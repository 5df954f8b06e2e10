/*
 * Memory that is freed all at once: what a scenario is made of lives exactly
 * as long as the scenario.
 */
#ifndef DIALOG_ARENA_H
#define DIALOG_ARENA_H

#include <stddef.h>

struct arena {
	struct arena_block *first;
};

/* zeroed bytes, aligned for anything; never NULL */
void *arena_alloc(struct arena *arena, size_t size);

char *arena_copy(struct arena *arena, const char *text, size_t len);

void arena_release(struct arena *arena);

#endif
