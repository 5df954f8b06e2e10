/* names: texts kept once each, in a hash table with open addressing */
#include "src/report/names.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "lib/alloc.h"

enum { FIRST = 64 };

/* FNV-1a, begun with a number that whoever wrote the events cannot know */
static uint64_t hash(const struct names *names, const char *text, size_t len)
{
	uint64_t h = names->seed;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)text[i]) * 1099511628211U;
	return h ^ h >> 29;
}

/* the slot that holds the text, or the free one where it belongs */
static size_t place(const struct names *names, const char *text, size_t len)
{
	size_t i = hash(names, text, len) & (names->size - 1);

	for (; names->slots[i]; i = (i + 1) & (names->size - 1)) {
		const char *item = names->items[names->slots[i] - 1];

		if (!strncmp(item, text, len) && !item[len])
			break;
	}
	return i;
}

static void grow(struct names *names)
{
	size_t size = names->size ? names->size * 2 : FIRST;

	if (!names->size &&
	    getrandom(&names->seed, sizeof names->seed, GRND_NONBLOCK) < 0)
		names->seed = 14695981039346656037U;
	free(names->slots);
	names->slots = sv_calloc(size, sizeof *names->slots);
	names->items =
		sv_realloc(names->items, size / 2 * sizeof *names->items);
	names->size = size;
	for (size_t i = 0; i < names->n; i++) {
		const char *item = names->items[i];

		names->slots[place(names, item, strlen(item))] =
			(uint32_t)i + 1;
	}
}

uint32_t names_find(const struct names *names, const char *text, size_t len)
{
	size_t i = names->n ? place(names, text, len) : 0;

	return names->n && names->slots[i] ? names->slots[i] - 1 : NAMES_MAX;
}

uint32_t names_put(struct names *names, const char *text, size_t len)
{
	size_t i;

	if (names->n * 2 >= names->size)
		grow(names);
	i = place(names, text, len);
	if (names->slots[i])
		return names->slots[i] - 1;
	if (names->n == NAMES_MAX)
		return NAMES_MAX;
	names->items[names->n++] = sv_strndup(text, len);
	names->slots[i] = (uint32_t)names->n;
	return (uint32_t)names->n - 1;
}

void names_release(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->items[i]);
	free(names->items);
	free(names->slots);
	*names = (struct names){ 0 };
}
