/* meaning.c: a model finds out what the rules did not understand */
#include "src/dialog/meaning.h"

#include <stdlib.h>
#include <string.h>

#include "src/dialog/functions.h"

/* A model that is as good as sure: an intent's threshold lies below. */
static const double sure = 0.9;

/* the same schema, or null */
static json_t *or_null(json_t *schema)
{
	return json_pack("{s:[o, {s:s}]}", "anyOf", schema, "type", "null");
}

static json_t *one_of(const struct scenario *scenario, const int *intents,
                      size_t n)
{
	json_t *names = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		json_array_append_new(
			names, json_string(scenario->intents[intents[i]].name));
	return json_pack("{s:s, s:o}", "type", "string", "enum", names);
}

/* "price: сколько стоит, почём" for each */
static json_t *hints(const struct scenario *scenario, const int *intents,
                     size_t n)
{
	json_t *text = json_object();
	size_t i, k;

	for (i = 0; i < n; i++) {
		const struct intent *intent = &scenario->intents[intents[i]];
		json_t *phrases = json_array();

		for (k = 0; k < intent->n_phrases && k < 3; k++)
			json_array_append_new(
				phrases, json_string(intent->phrases[k].text));
		json_object_set_new(text, intent->name, phrases);
	}
	return text;
}

/* what intents stand for is told in their description */
static void add_intents(json_t *properties,
                        const struct conversation *conversation)
{
	const struct scenario *scenario = conversation->scenario;
	int intents[OFFERED_MAX];
	size_t n = functions_intents(conversation, intents);
	json_t *about;
	json_t *schema;
	char *text;

	if (!n)
		return;
	about = hints(scenario, intents, n);
	text = json_dumps(about, JSON_COMPACT);
	schema = or_null(one_of(scenario, intents, n));
	json_object_set_new(schema, "description",
	                    json_string(text ? text : ""));
	json_object_set_new(properties, "intent", schema);
	json_decref(about);
	free(text);
}

static void add_slots(json_t *properties,
                      const struct conversation *conversation)
{
	const struct scenario *scenario = conversation->scenario;
	int slots[OFFERED_MAX];
	size_t i, n = functions_slots(conversation, slots);
	json_t *values = json_object();
	json_t *names = json_array();

	for (i = 0; i < n; i++) {
		const struct slot *slot = &scenario->slots[slots[i]];

		json_object_set_new(
			values, slot->name,
			or_null(functions_schema(slot, scenario->language)));
		json_array_append_new(names, json_string(slot->name));
	}
	if (n)
		json_object_set_new(properties, "slots",
		                    json_pack("{s:s, s:O, s:O, s:b}", "type",
		                              "object", "properties", values,
		                              "required", names,
		                              "additionalProperties", 0));
	json_decref(values);
	json_decref(names);
}

json_t *meaning_schema(const struct conversation *conversation)
{
	json_t *properties = json_object();
	json_t *names = json_array();
	void *at;

	add_intents(properties, conversation);
	add_slots(properties, conversation);
	if (conversation->confirming != REF_NONE)
		json_object_set_new(
			properties, "answer",
			or_null(json_pack("{s:s, s:[s, s]}", "type", "string",
		                          "enum", "yes", "no")));
	for (at = json_object_iter(properties); at;
	     at = json_object_iter_next(properties, at))
		json_array_append_new(names,
		                      json_string(json_object_iter_key(at)));
	if (!json_array_size(names)) {
		json_decref(properties);
		json_decref(names);
		return NULL;
	}
	return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties",
	                 properties, "required", names, "additionalProperties",
	                 0);
}

static void read_intent(const struct conversation *conversation,
                        const char *name, struct meaning *meaning)
{
	int intents[OFFERED_MAX];
	size_t i, n = functions_intents(conversation, intents);

	for (i = 0; name && i < n; i++)
		if (!strcmp(conversation->scenario->intents[intents[i]].name,
		            name)) {
			meaning->intents[0] =
				(struct scored){ intents[i], sure, 0 };
			meaning->n_intents = 1;
		}
}

static void read_slots(const struct conversation *conversation,
                       const json_t *values,
                       char *(*lift)(void *arg, const char *text), void *arg,
                       struct meaning *meaning)
{
	int slots[OFFERED_MAX];
	size_t i, n = functions_slots(conversation, slots);

	for (i = 0; i < n && meaning->n_fills < FILLS_MAX; i++) {
		const struct slot *slot =
			&conversation->scenario->slots[slots[i]];
		struct fill *fill = &meaning->fills[meaning->n_fills];
		const char *text =
			json_string_value(json_object_get(values, slot->name));
		char *lifted = text ? lift(arg, text) : NULL;
		json_t *given = lifted ? json_string(lifted) : NULL;

		if (given && functions_value(slot, &conversation->words, given,
		                             fill->value)) {
			fill->slot = slots[i];
			fill->sureness = SLOT_SURE;
			meaning->n_fills++;
		}
		json_decref(given);
		free(lifted);
	}
}

void meaning_read(const struct conversation *conversation, const json_t *answer,
                  char *(*lift)(void *arg, const char *text), void *arg,
                  struct meaning *meaning)
{
	const char *yes = json_string_value(json_object_get(answer, "answer"));

	memset(meaning, 0, sizeof *meaning);
	read_intent(conversation,
	            json_string_value(json_object_get(answer, "intent")),
	            meaning);
	read_slots(conversation, json_object_get(answer, "slots"), lift, arg,
	           meaning);
	if (yes && conversation->confirming != REF_NONE)
		meaning->answer = !strcmp(yes, "yes") ? ANSWER_YES : ANSWER_NO;
}
