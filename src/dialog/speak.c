/* speak.c: what the assistant says, and what it then waits for */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/clock.h"

#include "src/dialog/experiment.h"

enum { MAX_SPOKEN = 8000, MAX_HINTS = 200 };

/* FNV-1a, 64 bits: the same call and prompt give the same on any machine */
static uint64_t hash(const char *call, const char *prompt)
{
	uint64_t value = 14695981039346656037U;

	for (; *call; call++)
		value = (value ^ (unsigned char)*call) * 1099511628211U;
	for (; *prompt; prompt++)
		value = (value ^ (unsigned char)*prompt) * 1099511628211U;
	return value ^ value >> 32;
}

/* the slot at {name}, whose end is *end; REF_NONE when it is not one */
static int slot_at(const struct conversation *conversation, const char *brace,
                   const char **end)
{
	*end = strchr(brace, '}');
	if (!*end || brace[1] == '{')
		return REF_NONE;
	return template_slot(conversation->scenario, brace + 1,
	                     (size_t)(*end - brace - 1));
}

static bool sayable(const struct conversation *conversation, const char *text)
{
	const char *end;
	const char *at = text;

	while ((at = strchr(at, '{'))) {
		int slot = slot_at(conversation, at, &end);

		if (slot >= 0 && !conversation->slots[slot].value)
			return false;
		at += at[1] == '{' ? 2 : 1;
	}
	return true;
}

static const char *add_slot(const struct conversation *conversation,
                            const char *brace, struct sv_buf *out)
{
	const struct scenario *scenario = conversation->scenario;
	const char *end;
	int slot = slot_at(conversation, brace, &end);
	char spoken[SLOT_VALUE + 64];

	if (brace[1] == '{' || !end) {
		sv_buf_putc(out, '{');
		return brace + (brace[1] == '{' ? 2 : 1);
	}
	if (slot >= 0 && conversation->slots[slot].value) {
		slot_speak(&scenario->slots[slot], scenario->language,
		           conversation->slots[slot].value, spoken,
		           sizeof spoken);
		sv_buf_puts(out, spoken);
	}
	return end + 1;
}

char *conversation_render(const struct conversation *conversation,
                          const char *text)
{
	struct sv_buf out;

	/* full cannot be but by many long slots: the rest is then left out */
	sv_buf_init(&out, MAX_SPOKEN);
	while (*text) {
		size_t plain = strcspn(text, "{");

		sv_buf_add(&out, text, plain);
		text += plain;
		if (*text)
			text = add_slot(conversation, text, &out);
	}
	return sv_buf_take(&out);
}

/* By the call and the prompt, so that a replayed call hears the same words;
 * said again in one call, a prompt takes its next variant. Variants that need
 * a slot not yet filled are passed over while there are others. */
static size_t choose(const struct conversation *conversation,
                     const struct prompt *prompt)
{
	uint64_t first = hash(conversation->call, prompt->name) +
	                 conversation->said[prompt->id];
	size_t n, i, from = experiment_texts(conversation, prompt, &n);

	for (i = 0; i < n; i++) {
		size_t variant = from + (size_t)((first + i) % n);

		if (sayable(conversation, prompt->variants[variant]))
			return variant;
	}
	return from + (n ? (size_t)(first % n) : 0);
}

const char *conversation_first(const struct conversation *conversation,
                               const struct prompt *prompt)
{
	size_t n, i, from = experiment_texts(conversation, prompt, &n);

	for (i = 0; i + 1 < n; i++)
		if (sayable(conversation, prompt->variants[from + i]))
			break;
	return prompt->variants[from + i];
}

static void say(struct conversation *conversation, char *text, json_t *more)
{
	const struct scenario *scenario = conversation->scenario;
	const char *voice = experiment_voice(conversation);
	int64_t us = conversation->heard_us
	                     ? sv_now_us() - conversation->heard_us
	                     : 0;
	char id[SAY_ID];
	json_t *fields;

	snprintf(id, sizeof id, "s%d", ++conversation->says);
	fields = json_pack("{s:s, s:s, s:s, s:i, s:I}", "say", id, "text", text,
	                   "language", scenario->language, "turn",
	                   conversation->turn, "dialog_ms",
	                   (json_int_t)(us / 1000));
	if (voice && fields)
		json_object_set_new(fields, "voice", json_string(voice));
	if (fields)
		json_object_update(fields, more);
	json_decref(more);
	conversation_remember(conversation->last_say, text);
	if (conversation->minded)
		history_say(&conversation->history, id, text);
	free(text);
	conversation_write(conversation, "dialog.say", fields);
}

void conversation_talk(struct conversation *conversation, const char *text,
                       json_t *more)
{
	const struct scenario *scenario = conversation->scenario;
	char prompt[96];
	json_t *fields;

	snprintf(prompt, sizeof prompt, "%.80s.talk",
	         scenario->states[conversation->state].name);
	fields = json_pack("{s:s, s:s, s:b, s:o*}", "prompt", prompt,
	                   "prompt_version", scenario->model.version,
	                   "interruptible", true, "experiments",
	                   experiment_of(conversation, NULL));
	if (more)
		json_object_update(fields, more);
	json_decref(more);
	say(conversation, sv_strdup(text), fields);
}

