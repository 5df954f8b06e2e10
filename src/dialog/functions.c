/* functions.c: slots and intents as functions of a model */
#include "src/dialog/functions.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/buf.h"

#include "src/dialog/turn.h"

enum { RESULT_MAX = 4000 };

static const struct state *current(const struct conversation *conversation)
{
	return &conversation->scenario->states[conversation->state];
}

static bool is_russian(const struct conversation *conversation)
{
	return !strcmp(conversation->scenario->language, "ru");
}

static void add_index(int *list, size_t *n, int index)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (list[i] == index)
			return;
	if (index >= 0 && *n < OFFERED_MAX)
		list[(*n)++] = index;
}

size_t functions_slots(const struct conversation *conversation,
                       int slots[OFFERED_MAX])
{
	const struct scenario *scenario = conversation->scenario;
	const struct state *state = current(conversation);
	size_t i, n = 0;

	add_index(slots, &n, state->ask.index);
	for (i = 0; i < state->fills.n; i++)
		add_index(slots, &n, state->fills.items[i].index);
	for (i = 0; !state->fills.n && i + 1 < scenario->n_slots; i++)
		if (scenario->slots[i].anytime)
			add_index(slots, &n, (int)i);
	return n;
}

size_t functions_intents(const struct conversation *conversation,
                         int intents[OFFERED_MAX])
{
	const struct scenario *scenario = conversation->scenario;
	const struct state *state = current(conversation);
	size_t i, k, n = 0;

	for (i = 0; i < state->n_rules; i++)
		for (k = 0; k < state->rules[i].intents.n; k++)
			add_index(intents, &n,
			          state->rules[i].intents.items[k].index);
	for (i = 0; i < scenario->n_digressions; i++)
		add_index(intents, &n, scenario->digressions[i].intent.index);
	return n;
}

/* how a value of the kind is written */
static const char *form_of(enum slot_kind kind, bool russian)
{
	switch (kind) {
	case SLOT_NUMBER:
		return russian ? "число" : "a number";
	case SLOT_MONEY:
		return "150000 RUB";
	case SLOT_PHONE:
		return "+79161234567";
	case SLOT_EMAIL:
		return "ivan@mail.ru";
	case SLOT_DATE:
		return "YYYY-MM-DD";
	case SLOT_TIME:
		return "HH:MM";
	case SLOT_DIGITS:
		return russian ? "только цифры" : "digits alone";
	default:
		return NULL;
	}
}

json_t *functions_schema(const struct slot *slot, const char *language)
{
	json_t *schema = json_pack("{s:s}", "type", "string");
	const char *form = form_of(slot->kind, !strcmp(language, "ru"));
	json_t *values;
	size_t i;

	if (form)
		json_object_set_new(schema, "description", json_string(form));
	if (slot->kind != SLOT_CHOICE && slot->kind != SLOT_YESNO)
		return schema;
	values = json_array();
	for (i = 0; i < slot->n_choices; i++)
		json_array_append_new(values,
		                      json_string(slot->choices[i].value));
	if (slot->kind == SLOT_YESNO) {
		json_array_append_new(values, json_string("yes"));
		json_array_append_new(values, json_string("no"));
	}
	json_object_set_new(schema, "enum", values);
	return schema;
}

static void add(struct functions *functions, const char *name,
                const char *about, json_t *parameters)
{
	functions->items[functions->n++] = (struct sv_chat_tool){
		.name = name, .about = about, .parameters = parameters
	};
}

static void offer_fill(struct functions *functions,
                       const struct conversation *conversation)
{
	const struct scenario *scenario = conversation->scenario;
	json_t *properties = json_object();
	int slots[OFFERED_MAX];
	size_t i, n = functions_slots(conversation, slots);

	for (i = 0; i < n; i++) {
		const struct slot *slot = &scenario->slots[slots[i]];

		json_object_set_new(properties, slot->name,
		                    functions_schema(slot, scenario->language));
	}
	if (!n) {
		json_decref(properties);
		return;
	}
	add(functions, "fill",
	    is_russian(conversation)
	            ? "Записать то, что сказал звонящий. Только сказанное, "
	              "ничего от себя."
	            : "Note what the caller has said. Only what was said, "
	              "nothing of your own.",
	    json_pack("{s:s, s:o, s:b, s:i}", "type", "object", "properties",
	              properties, "additionalProperties", 0, "minProperties",
	              1));
}

/* "price: сколько стоит; person: оператор" */
static void describe(struct sv_buf *out, const struct scenario *scenario,
                     const int *intents, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const struct intent *intent = &scenario->intents[intents[i]];

		sv_buf_printf(out, "%s%s", i ? "; " : "", intent->name);
		if (intent->n_phrases)
			sv_buf_printf(out, ": %s", intent->phrases[0].text);
	}
}

static void offer_choose(struct functions *functions,
                         const struct conversation *conversation)
{
	const struct scenario *scenario = conversation->scenario;
	json_t *names = json_array();
	int intents[OFFERED_MAX];
	size_t i, n = functions_intents(conversation, intents);
	struct sv_buf about;

	sv_buf_init(&about, RESULT_MAX);
	describe(&about, scenario, intents, n);
	for (i = 0; i < n; i++)
		json_array_append_new(
			names, json_string(scenario->intents[intents[i]].name));
	if (n)
		add(functions, "choose",
		    is_russian(conversation)
		            ? "Чего хочет звонящий, если это одно из названного; "
		              "дальше разговор ведёт сценарий."
		            : "What the caller wants, if it is one of these; the "
		              "scenario goes on from there.",
		    json_pack("{s:s, s:{s:{s:s, s:O, s:s}}, s:[s], s:b}",
		              "type", "object", "properties", "intent", "type",
		              "string", "enum", names, "description",
		              sv_buf_str(&about), "required", "intent",
		              "additionalProperties", 0));
	json_decref(names);
	sv_buf_release(&about);
}

static void offer_tools(struct functions *functions,
                        const struct conversation *conversation)
{
	const struct scenario *scenario = conversation->scenario;
	const struct refs *tools = &current(conversation)->tools;
	size_t i;

	for (i = 0; i < tools->n && functions->n < FUNCTIONS_MAX; i++) {
		const struct tool *tool =
			&scenario->tools[tools->items[i].index];

		add(functions, tool->name, tool->about,
		    json_incref(tool->arguments));
	}
}

void functions_offer(struct functions *functions,
                     const struct conversation *conversation)
{
	functions->n = 0;
	offer_fill(functions, conversation);
	offer_choose(functions, conversation);
	offer_tools(functions, conversation);
}

void functions_release(struct functions *functions)
{
	size_t i;

	for (i = 0; i < functions->n; i++)
		json_decref(functions->items[i].parameters);
	functions->n = 0;
}
