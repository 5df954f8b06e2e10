/* conversation.c: what is known in one call, and its end */
#include "src/dialog/conversation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/dialog/experiment.h"

struct conversation *conversation_new(const struct scenario *scenario,
                                      const struct dialog_engine *type,
                                      struct engine *engine, const char *call)
{
	struct conversation *made = sv_alloc(sizeof *made);

	made->scenario = scenario;
	made->type = type;
	made->engine = engine;
	snprintf(made->call, sizeof made->call, "%s", call);
	made->state = REF_NONE;
	made->confirming = REF_NONE;
	made->question_slot = REF_NONE;
	made->slots = sv_calloc(scenario->n_slots, sizeof *made->slots);
	made->visits = sv_calloc(scenario->n_states, sizeof *made->visits);
	made->said = sv_calloc(scenario->n_prompts + 1, sizeof *made->said);
	made->arms = sv_calloc(scenario->n_experiments + 1, sizeof *made->arms);
	return made;
}

void outbox_release(struct outbox *outbox)
{
	size_t i;

	for (i = 0; i < outbox->n; i++)
		json_decref(outbox->items[i].fields);
	free(outbox->items);
	outbox->items = NULL;
	outbox->n = 0;
}

void conversation_free(struct conversation *conversation)
{
	size_t i;

	if (!conversation)
		return;
	for (i = 0; i < conversation->scenario->n_slots; i++)
		free(conversation->slots[i].value);
	free(conversation->slots);
	free(conversation->visits);
	free(conversation->said);
	free(conversation->arms);
	outbox_release(&conversation->out);
	history_release(&conversation->history);
	free(conversation->recalled);
	free((char *)(uintptr_t)conversation->words.text);
	free(conversation);
}

void conversation_write(struct conversation *conversation, const char *type,
                        json_t *fields)
{
	struct outbox *out = &conversation->out;

	out->items = sv_realloc(out->items, (out->n + 1) * sizeof *out->items);
	out->items[out->n].type = type;
	out->items[out->n].fields = fields;
	out->n++;
}

const char *conversation_value(const void *arg, int slot)
{
	/* the numbers a condition can compare visits with */
	static const char *const small[] = { "0", "1", "2", "3", "4",
		                             "5", "6", "7", "8", "9" };
	const struct conversation *conversation = arg;
	unsigned visits;

	if (slot >= 0)
		return conversation->slots[slot].value;
	if (slot != SLOT_VISITS || conversation->state < 0)
		return NULL;
	visits = conversation->visits[conversation->state];
	return small[visits < 9 ? visits : 9];
}

void conversation_fill(struct conversation *conversation, int slot,
                       const char *value, const struct hearing *hearing)
{
	const struct slot *kind = &conversation->scenario->slots[slot];
	struct filled *filled = &conversation->slots[slot];
	char *copy = sv_strdup(value); /* value may be the old one */
	json_t *fields;

	free(filled->value);
	filled->value = copy;
	filled->confidence = hearing ? hearing->confidence : 1;
	fields = json_pack("{s:s, s:s, s:o, s:b}", "slot", kind->name, "kind",
	                   slot_kind_name(kind->kind), "value",
	                   slot_json(kind, copy), "confirmed",
	                   filled->confirmed);
	if (hearing && fields) {
		json_object_set_new(fields, "raw", json_string(hearing->text));
		json_object_set_new(fields, "confidence",
		                    json_real(hearing->confidence));
	}
	conversation_write(conversation, "dialog.slot", fields);
}

void conversation_forget(struct conversation *conversation, int slot)
{
	struct filled *filled = &conversation->slots[slot];

	free(filled->value);
	filled->value = NULL;
	filled->confirmed = false;
}

json_t *conversation_slots(const struct conversation *conversation)
{
	const struct scenario *scenario = conversation->scenario;
	json_t *slots = json_object();
	size_t i;

	for (i = 0; i + 1 < scenario->n_slots; i++)
		if (conversation->slots[i].value)
			json_object_set_new(
				slots, scenario->slots[i].name,
				slot_json(&scenario->slots[i],
			                  conversation->slots[i].value));
	return slots;
}

const struct slot *conversation_asked(const struct conversation *conversation)
{
	const struct scenario *scenario = conversation->scenario;
	int slot;

	if (conversation->ended || conversation->state < 0)
		return NULL;
	slot = scenario->states[conversation->state].ask.index;
	return slot >= 0 ? &scenario->slots[slot] : NULL;
}

const char *conversation_open(const struct conversation *conversation)
{
	int slot = conversation->question_slot;

	if (slot < 0 || !*conversation->question ||
	    (conversation->slots[slot].value &&
	     (conversation->slots[slot].confirmed ||
	      conversation->confirming != slot)))
		return NULL;
	return conversation->question;
}