void conversation_say(struct conversation *conversation,
                      const struct prompt *prompt)
{
	size_t variant;

	if (!prompt->n)
		return;
	variant = choose(conversation, prompt);
	conversation->said[prompt->id]++;
	say(conversation,
	    conversation_render(conversation, prompt->variants[variant]),
	    json_pack("{s:s, s:i, s:b, s:o*}", "prompt", prompt->name,
	              "variant", (int)variant, "interruptible",
	              prompt->interruptible, "experiments",
	              experiment_of(conversation, prompt)));
}

void conversation_confirm_say(struct conversation *conversation, int slot)
{
	const struct scenario *scenario = conversation->scenario;
	const struct slot *kind = &scenario->slots[slot];
	char spoken[SLOT_VALUE + 64];
	char name[96];

	if (kind->confirm_say.n) {
		conversation_say(conversation, &kind->confirm_say);
		return;
	}
	slot_speak(kind, scenario->language, conversation->slots[slot].value,
	           spoken, sizeof spoken);
	snprintf(name, sizeof name, "%.60s.confirm_say", kind->name);
	say(conversation,
	    sv_format(!strcmp(scenario->language, "ru") ? "%s. Верно?"
	                                                : "%s. Is that right?",
	              spoken),
	    json_pack("{s:s, s:i, s:b, s:o*}", "prompt", name, "variant", 0,
	              "interruptible", true, "experiments",
	              experiment_of(conversation, NULL)));
}

static const char *expected(enum slot_kind kind)
{
	switch (kind) {
	case SLOT_TEXT:
		return "free";
	case SLOT_MONEY:
		return "number";
	default:
		return slot_kind_name(kind);
	}
}

static void add_phrases(json_t *hints, const struct phrase *phrases, size_t n)
{
	size_t i;

	for (i = 0; i < n && json_array_size(hints) < MAX_HINTS; i++) {
		char text[256];
		size_t len = 0;
		size_t k;

		for (k = 0; k < phrases[i].n; k++)
			len += (size_t)snprintf(
				text + len,
				len < sizeof text ? sizeof text - len : 0,
				"%s%s", len ? " " : "", phrases[i].words[k]);
		if (len < sizeof text)
			json_array_append_new(hints, json_string(text));
	}
}

static void add_intents(const struct conversation *conversation, json_t *hints)
{
	const struct scenario *scenario = conversation->scenario;
	const struct state *state = &scenario->states[conversation->state];
	size_t i;
	size_t k;

	for (i = 0; i < state->n_rules; i++)
		for (k = 0; k < state->rules[i].intents.n; k++) {
			const struct intent *intent =
				&scenario->intents[state->rules[i]
			                                   .intents.items[k]
			                                   .index];

			add_phrases(hints, intent->phrases, intent->n_phrases);
		}
	for (i = 0; i < scenario->n_digressions; i++) {
		const struct intent *intent =
			&scenario->intents[scenario->digressions[i]
		                                   .intent.index];

		add_phrases(hints, intent->phrases, intent->n_phrases);
	}
}

/* What may be said to a yes-or-no question or a choice; a recogniser that
 * takes a grammar hears these few words better than all words. */
static json_t *hints_for(const struct conversation *conversation,
                         const struct slot *slot)
{
	const char *const *answers =
		answer_hints(conversation->scenario->language);
	json_t *hints;
	size_t i;

	if (slot->kind != SLOT_YESNO && slot->kind != SLOT_CHOICE)
		return NULL;
	hints = json_array();
	for (i = 0; slot->kind == SLOT_YESNO && answers[i]; i++)
		json_array_append_new(hints, json_string(answers[i]));
	for (i = 0; i < slot->n_choices; i++)
		add_phrases(hints, slot->choices[i].phrases,
		            slot->choices[i].n);
	return hints;
}

void conversation_expect(struct conversation *conversation)
{
	const struct scenario *scenario = conversation->scenario;
	const struct state *state = &scenario->states[conversation->state];
	const struct slot *slot = conversation_asked(conversation);
	const struct slot yesno = { .kind = SLOT_YESNO };
	const struct slot text = { .kind = SLOT_TEXT };
	char id[SAY_ID];
	json_t *fields;
	json_t *hints;

	conversation_remember(conversation->question, conversation->last_say);
	conversation->question_slot = state->ask.index;
	if (conversation->confirming != REF_NONE) {
		conversation->question_slot = conversation->confirming;
		slot = &yesno;
	}
	if (!slot)
		slot = &text;
	snprintf(id, sizeof id, "s%d", conversation->says);
	fields = json_pack("{s:s, s:s, s:s}", "expect", expected(slot->kind),
	                   "language", scenario->language, "say", id);
	hints = hints_for(conversation, slot);
	if (hints && fields) {
		if (state->closed && slot != &yesno)
			add_intents(conversation, hints);
		json_object_set_new(fields, "hints", hints);
		json_object_set_new(
			fields, "closed",
			json_boolean(state->closed && slot != &yesno));
	}
	if (slot->digits_max && slot->digits_max == slot->digits_min && fields)
		json_object_set_new(fields, "digits",
		                    json_integer(slot->digits_max));
	conversation_write(conversation, "asr.expect", fields);
}
