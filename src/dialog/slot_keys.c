/* slot_keys.c: fills a slot from keys that were pressed */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/dialog/slot.h"

bool slot_takes_keys(const struct slot *slot)
{
	return slot->kind == SLOT_YESNO || slot->kind == SLOT_NUMBER ||
	       slot->kind == SLOT_MONEY || slot->kind == SLOT_PHONE ||
	       slot->kind == SLOT_DIGITS || slot->kind == SLOT_CHOICE;
}

size_t slot_keys(const struct slot *slot, const char *language,
                 const char *keys)
{
	bool russian = !strcmp(language, "ru");

	switch (slot->kind) {
	case SLOT_YESNO:
		return 1;
	case SLOT_CHOICE:
		return slot->n_choices < 10 ? 1 : 0;
	case SLOT_DIGITS:
		return (size_t)slot->digits_max;
	case SLOT_PHONE:
		if (russian)
			return *keys == '8' || *keys == '7' ? 11 : 10;
		return *keys == '1' ? 11 : 10;
	default:
		return 0;
	}
}

static enum sureness key_phone(const struct hearing *hearing,
                               char value[SLOT_VALUE])
{
	bool russian = !strcmp(hearing->language, "ru");
	const char *keys = hearing->text;
	size_t n = strlen(keys);

	if (n == 11 && (russian ? *keys == '8' || *keys == '7' : *keys == '1'))
		keys++;
	else if (n != 10)
		return SLOT_NOTHING;
	snprintf(value, SLOT_VALUE, "+%c%s", russian ? '7' : '1', keys);
	return SLOT_SURE;
}

static enum sureness key_choice(const struct slot *slot, long number,
                                char value[SLOT_VALUE])
{
	if (number < 1 || number > (long)slot->n_choices)
		return SLOT_NOTHING;
	snprintf(value, SLOT_VALUE, "%s", slot->choices[number - 1].value);
	return SLOT_SURE;
}

static enum sureness key_answer(long number, char value[SLOT_VALUE])
{
	snprintf(value, SLOT_VALUE, "%s", number == 1 ? "yes" : "no");
	return number == 1 || number == 2 ? SLOT_SURE : SLOT_NOTHING;
}

enum sureness keys_take(const struct slot *slot, const struct hearing *hearing,
                        char value[SLOT_VALUE])
{
	size_t n = strlen(hearing->text);
	long number = strtol(hearing->text, NULL, 10);

	if (!n || strspn(hearing->text, "0123456789") != n)
		return SLOT_NOTHING;
	switch (slot->kind) {
	case SLOT_YESNO:
		return key_answer(number, value);
	case SLOT_CHOICE:
		return key_choice(slot, number, value);
	case SLOT_PHONE:
		return key_phone(hearing, value);
	case SLOT_DIGITS:
		snprintf(value, SLOT_VALUE, "%s", hearing->text);
		return slot->digits_max && (n < (size_t)slot->digits_min ||
		                            n > (size_t)slot->digits_max)
		               ? SLOT_NOTHING
		               : SLOT_SURE;
	case SLOT_NUMBER:
	case SLOT_MONEY:
		if (n > 15)
			return SLOT_NOTHING;
		snprintf(value, SLOT_VALUE, "%ld", number);
		return slot_within(slot, value, hearing->today) ? SLOT_SURE
		                                                : SLOT_INVALID;
	default:
		return SLOT_NOTHING;
	}
}