void conversation_remember(char kept[REMEMBERED], const char *text)
{
	size_t len = strlen(text);

	if (len >= REMEMBERED)
		text += len - (REMEMBERED - 1);
	while (((unsigned char)*text & 0xc0) == 0x80)
		text++;
	memmove(kept, text, strlen(text) + 1);
}

void conversation_end(struct conversation *conversation, const char *outcome)
{
	const struct scenario *scenario = conversation->scenario;
	const char *caller = conversation->slots[scenario->n_slots - 1].value;

	if (conversation->ended)
		return;
	conversation->ended = true;
	if (conversation->parting == PART_NOT)
		conversation->parting = PART_HANGUP;
	conversation_write(
		conversation, "dialog.end",
		json_pack("{s:s, s:o, s:i, s:s*, s:s*, s:s, s:s*, s:I, s:o*}",
	                  "outcome", outcome, "slots",
	                  conversation_slots(conversation), "turns",
	                  conversation->heard, "scenario", scenario->name,
	                  "version", scenario->version, "language",
	                  scenario->language, "caller", caller, "duration_ms",
	                  (json_int_t)(conversation->t - conversation->begun_t),
	                  "experiments", experiment_all(conversation)));
}

void conversation_part(struct conversation *conversation)
{
	if (conversation->parting == PART_TRANSFER)
		conversation_write(
			conversation, "call.transfer",
			json_pack("{s:s}", "target", conversation->target));
	else if (conversation->parting == PART_HANGUP)
		conversation_write(conversation, "call.hangup",
		                   json_pack("{s:s}", "reason",
		                             "the conversation has ended"));
	conversation->parting = PART_DONE;
}

bool conversation_first_time(struct conversation *conversation,
                             int64_t utterance)
{
	size_t n = conversation->n_utterances;
	size_t i;

	for (i = 0; i < n && i < UTTERANCES; i++)
		if (conversation->utterances[i] == utterance)
			return false;
	conversation->utterances[n % UTTERANCES] = utterance;
	conversation->n_utterances++;
	return true;
}

/* the slot that keys would fill, or NULL; yes and no where a value is in
 * question */
static const struct slot *keyed_slot(const struct conversation *conversation)
{
	static const struct slot yesno = { .kind = SLOT_YESNO };
	const struct slot *slot = conversation->confirming == REF_NONE
	                                  ? conversation_asked(conversation)
	                                  : &yesno;

	return slot && slot_takes_keys(slot) ? slot : NULL;
}

/* whether a key is an answer, or a part of one */
static bool answers(const struct slot *slot, char key)
{
	if (slot->kind == SLOT_YESNO)
		return key == '1' || key == '2';
	if (slot->kind == SLOT_CHOICE && slot->n_choices < 10)
		return key > '0' && key <= '0' + (int)slot->n_choices;
	return true;
}

static int intent_in(const struct keys *keys, char key)
{
	size_t i;

	for (i = 0; i < keys->n; i++)
		if (keys->items[i].key == key)
			return keys->items[i].intent.index;
	return REF_NONE;
}

int conversation_key_intent(const struct conversation *conversation, char key)
{
	const struct scenario *scenario = conversation->scenario;
	const struct slot *slot = keyed_slot(conversation);
	int intent;

	if (conversation->ended || conversation->state < 0 ||
	    conversation->keys[0] || (slot && answers(slot, key)))
		return REF_NONE;
	intent = intent_in(&scenario->states[conversation->state].keys, key);
	return intent == REF_NONE ? intent_in(&scenario->keys, key) : intent;
}

bool conversation_takes_key(const struct conversation *conversation, char key)
{
	return conversation_key_intent(conversation, key) != REF_NONE ||
	       (keyed_slot(conversation) && strchr("0123456789*#", key));
}

/* # ends what was keyed, * begins anew; A to D mean nothing here */
bool conversation_key(struct conversation *conversation, char key)
{
	const struct slot *slot = keyed_slot(conversation);
	char *keys = conversation->keys;
	size_t n = strlen(keys);

	if (conversation_key_intent(conversation, key) != REF_NONE) {
		keys[0] = key;
		keys[1] = '\0';
		return true;
	}
	if (!slot)
		return false;
	if (key == '*')
		keys[0] = '\0';
	if (key == '#')
		return n > 0;
	if (key < '0' || key > '9')
		return false;
	if (n + 1 < sizeof conversation->keys) {
		keys[n++] = key;
		keys[n] = '\0';
	}
	return n == slot_keys(slot, conversation->scenario->language, keys);
}
