/* slot_speak.c: a slot's value in events and in prompts */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/dialog/slot.h"

json_t *slot_json(const struct slot *slot, const char *value)
{
	double number;

	if (slot->kind == SLOT_YESNO)
		return json_boolean(!strcmp(value, "yes"));
	if (slot->kind != SLOT_NUMBER)
		return json_string(value);
	number = strtod(value, NULL);
	if (fabs(number) < 1e15 && number == floor(number))
		return json_integer((json_int_t)number);
	return isfinite(number) ? json_real(number) : json_string(value);
}

/* In groups, as a person reads a number out: +7 916 123-45-67. */
static void speak_phone(const char *value, char *out, size_t size)
{
	size_t n = strlen(value);

	if (n == 12 && !strncmp(value, "+7", 2))
		snprintf(out, size, "+7 %.3s %.3s-%.2s-%s", value + 2,
		         value + 5, value + 8, value + 10);
	else if (n == 12 && !strncmp(value, "+1", 2))
		snprintf(out, size, "+1 %.3s %.3s %s", value + 2, value + 5,
		         value + 8);
	else
		snprintf(out, size, "%s", value);
}

static void speak_date(const char *language, const char *value, char *out,
                       size_t size)
{
	static const char *const russian[] = {
		"января", "февраля", "марта",    "апреля",  "мая",    "июня",
		"июля",   "августа", "сентября", "октября", "ноября", "декабря"
	};
	static const char *const english[] = {
		"January",   "February", "March",    "April",
		"May",       "June",     "July",     "August",
		"September", "October",  "November", "December"
	};
	long month = strlen(value) == 10 ? strtol(value + 5, NULL, 10) : 0;
	long day = strlen(value) == 10 ? strtol(value + 8, NULL, 10) : 0;

	if (month < 1 || month > 12)
		snprintf(out, size, "%s", value);
	else if (!strcmp(language, "ru"))
		snprintf(out, size, "%ld %s", day, russian[month - 1]);
	else
		snprintf(out, size, "%s %ld", english[month - 1], day);
}

/* English speakers have twelve hours: 3 PM, 3:30 PM. */
static void speak_time(const char *language, const char *value, char *out,
                       size_t size)
{
	char *end;
	long hour = strtol(value, &end, 10);
	const char *half = hour % 24 < 12 ? "AM" : "PM";

	if (!strcmp(language, "ru") || *end != ':')
		snprintf(out, size, "%s", value);
	else if (!strcmp(end, ":00"))
		snprintf(out, size, "%ld %s", (hour + 11) % 12 + 1, half);
	else
		snprintf(out, size, "%ld%s %s", (hour + 11) % 12 + 1, end,
		         half);
}

/* One character at a time, so that a voice does not make a number of them. */
static void speak_digits(const char *value, char *out, size_t size)
{
	size_t len = 0;

	for (; *value && len + 3 < size; value++) {
		if (len)
			out[len++] = ' ';
		out[len++] = *value;
	}
	out[len] = '\0';
}

static void speak_money(const char *language, const char *value, char *out,
                        size_t size)
{
	static const struct {
		const char *code;
		const char *sign;
	} currencies[] = { { "RUB", "₽" }, { "USD", "$" }, { "EUR", "€" } };

	int len = (int)strcspn(value, " ");
	const char *code = value + len + (value[len] != '\0');
	bool after = !strcmp(language, "ru");
	size_t i;

	for (i = 0; i < sizeof currencies / sizeof *currencies; i++) {
		if (strcmp(code, currencies[i].code) != 0)
			continue;
		if (after)
			snprintf(out, size, "%.*s %s", len, value,
			         currencies[i].sign);
		else
			snprintf(out, size, "%s%.*s", currencies[i].sign, len,
			         value);
		return;
	}
	snprintf(out, size, "%s", value);
}

static void speak_choice(const struct slot *slot, const char *value, char *out,
                         size_t size)
{
	size_t i;

	for (i = 0; i < slot->n_choices; i++)
		if (!strcmp(slot->choices[i].value, value) &&
		    slot->choices[i].n)
			value = slot->choices[i].phrases[0].text;
	snprintf(out, size, "%s", value);
}

void slot_speak(const struct slot *slot, const char *language,
                const char *value, char *out, size_t size)
{
	bool yes = !strcmp(value, "yes");

	switch (slot->kind) {
	case SLOT_YESNO:
		if (!strcmp(language, "ru"))
			snprintf(out, size, "%s", yes ? "да" : "нет");
		else
			snprintf(out, size, "%s", value);
		break;
	case SLOT_PHONE:
		speak_phone(value, out, size);
		break;
	case SLOT_DATE:
		speak_date(language, value, out, size);
		break;
	case SLOT_TIME:
		speak_time(language, value, out, size);
		break;
	case SLOT_DIGITS:
		speak_digits(value, out, size);
		break;
	case SLOT_MONEY:
		speak_money(language, value, out, size);
		break;
	case SLOT_CHOICE:
		speak_choice(slot, value, out, size);
		break;
	default:
		snprintf(out, size, "%s", value);
	}
}
