/* play_expect.c: what was expected against what has happened */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/dialog/play.h"

/* all that was said in a turn, yours to free() */
static char *said(const struct play *play)
{
	struct sv_buf out = { .max = TRANSCRIPT_MAX };
	const json_t *say;
	size_t i;

	json_array_foreach (play->says, i, say) {
		if (i)
			sv_buf_putc(&out, ' ');
		sv_buf_puts(&out,
		            json_string_value(json_object_get(say, "text")));
	}
	return sv_buf_take(&out);
}

static void expect_words(struct play *play, const struct wanted *wanted,
                         const char *text)
{
	struct words words;
	size_t i;

	for (i = 0; i < wanted->hears.n; i++)
		if (!strstr(text, wanted->hears.items[i]))
			play_wrong(play, wanted->hears.places[i],
			           "'%.200s' was to be said; said was '%.800s'",
			           wanted->hears.items[i], text);
	words_init(&words, text);
	for (i = 0; i < wanted->matches.n; i++) {
		const struct patterns one = { &wanted->matches.items[i], 1 };

		if (!patterns_fit(&one, &words))
			play_wrong(play, wanted->matches.items[i]->place,
			           "the pattern does not match '%.800s'",
			           words.text);
	}
}

static void expect_never(struct play *play, const struct strings *never,
                         const char *text)
{
	size_t i;

	for (i = 0; i < never->n; i++)
		if (strstr(text, never->items[i]))
			play_wrong(play, never->places[i],
			           "'%.200s' was not to be said",
			           never->items[i]);
}

/* the names in a list, or as a key of its objects, for people to read */
static char *listed(const json_t *list, const char *key)
{
	struct sv_buf out = { .max = TRANSCRIPT_MAX };
	const json_t *item;
	const char *name;
	size_t i;

	json_array_foreach (list, i, item) {
		name = json_string_value(key ? json_object_get(item, key)
		                             : item);
		sv_buf_printf(&out, "%s%s", i ? ", " : "", name ? name : "?");
	}
	if (!out.len)
		sv_buf_puts(&out, "none");
	return sv_buf_take(&out);
}

static bool holds(const json_t *list, const char *key, const char *wanted)
{
	const json_t *item;
	const char *name;
	size_t i;

	json_array_foreach (list, i, item) {
		name = json_string_value(key ? json_object_get(item, key)
		                             : item);
		if (name && !strcmp(name, wanted))
			return true;
	}
	return false;
}

static void expect_all(struct play *play, const struct strings *wanted,
                       const json_t *list, const char *key)
{
	size_t i;

	for (i = 0; i < wanted->n; i++)
		if (!holds(list, key, wanted->items[i])) {
			char *names = listed(list, key);

			play_wrong(play, wanted->places[i],
			           "%s '%s' was expected; there was: %s",
			           key ? "the prompt" : "a run of the tool",
			           wanted->items[i], names);
			free(names);
		}
}

/* the value as dialog.slot has it, yours to free(); NULL: not filled */
static char *value_of(const struct play *play, int slot)
{
	const char *value = play->conversation->slots[slot].value;
	json_t *json;
	char *text;

	if (!value)
		return NULL;
	json = slot_json(&play->suite->scenario->slots[slot], value);
	text = json_is_string(json) ? sv_strdup(json_string_value(json))
	                            : json_dumps(json, JSON_ENCODE_ANY);
	json_decref(json);
	return text;
}

static void expect_value(struct play *play, const struct fixed *fixed,
                         struct sv_place place)
{
	const char *name = play->suite->scenario->slots[fixed->slot].name;
	const char *raw = play->conversation->slots[fixed->slot].value;
	char *value = value_of(play, fixed->slot);

	if (!value)
		play_wrong(play, place,
		           "the slot %s was to be '%s', and is empty", name,
		           fixed->value);
	/* yes, as a scenario has it, is true in an event */
	else if (strcmp(value, fixed->value) != 0 &&
	         strcmp(raw, fixed->value) != 0)
		play_wrong(play, place,
		           "the slot %s was to be '%s', and is '%s'", name,
		           fixed->value, value);
	free(value);
}

static void expect_empty(struct play *play, const char *name,
                         struct sv_place place)
{
	char *value =
		value_of(play, scenario_slot(play->suite->scenario, name));

	if (value)
		play_wrong(play, place,
		           "the slot %s was to be empty, and is '%s'", name,
		           value);
	free(value);
}

static void expect_slots(struct play *play, const struct wanted *wanted,
                         struct sv_place place)
{
	size_t i;

	for (i = 0; i < wanted->n_slots; i++)
		expect_value(play, &wanted->slots[i], place);
	for (i = 0; i < wanted->empty.n; i++)
		expect_empty(play, wanted->empty.items[i],
		             wanted->empty.places[i]);
}

static void expect_state(struct play *play, const struct act *act)
{
	int at = play->conversation->state;
	const char *state =
		at >= 0 ? play->suite->scenario->states[at].name : "none";

	if (act->wanted.state && strcmp(state, act->wanted.state) != 0)
		play_wrong(play, act->place,
		           "the state %s was expected; it is %s",
		           act->wanted.state, state);
}

void play_expect(struct play *play, const struct act *act)
{
	const struct wanted *wanted = &act->wanted;
	char *text = said(play);

	expect_words(play, wanted, text);
	expect_never(play, &wanted->never, text);
	free(text);
	expect_all(play, &wanted->prompts, play->says, "prompt");
	expect_all(play, &wanted->tools, play->tools, NULL);
	expect_state(play, act);
	expect_slots(play, wanted, act->place);
	if (wanted->asks_cut && wanted->cut != play->cut)
		play_wrong(play, act->place, "our words were %s",
		           play->cut ? "cut, and were not to be"
		                     : "not cut, and were to be");
	if (wanted->within_us && play->took_us > wanted->within_us)
		play_wrong(play, act->place,
		           "the turn took %.1f ms; %d were allowed",
		           (double)play->took_us / 1000,
		           wanted->within_us / 1000);
}

static void expect_word(struct play *play, const char *what, const char *wanted,
                        const char *is)
{
	if (wanted && (!is || strcmp(wanted, is) != 0))
		play_wrong(play, play->script->place,
		           "the %s was to be '%s', and %s%s%s", what, wanted,
		           is ? "is '" : "there is none", is ? is : "",
		           is ? "'" : "");
}

void play_expect_end(struct play *play)
{
	const struct script *script = play->script;

	expect_word(play, "outcome", script->outcome, play->outcome);
	expect_word(play, "target", script->target, play->target);
	expect_slots(play, &script->wanted, script->place);
	expect_never(play, &script->wanted.never, sv_buf_str(&play->all));
}
