/* store: the calls and what is known of them */
#include "src/report/store.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/utf8.h"

enum { TEXT_MAX = 8192 };

void *store_add(void *array, size_t *n, size_t *cap, size_t size)
{
	if (*n == *cap) {
		*cap = *cap ? *cap * 2 : 64;
		array = sv_realloc(array, *cap * size);
	}
	memset((char *)array + *n * size, 0, size);
	++*n;
	return array;
}

const char *store_text(struct store *store, struct span text)
{
	size_t len = sv_utf8_cut(text.text, text.len, TEXT_MAX);
	uint32_t i = names_put(&store->texts, text.text, len);

	return i == NAMES_MAX ? "…" : store->texts.items[i];
}

struct call *store_call(struct store *store, struct span id)
{
	uint32_t i = names_put(&store->ids, id.text, id.len);
	struct call *call;

	if (i < store->n_calls)
		return &store->calls[i];
	if (i == NAMES_MAX)
		return NULL;
	store->calls = store_add(store->calls, &store->n_calls,
	                         &store->cap_calls, sizeof *store->calls);
	call = &store->calls[i];
	call->id = store->ids.items[i];
	call->first_ms = call->start_ms = NEVER;
	call->end_ms = call->duration_ms = NEVER;
	call->turns = NEVER;
	call->state = NAMES_MAX;
	return call;
}

int64_t call_began(const struct call *call)
{
	return call->start_ms != NEVER ? call->start_ms : call->first_ms;
}

bool call_within(const struct call *call, const struct period *period)
{
	return period_holds(period, call_began(call));
}

static int by_time(const void *left, const void *right)
{
	const struct call *a = *(struct call *const *)left;
	const struct call *b = *(struct call *const *)right;
	int64_t a_ms = call_began(a), b_ms = call_began(b);

	if (a_ms != b_ms)
		return a_ms < b_ms ? -1 : 1;
	return strcmp(a->id, b->id);
}

/* Nearly always in order already: files may come in any. */
static void order_path(struct call *call)
{
	for (uint32_t i = 1; i < call->n_path; i++) {
		struct visit visit = call->path[i];
		uint32_t at = i;

		for (; at && call->path[at - 1].t > visit.t; at--)
			call->path[at] = call->path[at - 1];
		call->path[at] = visit;
	}
}

struct call **store_select(const struct store *store,
                           const struct period *period, size_t *n)
{
	struct call **found = sv_calloc(store->n_calls + 1, sizeof(void *));

	*n = 0;
	for (size_t i = 0; i < store->n_calls; i++) {
		if (!call_within(&store->calls[i], period))
			continue;
		order_path(&store->calls[i]);
		found[(*n)++] = &store->calls[i];
	}
	qsort(found, *n, sizeof(void *), by_time);
	return found;
}

const struct slot *call_slot(const struct call *call, const char *name)
{
	const struct slot *of_kind = NULL;

	for (uint32_t i = 0; i < call->n_slots; i++) {
		const struct slot *slot = &call->slots[i];

		if (!strcmp(slot->name, name))
			return slot;
		if (slot->kind && !strcmp(slot->kind, name) && !of_kind)
			of_kind = slot;
	}
	return of_kind;
}

void store_release(struct store *store)
{
	for (size_t i = 0; i < store->n_calls; i++) {
		free(store->calls[i].slots);
		free(store->calls[i].path);
	}
	free(store->calls);
	free(store->turns);
	free(store->failovers);
	free(store->trials);
	free(store->costs);
	free(store->lines);
	names_release(&store->texts);
	names_release(&store->ids);
	names_release(&store->states);
	seen_release(&store->seen);
	*store = (struct store){ 0 };
}
