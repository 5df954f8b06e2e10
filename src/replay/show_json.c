/* show_json.c: what changed, for a program to read */
#include <stdio.h>
#include <stdlib.h>

#include "src/replay/reader.h"

static json_t *turn_json(const struct reader *reader,
                         const struct difference *difference, size_t from,
                         size_t to)
{
	json_t *then = json_array(), *now = json_array();
	json_t *turn = json_pack("{s:I}", "turn",
	                         (json_int_t)difference->items[from].turn);

	for (; from < to; from++) {
		const struct change *change = &difference->items[from];
		char *text = reader_text(reader, change->entry);
		const char *name = entry_name(change->entry->kind);

		if (change->side == SIDE_BOTH && entry_heard(change->entry))
			json_object_set_new(turn, name, json_string(text));
		else if (change->side != SIDE_BOTH)
			json_array_append_new(change->side == SIDE_THEN ? then
			                                                : now,
			                      json_pack("{s:s}", name, text));
		free(text);
	}
	json_object_set_new(turn, "then", then);
	json_object_set_new(turn, "now", now);
	return turn;
}

static void put_json(json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT);

	puts(text ? text : "{}");
	free(text);
	json_decref(json);
}

void show_json_call(const struct reader *reader, const struct shown *shown)
{
	const struct difference *difference = shown->difference;
	json_t *turns = json_array();
	char date[SV_TIME_LEN];
	bool changed;
	size_t i, end;

	for (i = 0; i < difference->n; i = end) {
		end = reader_turn_end(difference, i, &changed);
		if (changed)
			json_array_append_new(
				turns, turn_json(reader, difference, i, end));
	}
	reader_date(shown->past, date);
	put_json(
		json_pack("{s:s, s:s*, s:I, s:I, s:I, s:I, s:I, s:b, s:b, s:o}",
	                  "call", shown->past->id, "time", *date ? date : NULL,
	                  "texts", (json_int_t)difference->texts, "states",
	                  (json_int_t)difference->states, "slots",
	                  (json_int_t)difference->slots, "outcomes",
	                  (json_int_t)difference->outcomes, "unreached",
	                  (json_int_t)shown->unreached, "short_of",
	                  shown->short_of, "cut", shown->cut, "turns", turns));
}

void show_json_tally(const struct tally *tally)
{
	put_json(json_pack(
		"{s:I, s:I, s:I, s:I, s:I, s:I}", "calls",
		(json_int_t)tally->calls, "changed", (json_int_t)tally->changed,
		"texts", (json_int_t)tally->texts, "states",
		(json_int_t)tally->states, "slots", (json_int_t)tally->slots,
		"outcomes", (json_int_t)tally->outcomes));
}
