/* arena.c: memory that is freed all at once */
#include "lib/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

enum { BLOCK = 1 << 14, ALIGN = _Alignof(max_align_t) };

struct sv_arena_block {
	struct sv_arena_block *next;
	size_t used;
	size_t size;
	_Alignas(max_align_t) unsigned char bytes[];
};

void *sv_arena_alloc(struct sv_arena *arena, size_t size)
{
	struct sv_arena_block *block = arena->first;
	unsigned char *at;

	size = (size + ALIGN - 1) / ALIGN * ALIGN;
	if (!block || block->size - block->used < size) {
		size_t room = size > BLOCK ? size : BLOCK;

		block = sv_alloc(sizeof *block + room);
		block->size = room;
		block->next = arena->first;
		arena->first = block;
	}
	at = block->bytes + block->used;
	block->used += size;
	return at;
}

char *sv_arena_copy(struct sv_arena *arena, const char *text, size_t len)
{
	char *copy = sv_arena_alloc(arena, len + 1);

	memcpy(copy, text, len);
	return copy;
}

void sv_arena_release(struct sv_arena *arena)
{
	while (arena->first) {
		struct sv_arena_block *next = arena->first->next;

		free(arena->first);
		arena->first = next;
	}
}
