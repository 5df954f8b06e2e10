/* load_slot.c: the slots of a scenario: what the caller is to tell */
#include <stdlib.h>
#include <string.h>

#include "src/dialog/load.h"

static const char *const kinds[SLOT_KINDS] = {
	[SLOT_TEXT] = "text",     [SLOT_YESNO] = "yesno",
	[SLOT_NUMBER] = "number", [SLOT_MONEY] = "money",
	[SLOT_PHONE] = "phone",   [SLOT_EMAIL] = "email",
	[SLOT_NAME] = "name",     [SLOT_DATE] = "date",
	[SLOT_TIME] = "time",     [SLOT_CHOICE] = "choice",
	[SLOT_DIGITS] = "digits",
};

const char *slot_kind_name(enum slot_kind kind)
{
	return kinds[kind];
}

static void load_kind(struct loader *loader, const struct sv_node *node,
                      void *target)
{
	const char *text = load_string(loader, node);
	struct sv_guess guess = { .typed = text };
	char hint[96];
	int kind;

	if (!text)
		return;
	for (kind = 0; kind < SLOT_KINDS; kind++) {
		if (!strcmp(kinds[kind], text)) {
			*(enum slot_kind *)target = (enum slot_kind)kind;
			return;
		}
		sv_guess_offer(&guess, kinds[kind]);
	}
	sv_problem_error(loader->problems, node->place,
	                 "unknown type '%.40s'%s", text,
	                 sv_guess_hint(&guess, hint));
}

static void load_confirm(struct loader *loader, const struct sv_node *node,
                         void *target)
{
	const char *text = load_string(loader, node);
	double *below = target;
	char *end;

	if (!text)
		return;
	if (!strcmp(text, "never")) {
		*below = 0;
	} else if (!strcmp(text, "always")) {
		*below = 2;
	} else {
		*below = strtod(text, &end);
		if (*end || !(*below > 0 && *below <= 1))
			sv_problem_error(
				loader->problems, node->place,
				"confirm is to be always, never, or the confidence below which to confirm, as 0.7");
	}
}

/* digits: 10, or digits: 10-12 */
static void load_digits(struct loader *loader, const struct sv_node *node,
                        void *target)
{
	const char *text = load_string(loader, node);
	struct slot *slot = target;
	char *end;
	long least;
	long most;

	if (!text)
		return;
	least = strtol(text, &end, 10);
	most = *end == '-' ? strtol(end + 1, &end, 10) : least;
	if (*end || least < 1 || most < least || most > 40) {
		sv_problem_error(
			loader->problems, node->place,
			"digits is to be a number up to 40, or two as 10-12");
		return;
	}
	slot->digits_min = (int)least;
	slot->digits_max = (int)most;
}

static void load_choices(struct loader *loader, const struct sv_node *node,
                         void *target)
{
	struct slot *slot = target;
	const struct sv_node *child = node->first;
	struct strings strings;
	size_t n = 0;

	if (!load_is(loader, node, SV_NODE_MAP))
		return;
	slot->choices = load_alloc(loader, node->n, sizeof *slot->choices);
	for (; child; child = child->next, n++) {
		load_strings(loader, child, &strings);
		slot->choices[n].value = child->key;
		slot->choices[n].place = child->key_place;
		slot->choices[n].phrases = load_phrases(loader, &strings);
		slot->choices[n].n = strings.n;
	}
	slot->n_choices = n;
}

static void load_anytime(struct loader *loader, const struct sv_node *node,
                         void *target)
{
	bool anytime = false;

	load_bool(loader, node, &anytime);
	*(int *)target = anytime;
}

static void load_slot(struct loader *loader, const struct sv_node *node,
                      struct slot *slot)
{
	static const struct field fields[] = {
		{ "type", load_kind, offsetof(struct slot, kind), true },
		{ "min", load_text, offsetof(struct slot, min), false },
		{ "max", load_text, offsetof(struct slot, max), false },
		{ "digits", load_digits, 0, false },
		{ "confirm", load_confirm, offsetof(struct slot, confirm_below),
		  false },
		{ "confirm_say", load_prompt,
		  offsetof(struct slot, confirm_say), false },
		{ "invalid", load_prompt, offsetof(struct slot, invalid),
		  false },
		{ "choices", load_choices, 0, false },
		{ "anytime", load_anytime, offsetof(struct slot, anytime),
		  false },
		{ 0 },
	};

	slot->anytime = -1;
	load_fields(loader, node, fields, slot);
}

void load_slots(struct loader *loader, const struct sv_node *node, void *target)
{
	struct scenario *scenario = target;
	const struct sv_node *child = node->first;
	struct slot *caller;

	if (!load_is(loader, node, SV_NODE_MAP))
		return;
	scenario->slots =
		load_alloc(loader, node->n + 1, sizeof *scenario->slots);
	for (; child; child = child->next) {
		struct slot *slot = &scenario->slots[scenario->n_slots++];

		slot->name = child->key;
		slot->place = child->key_place;
		load_context(loader, child->key, NULL);
		load_slot(loader, child, slot);
	}
	caller = &scenario->slots[scenario->n_slots++];
	caller->name = "caller";
	caller->kind = SLOT_PHONE;
}
