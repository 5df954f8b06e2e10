/* tn_ru_number.c: a number as it stands in the text, said */
#include <string.h>

#include "lib/tn_ru.h"

enum {
	FRACTION_MAX = 6, /* миллионных */
	GROUP_MAX = 9,
};

struct ru_form ru_form_of(enum ru_case which, enum ru_gender gender)
{
	struct ru_form form = { which, gender, false };

	return form;
}

void ru_say_cardinal(struct tn *tn, uint64_t n, struct ru_form form)
{
	struct sv_buf words;

	sv_buf_init(&words, RU_NUMBER_MAX);
	ru_cardinal(&words, n, form);
	tn_say(tn, sv_buf_str(&words));
	sv_buf_release(&words);
}

void ru_say_ordinal(struct tn *tn, uint64_t n, struct ru_form form)
{
	struct sv_buf words;

	sv_buf_init(&words, RU_NUMBER_MAX);
	ru_ordinal(&words, n, form);
	tn_say(tn, sv_buf_str(&words));
	sv_buf_release(&words);
}

void ru_say_group(struct tn *tn, const char *digits)
{
	if (strlen(digits) > GROUP_MAX) {
		ru_say_digits(tn, digits);
		return;
	}
	for (; *digits == '0'; digits++)
		ru_say_cardinal(tn, 0, ru_form_of(RU_NOM, RU_M));
	if (*digits)
		ru_say_cardinal(tn, tn_value(digits), ru_form_of(RU_NOM, RU_M));
}

void ru_say_digits(struct tn *tn, const char *digits)
{
	size_t left = strlen(digits);

	while (left) {
		/* threes, and never a lonely digit at the end */
		size_t n = left == 4 || left == 2 ? 2 : left < 3 ? left : 3;

		left -= n;
		for (; n; n--, digits++)
			ru_say_cardinal(tn, *digits - '0',
			                ru_form_of(RU_NOM, RU_M));
		if (left)
			tn_put(tn, ",", 1);
	}
}

bool ru_is_half(const struct tn_number *number)
{
	return number->fraction && !strcmp(number->fraction, "5") && number->n;
}

/* 007, and what is longer than numerals go */
bool ru_is_code(const struct tn_number *number)
{
	return number->n > RU_CARDINAL_MAX ||
	       (!number->grouped && !number->fraction &&
	        number->digits[0] == '0' && number->digits[1]);
}

/* две целых пять десятых */
static void say_decimal(struct tn *tn, const struct tn_number *number,
                        enum ru_case which)
{
	static const char whole[] = "ая ой ой ую ой ой ых ых ым ых ыми ых";
	uint64_t fraction = tn_value(number->fraction), ten = 1;
	struct sv_buf words;
	size_t len = strlen(number->fraction);
	int k = ru_counted(number->n, which);

	sv_buf_init(&words, RU_NUMBER_MAX);
	ru_cardinal(&words, number->n, ru_form_of(which, RU_F));
	ru_noun(&words, "цел", whole, k == RU_FEW ? RU_PLURAL + RU_GEN : k);
	ru_cardinal(&words, fraction, ru_form_of(which, RU_F));
	k = ru_counted(fraction, which);
	while (len--)
		ten *= 10;
	if (k < RU_PLURAL)
		ru_ordinal(&words, ten, ru_form_of(which, RU_F));
	else if (which == RU_NOM || which == RU_ACC)
		ru_ordinal(&words, ten, ru_form_of(RU_GEN, RU_PL));
	else
		ru_ordinal(&words, ten, ru_form_of(which, RU_PL));
	tn_say(tn, sv_buf_str(&words));
	sv_buf_release(&words);
}

/* полтора, два с половиной. Gives the form of what it counts. */
static int say_half(struct tn *tn, uint64_t n, struct ru_form form)
{
	bool direct = form.which == RU_NOM || form.which == RU_ACC;

	if (n == 1) {
		tn_say(tn, !direct               ? "полутора"
		           : form.gender == RU_F ? "полторы"
		                                 : "полтора");
		return direct ? RU_FEW : RU_PLURAL + (int)form.which;
	}
	ru_say_cardinal(tn, n, form);
	tn_say(tn, "с половиной");
	return ru_counted(n, form.which);
}

int ru_say_number(struct tn *tn, const struct tn_number *number,
                  struct ru_form form, bool half)
{
	if (number->minus)
		tn_say(tn, "минус");
	if (number->plus)
		tn_say(tn, "плюс");
	if (ru_is_code(number)) {
		ru_say_digits(tn, number->digits);
		return RU_PLURAL + RU_GEN;
	}
	if (half && ru_is_half(number))
		return say_half(tn, number->n, form);
	if (number->fraction && strlen(number->fraction) <= FRACTION_MAX) {
		say_decimal(tn, number, form.which);
		return RU_GEN;
	}
	ru_say_cardinal(tn, number->n, form);
	if (number->fraction) {
		tn_say(tn, "запятая");
		ru_say_digits(tn, number->fraction);
	}
	return ru_counted(number->n, form.which);
}
