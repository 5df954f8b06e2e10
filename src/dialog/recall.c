/* recall.c: what earlier calls of the same number have left */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/log.h"
#include "lib/utf8.h"

#include "src/dialog/thinking.h"
#include "src/dialog/tool.h"

enum { RECALLED_MAX = 2000 };

/* Slots that are still empty; what was so once may be so no more: it has to be
 * confirmed. */
static json_t *fill(struct conversation *conversation, const json_t *values)
{
	const struct scenario *scenario = conversation->scenario;
	const struct refs *slots = &scenario->memory.slots;
	const struct hearing hearing = { .text = "",
		                         .language = scenario->language };
	json_t *names = json_array();
	char value[SLOT_VALUE];
	size_t i;

	for (i = 0; i < slots->n; i++) {
		int index = slots->items[i].index;
		const struct slot *slot = &scenario->slots[index];
		const json_t *given = json_object_get(values, slot->name);

		if (conversation->slots[index].value ||
		    !functions_value(slot, &hearing, given, value))
			continue;
		conversation_fill(conversation, index, value, NULL);
		conversation->slots[index].confidence = 0;
		json_array_append_new(names, json_string(slot->name));
	}
	return names;
}

static void on_recall(void *arg, const struct tool_end *end)
{
	struct thinking *thinking = arg;
	struct conversation *conversation = thinking->conversation;
	const json_t *result = end->result;
	const char *summary =
		json_string_value(json_object_get(result, "summary"));
	json_t *calls = json_object_get(result, "calls");
	json_t *names;

	thinking->recall = NULL;
	if (end->why)
		sv_warn("memory: %s", end->why);
	if (end->why || conversation->ended)
		return;
	if (summary && *summary)
		conversation->recalled = sv_strndup(
			summary,
			sv_utf8_cut(summary, strlen(summary), RECALLED_MAX));
	names = fill(conversation, json_object_get(result, "slots"));
	conversation_write(conversation, "dialog.memory",
	                   json_pack("{s:I, s:o, s:i}", "calls",
	                             json_integer_value(calls), "slots", names,
	                             "ms", end->ms));
	thinking_post(thinking, false);
}

void thinking_recall(struct thinking *thinking)
{
	const struct conversation *conversation = thinking->conversation;
	const struct scenario *scenario = conversation->scenario;
	const char *caller = conversation->slots[scenario->n_slots - 1].value;
	struct tool_order order = { .tool = &scenario->memory.tool,
		                    .call = conversation->call,
		                    .done = on_recall,
		                    .arg = thinking };
	json_t *object;
	char *input;

	if (!scenario->memory.tool.place.line || !caller || thinking->recall)
		return;
	object = json_pack("{s:s, s:s}", "caller", caller, "call",
	                   conversation->call);
	input = object ? json_dumps(object, JSON_COMPACT) : NULL;
	order.input = input;
	if (input)
		thinking->recall = tool_start(thinking->mind->loop, &order);
	free(input);
	json_decref(object);
}
