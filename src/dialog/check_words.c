/* check_words.c: prompts, slots and intents that are missing or never used */
#include "src/dialog/check_words.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/text.h"

#include "src/dialog/experiment.h"

enum { MAX_SPOKEN = 32000 };

struct uses {
	const struct scenario *scenario;
	struct sv_problems *problems;
	bool *filled; /* slots: asked for, set, or told unasked */
	bool *read;   /* slots: in a prompt or a condition */
	bool *known;  /* intents: something follows from them */
};

static void use_template(const struct uses *uses, const char *text)
{
	const char *end;

	while ((text = strchr(text, '{'))) {
		end = strchr(text, '}');
		if (text[1] == '{' || !end) {
			text += text[1] == '{' ? 2 : 1;
			continue;
		}
		int slot = template_slot(uses->scenario, text + 1,
		                         (size_t)(end - text - 1));

		if (slot >= 0)
			uses->read[slot] = true;
		text = end;
	}
}

/* the text without its {slots}: what a voice has to say for sure */
static void bare(const char *text, struct sv_buf *out)
{
	while (*text) {
		size_t plain = strcspn(text, "{");
		const char *end;

		sv_buf_add(out, text, plain);
		text += plain;
		end = strchr(text, '}');
		if (*text)
			text = end && text[1] != '{' ? end + 1 : text + 1;
	}
}

static void check_speakable(const struct uses *uses,
                            const struct prompt *prompt, const char *text)
{
	struct sv_buf plain;
	struct sv_buf spoken;

	sv_buf_init(&plain, MAX_SPOKEN);
	sv_buf_init(&spoken, MAX_SPOKEN);
	bare(text, &plain);
	if (sv_tn(uses->scenario->language, sv_buf_str(&plain), &spoken))
		sv_problem_error(
			uses->problems, prompt->place,
			"a voice cannot say all of '%.80s': write it out",
			text);
	sv_buf_release(&plain);
	sv_buf_release(&spoken);
}

static void check_prompt(const struct uses *uses, const struct prompt *prompt)
{
	size_t i;
	size_t k;

	for (i = 0; i < prompt->n; i++) {
		use_template(uses, prompt->variants[i]);
		check_speakable(uses, prompt, prompt->variants[i]);
		for (k = 0; k < i && !prompt->n_wordings; k++)
			if (!strcmp(prompt->variants[i], prompt->variants[k]))
				sv_problem_warn(uses->problems, prompt->place,
				                "two variants are the same");
	}
}

static void use_rule(const struct uses *uses, const struct rule *rule)
{
	size_t i;

	for (i = 0; i < rule->intents.n; i++)
		uses->known[rule->intents.items[i].index] = true;
	for (i = 0; i < rule->n_set; i++)
		uses->filled[rule->set[i].slot.index] = true;
	for (i = 0; i < rule->condition.n; i++)
		if (rule->condition.terms[i].slot.index >= 0)
			uses->read[rule->condition.terms[i].slot.index] = true;
}

static void never_said(const struct uses *uses, struct sv_place place,
                       const char *what, const char *why)
{
	if (place.line)
		sv_problem_warn(uses->problems, place, "%s is never said: %s",
		                what, why);
}

/* in how many ways a prompt is said, in the variant that has the fewest */
static size_t least_ways(const struct prompt *prompt)
{
	size_t least = prompt->n_plain ? prompt->n_plain : prompt->n;
	size_t i;

	for (i = 0; i < prompt->n_wordings; i++)
		if (prompt->wordings[i].n < least)
			least = prompt->wordings[i].n;
	return least;
}

static void check_state(const struct uses *uses, const struct state *state)
{
	size_t i;

	for (i = 0; i < state->n_rules; i++)
		use_rule(uses, &state->rules[i]);
	if (state->ask.index >= 0)
		uses->filled[state->ask.index] = true;
	if (!state_listens(state)) {
		const char *why = "the state does not listen";

		never_said(uses, state->reask.place, "reask", why);
		never_said(uses, state->no_input.place, "no_input", why);
		never_said(uses, state->no_match.place, "no_match", why);
		return;
	}
	if (least_ways(&state->say) == 1 && !state->reask.n)
		sv_problem_warn(
			uses->problems, state->say.place,
			"'%s' would ask again in the same words: add a variant, or reask",
			state->name);
}

static bool kind_asked(const struct uses *uses, enum slot_kind kind)
{
	const struct scenario *scenario = uses->scenario;
	size_t i;

	for (i = 0; i < scenario->n_slots; i++)
		if (uses->filled[i] && scenario->slots[i].kind == kind)
			return true;
	return false;
}

/* "завтра в три" answers for a date and a time at once */
static bool comes_along(const struct uses *uses, const struct slot *slot)
{
	return slot->anytime > 0 ||
	       (slot->kind == SLOT_TIME && kind_asked(uses, SLOT_DATE)) ||
	       (slot->kind == SLOT_DATE && kind_asked(uses, SLOT_TIME));
}

static void check_slot(const struct uses *uses, size_t i)
{
	const struct slot *slot = &uses->scenario->slots[i];

	if (slot->confirm_below <= 0)
		never_said(uses, slot->confirm_say.place, "confirm_say",
		           "the slot is never confirmed");
	if (!slot->min && !slot->max)
		never_said(uses, slot->invalid.place, "invalid",
		           "the slot has neither min nor max");
	if (uses->filled[i] || comes_along(uses, slot))
		return;
	if (uses->read[i])
		sv_problem_error(uses->problems, slot->place,
		                 "the slot '%s' is used, but nothing fills it",
		                 slot->name);
	else
		sv_problem_warn(uses->problems, slot->place,
		                "the slot '%s' is never asked for", slot->name);
}

static void walk(const struct uses *uses)
{
	const struct scenario *scenario = uses->scenario;
	size_t i;

	for (i = 0; i < scenario->n_prompts; i++)
		check_prompt(uses, scenario->prompts[i]);
	for (i = 0; i < scenario->n_digressions; i++)
		uses->known[scenario->digressions[i].intent.index] = true;
	for (i = 0; i < scenario->n_states; i++)
		check_state(uses, &scenario->states[i]);
	for (i = 0; i + 1 < scenario->n_slots; i++)
		check_slot(uses, i);
	for (i = 0; i < scenario->n_intents; i++)
		if (!uses->known[i])
			sv_problem_warn(uses->problems,
			                scenario->intents[i].place,
			                "the intent '%s' is never used",
			                scenario->intents[i].name);
}

void check_words(const struct scenario *scenario, struct sv_problems *problems)
{
	struct uses uses = { scenario, problems,
		             sv_calloc(scenario->n_slots, 1),
		             sv_calloc(scenario->n_slots, 1),
		             sv_calloc(scenario->n_intents + 1, 1) };

	walk(&uses);
	check_experiments(scenario, problems);
	free(uses.filled);
	free(uses.read);
	free(uses.known);
}
