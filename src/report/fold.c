/* fold: events into rows of calls, turns, slots and costs; fold_lead.c has the
 * rest */
#include "src/report/fold.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/utf8.h"

enum { SLOT_MAX = 256 }; /* bytes of a slot's name: it is part of a key */

static const char *text_of(const struct keyed *keyed, const char *name)
{
	const char *text =
		json_string_value(json_object_get(keyed->event->json, name));

	return text && *text ? text : NULL;
}

/* a length or count: UNTOLD when there is none */
static int64_t count_of(const struct keyed *keyed, const char *name)
{
	const json_t *json = json_object_get(keyed->event->json, name);
	int64_t n = json_integer_value(json);

	return json_is_integer(json) && n >= 0 && n <= INT32_MAX ? n : UNTOLD;
}

static void put_key(struct rows *rows, const struct keyed *keyed)
{
	rows_put_text(rows, keyed->event->call);
	rows_put(rows, keyed->stage,
	         sv_utf8_cut(keyed->stage, strlen(keyed->stage), SV_CALL_MAX));
	rows_put_int(rows, keyed->seq);
}

static void put_number(struct rows *rows, const json_t *json)
{
	if (json_is_number(json))
		rows_put_real(rows, json_number_value(json));
	else
		rows_put_text(rows, NULL);
}

static void put_count(struct rows *rows, int64_t n)
{
	if (n == UNTOLD)
		rows_put_text(rows, NULL);
	else
		rows_put_int(rows, n);
}

/* --- rows of their own --- */

static void put_cost(struct batch *batch, const struct keyed *keyed)
{
	struct rows *rows = &batch->costs;
	const json_t *json = keyed->event->json;

	put_key(rows, keyed);
	rows_put_int(rows, keyed->time_ms);
	rows_put_text(rows, text_of(keyed, "engine"));
	rows_put_text(rows, text_of(keyed, "service"));
	rows_put_text(rows, text_of(keyed, "model"));
	rows_put_text(rows, text_of(keyed, "unit"));
	put_number(rows, json_object_get(json, "amount"));
	put_number(rows, json_object_get(json, "price"));
	rows_put_text(rows, text_of(keyed, "currency"));
}

static void put_turn(struct batch *batch, const struct keyed *keyed)
{
	const json_t *parts = json_object_get(keyed->event->json, "parts");
	char *text =
		json_is_object(parts) ? json_dumps(parts, JSON_COMPACT) : NULL;
	struct rows *rows = &batch->turns;

	put_key(rows, keyed);
	rows_put_int(rows, keyed->time_ms);
	put_count(rows, count_of(keyed, "turn"));
	put_count(rows, count_of(keyed, "total_ms"));
	rows_put_text(rows, text);
	free(text);
}

/* a value of any type as text */
static void put_value(struct rows *rows, const json_t *value)
{
	char *text;

	if (json_is_string(value)) {
		rows_put_text(rows, json_string_value(value));
		return;
	}
	text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
	rows_put_text(rows, text);
	free(text);
}

static struct rows *begin_slot(struct batch *batch, const struct keyed *keyed,
                               const char *name)
{
	put_key(&batch->slots, keyed);
	rows_put(&batch->slots, name,
	         sv_utf8_cut(name, strlen(name), SLOT_MAX));
	return &batch->slots;
}

static void put_slot(struct batch *batch, const struct keyed *keyed)
{
	const json_t *value = json_object_get(keyed->event->json, "value");
	const char *name = text_of(keyed, "slot");
	struct rows *rows;

	if (!name || !value || json_is_null(value))
		return;
	rows = begin_slot(batch, keyed, name);
	put_value(rows, value);
	rows_put_text(rows, text_of(keyed, "kind"));
	rows_put_text(rows, text_of(keyed, "raw"));
	rows_put_int(rows, json_is_true(json_object_get(keyed->event->json,
	                                                "confirmed")));
}

/* what a conversation that ends or is handed over has learned */
static void put_slots(struct batch *batch, const struct keyed *keyed)
{
	json_t *slots = json_object_get(keyed->event->json, "slots");
	const char *name;
	json_t *value;

	json_object_foreach (slots, name, value) {
		struct rows *rows;

		if (json_is_null(value))
			continue;
		rows = begin_slot(batch, keyed, name);
		put_value(rows, value);
		for (int i = 0; i < 3; i++)
			rows_put_text(rows, NULL);
	}
}

static void put_end(struct batch *batch, const struct keyed *keyed)
{
	put_slots(batch, keyed);
	fold_lead(batch, keyed);
}

/* --- the row of the call --- */

