/*
 * Memory that is freed all at once: what a file was read into (a scenario)
 * lives exactly as long.
 */
#ifndef SV_ARENA_H
#define SV_ARENA_H

#include <stddef.h>

struct sv_arena {
	struct sv_arena_block *first;
};

/* zeroed bytes, aligned for anything; never NULL */
void *sv_arena_alloc(struct sv_arena *arena, size_t size);

char *sv_arena_copy(struct sv_arena *arena, const char *text, size_t len);

void sv_arena_release(struct sv_arena *arena);

#endif
