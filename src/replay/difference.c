/* difference.c: the longest common course of two accounts, and the rest */
#include "src/replay/difference.h"

#include <stdint.h>
#include <stdlib.h>

#include "lib/alloc.h"

struct table {
	const struct account *then, *now;
	uint16_t *length; /* of the common course of what is left of both */
	size_t width;
};

static uint16_t *at(const struct table *table, size_t i, size_t j)
{
	return &table->length[i * table->width + j];
}

static bool same(const struct table *table, size_t i, size_t j)
{
	return entry_same(&table->then->items[i], &table->now->items[j]);
}

static void fill(const struct table *table)
{
	size_t i = table->then->n;

	while (i--) {
		size_t j = table->now->n;

		while (j--) {
			uint16_t down = *at(table, i + 1, j);
			uint16_t right = *at(table, i, j + 1);

			if (same(table, i, j))
				*at(table, i, j) =
					(uint16_t)(*at(table, i + 1, j + 1) +
				                   1);
			else
				*at(table, i, j) = down > right ? down : right;
		}
	}
}

static void add(struct difference *difference, enum side side,
                const struct entry *entry)
{
	difference->items[difference->n++] =
		(struct change){ .side = side, .entry = entry };
}

/* Whether what was then only comes first. Where it makes no difference,
 * answers are kept with the words they follow. */
static bool then_first(const struct table *table, size_t i, size_t j)
{
	uint16_t down = *at(table, i + 1, j);
	uint16_t right = *at(table, i, j + 1);

	if (down != right)
		return down > right;
	return !entry_heard(&table->then->items[i]) ||
	       entry_heard(&table->now->items[j]);
}

static void walk(struct difference *difference, const struct table *table)
{
	size_t i = 0, j = 0;

	while (i < table->then->n || j < table->now->n) {
		bool left = i < table->then->n;
		bool right = j < table->now->n;

		if (left && right && same(table, i, j)) {
			add(difference, SIDE_BOTH, &table->now->items[j++]);
			i++;
		} else if (left && (!right || then_first(table, i, j))) {
			add(difference, SIDE_THEN, &table->then->items[i++]);
		} else {
			add(difference, SIDE_NOW, &table->now->items[j++]);
		}
	}
}

/* turns are counted by what the caller says today, or said then only */
static void number_turns(struct difference *difference)
{
	size_t turn = 0, i;

	for (i = 0; i < difference->n; i++) {
		turn += entry_heard(difference->items[i].entry);
		difference->items[i].turn = turn;
	}
}

static size_t *counter(struct difference *difference, enum entry_kind kind)
{
	switch (kind) {
	case ENTRY_STATE:
		return &difference->states;
	case ENTRY_SLOT:
		return &difference->slots;
	case ENTRY_HANDOFF:
	case ENTRY_OUTCOME:
		return &difference->outcomes;
	default:
		return &difference->texts;
	}
}

/* One that is another now is one change, not two. */
static void count(struct difference *difference)
{
	size_t lost[ENTRY_KINDS] = { 0 }, won[ENTRY_KINDS] = { 0 };
	size_t i;

	for (i = 0; i < difference->n; i++) {
		const struct change *change = &difference->items[i];

		lost[change->entry->kind] += change->side == SIDE_THEN;
		won[change->entry->kind] += change->side == SIDE_NOW;
	}
	for (i = 0; i < ENTRY_KINDS; i++)
		*counter(difference, (enum entry_kind)i) +=
			lost[i] > won[i] ? lost[i] : won[i];
}

void difference_make(struct difference *difference, const struct account *then,
                     const struct account *now, bool cut)
{
	struct table table = { then, now, NULL, now->n + 1 };

	table.length =
		sv_calloc((then->n + 1) * (now->n + 1), sizeof *table.length);
	*difference = (struct difference){ .items = sv_calloc(
						   then->n + now->n + 1,
						   sizeof *difference->items) };
	fill(&table);
	walk(difference, &table);
	free(table.length);
	while (cut && difference->n &&
	       difference->items[difference->n - 1].side == SIDE_NOW)
		difference->n--;
	number_turns(difference);
	count(difference);
}

void difference_release(struct difference *difference)
{
	free(difference->items);
	*difference = (struct difference){ 0 };
}

bool difference_any(const struct difference *difference)
{
	return difference->texts || difference->states || difference->slots ||
	       difference->outcomes;
}
