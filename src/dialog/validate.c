/* validate.c: whether slots and prompts make sense by themselves */
#include <string.h>

#include "src/dialog/load.h"
#include "src/dialog/slot.h"

static void check_limit(struct sv_problems *problems, const struct slot *slot,
                        const char *limit)
{
	if (limit && !slot_limit_valid(slot->kind, limit))
		sv_problem_error(problems, slot->place,
		                 "'%.40s' is no limit for a %s", limit,
		                 slot_kind_name(slot->kind));
}

void validate_slot(struct slot *slot, struct sv_problems *problems)
{
	if (!strcmp(slot->name, "caller") || !strcmp(slot->name, "visits"))
		sv_problem_error(problems, slot->place,
		                 "'%s' is there already and cannot be a slot",
		                 slot->name);
	if (slot->kind == SLOT_CHOICE && !slot->n_choices)
		sv_problem_error(problems, slot->place,
		                 "the choice '%s' needs choices", slot->name);
	if (slot->kind != SLOT_CHOICE && slot->n_choices)
		sv_problem_error(problems, slot->place,
		                 "choices are for the type choice");
	if (slot->digits_max && slot->kind != SLOT_DIGITS)
		sv_problem_error(problems, slot->place,
		                 "digits are for the type digits");
	if ((slot->min || slot->max) && slot->kind != SLOT_NUMBER &&
	    slot->kind != SLOT_MONEY && slot->kind != SLOT_DATE &&
	    slot->kind != SLOT_TIME)
		sv_problem_error(
			problems, slot->place,
			"min and max are for numbers, money, dates and times");
	else if (slot->min || slot->max) {
		check_limit(problems, slot, slot->min);
		check_limit(problems, slot, slot->max);
	}
	if (slot->anytime < 0)
		slot->anytime = slot->kind == SLOT_PHONE ||
		                slot->kind == SLOT_EMAIL ||
		                slot->kind == SLOT_NAME;
}

/* {slot} is its value, {{ is a brace */
static void check_template(const struct scenario *scenario,
                           const struct prompt *prompt, const char *text,
                           struct sv_problems *problems)
{
	const char *end;

	while ((text = strchr(text, '{'))) {
		if (text[1] == '{') {
			text += 2;
			continue;
		}
		end = strchr(text, '}');
		if (!end) {
			sv_problem_error(problems, prompt->place,
			                 "a { without its }");
			return;
		}
		text++;
		if (template_slot(scenario, text, (size_t)(end - text)) ==
		    REF_NONE)
			sv_problem_error(
				problems, prompt->place,
				"no slot '%.*s' for the prompt",
				(int)(end - text > 60 ? 60 : end - text), text);
		text = end;
	}
}

void validate_prompt(const struct scenario *scenario,
                     const struct prompt *prompt, struct sv_problems *problems)
{
	size_t i;

	for (i = 0; i < prompt->n; i++)
		check_template(scenario, prompt, prompt->variants[i], problems);
}