static struct call_row *row_of(struct batch *batch, const char *call)
{
	size_t known = batch->ids.n;
	uint32_t i = names_put(&batch->ids, call, strlen(call));
	struct call_row *row;

	if (i == NAMES_MAX)
		return NULL;
	if (i >= batch->cap_calls) {
		batch->cap_calls = batch->cap_calls ? batch->cap_calls * 2 : 64;
		batch->calls = sv_realloc(batch->calls,
		                          batch->cap_calls * sizeof *row);
	}
	row = &batch->calls[i];
	if (i < known)
		return row;
	*row = (struct call_row){ .first_ms = UNTOLD,
		                  .last_ms = UNTOLD,
		                  .start_ms = UNTOLD,
		                  .end_ms = UNTOLD,
		                  .duration_ms = UNTOLD };
	row->call = batch->ids.items[i];
	return row;
}

static void tell(struct call_row *row, enum call_text which, const char *text)
{
	if (!text || (which == LANGUAGE && row->texts[which]))
		return;
	free(row->texts[which]);
	row->texts[which] = sv_strdup(text);
}

static void tell_start(struct call_row *row, const struct keyed *keyed)
{
	int64_t ms = count_of(keyed, "duration_ms");

	row->start_ms = keyed->time_ms;
	tell(row, DIRECTION, text_of(keyed, "direction"));
	tell(row, CALLER, text_of(keyed, "caller"));
	tell(row, CALLEE, text_of(keyed, "callee"));
	tell(row, SOURCE, text_of(keyed, "source"));
	tell(row, LANGUAGE, text_of(keyed, "language"));
	if (ms != UNTOLD)
		row->duration_ms = ms;
}

static void tell_end(struct call_row *row, const struct keyed *keyed)
{
	int64_t ms = count_of(keyed, "duration_ms");

	row->end_ms = keyed->time_ms;
	tell(row, REASON, text_of(keyed, "reason"));
	tell(row, RECORDING, text_of(keyed, "recording"));
	if (ms == UNTOLD && keyed->event->t > 0)
		ms = keyed->event->t;
	if (ms != UNTOLD)
		row->duration_ms = ms;
}

static void tell_outcome(struct call_row *row, const struct keyed *keyed)
{
	tell(row, OUTCOME, text_of(keyed, "outcome"));
	tell(row, SCENARIO, text_of(keyed, "scenario"));
	tell(row, LANGUAGE, text_of(keyed, "language"));
}

static void tell_handoff(struct call_row *row, const struct keyed *keyed)
{
	const char *to = text_of(keyed, "target");

	if (!to)
		to = text_of(keyed, "reason");
	tell(row, HANDOFF, to ? to : "yes");
}

static void tell_heard(struct call_row *row, const struct keyed *keyed)
{
	tell(row, LANGUAGE, text_of(keyed, "language"));
}

static void tell_time(struct call_row *row, int64_t ms)
{
	if (ms == UNTOLD)
		return;
	if (row->first_ms == UNTOLD || ms < row->first_ms)
		row->first_ms = ms;
	if (ms > row->last_ms)
		row->last_ms = ms;
}

/* costs count outside calls, too */
static const struct {
	const char *type;
	void (*put)(struct batch *batch, const struct keyed *keyed);
	void (*tell)(struct call_row *row, const struct keyed *keyed);
} types[] = {
	{ "asr.final", NULL, tell_heard },
	{ "turn", put_turn, NULL },
	{ "dialog.slot", put_slot, NULL },
	{ "call.start", NULL, tell_start },
	{ "call.end", NULL, tell_end },
	{ "dialog.end", put_end, tell_outcome },
	{ "dialog.handoff", put_slots, tell_handoff },
	{ "cost", put_cost, NULL },
	{ "crm.sent", fold_made, NULL },
};

void fold(struct batch *batch, const struct keyed *keyed)
{
	const char *call = keyed->event->call;
	struct call_row *row = *call ? row_of(batch, call) : NULL;

	if (row)
		tell_time(row, keyed->time_ms);
	if (row && !strncmp(keyed->event->type, "tag.", 4))
		fold_tag(batch, keyed);
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (strcmp(types[i].type, keyed->event->type) != 0)
			continue;
		if (types[i].put && (row || types[i].put == put_cost))
			types[i].put(batch, keyed);
		if (types[i].tell && row)
			types[i].tell(row, keyed);
		return;
	}
}

void fold_clear(struct batch *batch)
{
	for (size_t i = 0; i < batch->ids.n; i++)
		for (size_t j = 0; j < CALL_TEXTS; j++)
			free(batch->calls[i].texts[j]);
	names_release(&batch->ids);
}
