/* take-slot: what was learned from the caller */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/report/takers.h"

/* what one call may have: the rest is left out */
enum { SLOTS_MAX = 64 };

/* the slot of that name, new or old; NULL past the ceiling */
static struct slot *slot_of(struct call *call, const char *name)
{
	uint32_t i = 0;

	while (i < call->n_slots && strcmp(call->slots[i].name, name) != 0)
		i++;
	if (i == SLOTS_MAX)
		return NULL;
	if (i == call->n_slots) {
		call->slots =
			sv_realloc(call->slots, (i + 1) * sizeof *call->slots);
		call->slots[i] = (struct slot){ .name = name };
		call->n_slots++;
	}
	return &call->slots[i];
}

/* a value of any type as a person would write it; NULL for none */
static const char *value_text(struct store *store, const json_t *value)
{
	struct span span;
	char *text;
	const char *kept;

	if (!value || json_is_null(value))
		return NULL;
	if (json_is_string(value)) {
		span = (struct span){ json_string_value(value),
			              json_string_length(value) };
		return store_text(store, span);
	}
	if (json_is_boolean(value))
		return json_is_true(value) ? "true" : "false";
	text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT |
	                                 JSON_REAL_PRECISION(12));
	if (!text)
		return NULL;
	span = (struct span){ text, strlen(text) };
	kept = store_text(store, span);
	free(text);
	return kept;
}

void take_slot(struct store *store, struct call *call, struct event *event)
{
	const char *name = event_text(store, event, "slot");
	const char *kind = event_text(store, event, "kind");
	const char *value = value_text(store, scan_json(event->scan, "value"));
	struct slot *slot = NULL;

	call->in_dialog = call->spoken = true;
	if (name && value)
		slot = slot_of(call, name);
	if (!slot)
		return;
	slot->value = value;
	slot->kind = either(kind, slot->kind);
	slot->raw = either(event_text(store, event, "raw"), slot->raw);
	slot->confirmed |= json_is_true(scan_json(event->scan, "confirmed"));
}

void take_slots(struct store *store, struct call *call, struct event *event)
{
	json_t *slots = scan_json(event->scan, "slots");
	const char *name;
	json_t *filled;

	if (slots && !json_is_object(slots) && !json_is_null(slots))
		event->scan->wrong = "slots";
	json_object_foreach (slots, name, filled) {
		struct span span = { name, strlen(name) };
		const char *value = value_text(store, filled);
		struct slot *slot =
			value ? slot_of(call, store_text(store, span)) : NULL;

		if (slot)
			slot->value = value;
	}
}
