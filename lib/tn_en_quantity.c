/* tn_en_quantity.c: numbers, what they measure, money, ranges, in English */
#include <string.h>

#include "lib/tn_en.h"

void en_say_cardinal(struct tn *tn, uint64_t n)
{
	struct sv_buf words;

	sv_buf_init(&words, EN_NUMBER_MAX);
	en_cardinal(&words, n);
	tn_say(tn, sv_buf_str(&words));
	sv_buf_release(&words);
}

void en_say_ordinal(struct tn *tn, uint64_t n)
{
	struct sv_buf words;

	sv_buf_init(&words, EN_NUMBER_MAX);
	en_ordinal(&words, n);
	tn_say(tn, sv_buf_str(&words));
	sv_buf_release(&words);
}

void en_say_digits(struct tn *tn, const char *digits)
{
	for (; *digits; digits++)
		en_say_cardinal(tn, *digits - '0');
}

static bool is_code(const struct tn_number *number)
{
	return number->n > EN_CARDINAL_MAX ||
	       (!number->grouped && !number->fraction &&
	        number->digits[0] == '0' && number->digits[1]);
}

void en_say_number(struct tn *tn, const struct tn_number *number)
{
	if (number->minus)
		tn_say(tn, "minus");
	if (number->plus)
		tn_say(tn, "plus");
	if (is_code(number))
		en_say_digits(tn, number->digits);
	else
		en_say_cardinal(tn, number->n);
	if (!number->fraction)
		return;
	tn_say(tn, "point");
	en_say_digits(tn, number->fraction);
}

static bool is_one(const struct tn_number *number)
{
	return number->n == 1 && !number->fraction;
}

/* $1.50: one dollar and fifty cents */
static void say_money(struct tn *tn, const struct tn_number *number,
                      const struct en_unit *unit)
{
	uint64_t minor = tn_value(number->fraction);

	if (number->minus)
		tn_say(tn, "minus");
	if (number->n || !minor) {
		en_say_cardinal(tn, number->n);
		tn_say(tn, number->n == 1 ? unit->one : unit->many);
	}
	if (!minor)
		return;
	if (number->n)
		tn_say(tn, "and");
	en_say_cardinal(tn, minor);
	tn_say(tn, minor == 1 ? unit->minor_one : unit->minor_many);
}

static void say_amount(struct tn *tn, const struct tn_number *number,
                       const char *many, const struct en_unit *unit)
{
	if (!many && unit && unit->minor_one && number->fraction &&
	    strlen(number->fraction) == 2 && !is_code(number)) {
		say_money(tn, number, unit);
		return;
	}
	en_say_number(tn, number);
	if (many)
		tn_say(tn, many);
	if (unit)
		tn_say(tn, !many && is_one(number) ? unit->one : unit->many);
}

/* $5/mo., 10 kg/box: "per"; and the full stop an abbreviation hid */
static size_t say_rest(struct tn *tn, size_t end)
{
	const struct en_unit *unit;
	size_t after;

	if (tn_is_sign(tn, end, '/') && tn_is_word(tn, end + 1)) {
		tn_say(tn, "per");
		unit = en_unit_at(tn, end + 1, &after);
		if (tn_is(tn, end + 1, "mo") && !unit) {
			tn_say(tn, "month");
			return end + 2;
		}
		if (unit)
			tn_say(tn, unit->one);
		end = unit ? after : end + 1;
	}
	if (tn_is_sign(tn, end - 1, '.') && tn_stops(tn, end - 1))
		tn_put(tn, ".", 1);
	return end;
}

static size_t prefixed(struct tn *tn, size_t i, const struct en_unit *unit)
{
	struct tn_number number;
	const char *many;
	size_t end, first = tn_skip(tn, i + 1);

	if (tn_at(tn, first)->kind != TN_NUMBER ||
	    !tn_number(tn, first, '.', &number))
		return 0;
	end = number.end;
	many = en_multiplier_at(tn, end, &end);
	say_amount(tn, &number, many, unit);
	return say_rest(tn, end) - i;
}

size_t en_quantity(struct tn *tn, size_t i)
{
	const struct en_unit *unit = en_currency_at(tn, i);
	struct tn_number number;
	const char *many;
	size_t end;

	if (unit)
		return prefixed(tn, i, unit);
	if (!tn_number(tn, i, '.', &number))
		return 0;
	end = number.end;
	many = en_multiplier_at(tn, end, &end);
	unit = en_unit_at(tn, end, &end);
	say_amount(tn, &number, many, unit);
	return (unit ? say_rest(tn, end) : end) - i;
}

/* 3-5 days: "three to five" */
size_t en_range(struct tn *tn, size_t i)
{
	const struct en_unit *money = en_currency_at(tn, i), *unit;
	struct tn_number first, second;
	size_t dash, next, end, start = i + (money != NULL);
	const char *many;

	if (tn_at(tn, start)->kind != TN_NUMBER ||
	    !tn_number(tn, start, '.', &first))
		return 0;
	dash = tn_skip(tn, first.end);
	next = tn_skip(tn, dash + 1);
	if (money && en_currency_at(tn, next))
		next++;
	if (!tn_is_dash(tn, dash) || tn_at(tn, next)->kind != TN_NUMBER ||
	    !tn_number(tn, next, '.', &second) || is_code(&first) ||
	    is_code(&second) || first.n >= second.n ||
	    (tn_is_dash(tn, second.end) &&
	     tn_at(tn, second.end + 1)->kind == TN_NUMBER) ||
	    (dash > first.end && tn_is_sign(tn, dash, '-')))
		return 0;
	end = second.end;
	many = en_multiplier_at(tn, end, &end);
	unit = money ? money : en_unit_at(tn, end, &end);
	en_say_number(tn, &first);
	tn_say(tn, "to");
	say_amount(tn, &second, many, unit);
	return (unit ? say_rest(tn, end) : end) - i;
}
