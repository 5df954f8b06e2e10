/* tn_ru_quantity.c: what numbers measure and count: units, money, ranges */
#include <string.h>

#include "lib/tn_ru.h"

enum { NUMERO = 0x2116 };

/* рублей, долларов written out are left as they stand */
static bool is_spelt(const struct tn *tn, size_t end)
{
	return tn_in(tn, end - 1,
	             "рублей рубля рубль доллар доллара "
	             "долларов юаней байт");
}

static bool ends_in_one(const struct tn *tn, size_t i)
{
	const char *digits = tn_at(tn, i)->lower;

	return tn_ends(digits, "1") && !tn_ends(digits, "11");
}

/* The case of a measure: in "в 5 км от" it is the prepositional, in "с 5 кг"
 * the instrumental unless "до" or "по" follows. */
static enum ru_case unit_case(const struct tn *tn, size_t i, size_t end,
                              const struct ru_unit *unit)
{
	int governor = ru_governor(tn, i);
	size_t k;

	if (governor < 0)
		return RU_NOM;
	if (tn_is(tn, tn_before(tn, i), "по") && ends_in_one(tn, i))
		return RU_DAT;
	if (tn_in(tn, tn_before(tn, i), "в") && tn_ends(unit->stem, "метр") &&
	    tn_is(tn, tn_skip(tn, end), "от"))
		return RU_PRE;
	if (!tn_in(tn, tn_before(tn, i), "с со") || !strcmp(unit->stem, "час"))
		return governor;
	for (k = end; k < end + 8; k++)
		if (tn_in(tn, k, "до по"))
			return RU_GEN;
	return RU_INS;
}

/* руб./мес.: "рублей в месяц", ₽/шт: "за штуку" */
static size_t say_per(struct tn *tn, size_t i, const struct ru_unit *what)
{
	static const char times[] = "секунд минут час сут д недел месяц";
	const struct ru_unit *unit;
	size_t end;

	if (!tn_is_sign(tn, i, '/'))
		return i;
	if (tn_in(tn, i + 1,
	          "год час день неделю месяц сутки минуту секунду")) {
		tn_say(tn, "в");
		return i + 1;
	}
	unit = ru_unit_at(tn, i + 1, &end);
	if (!unit)
		return i;
	if (what && tn_ends(what->stem, "грамм")) /* density */
		tn_say(tn, "на");
	else
		tn_say(tn, tn_among(unit->stem, times) ? "в" : "за");
	ru_say_unit(tn, unit, RU_ACC);
	return end;
}

/* 1 250,50 ₽ */
static void say_money(struct tn *tn, const struct tn_number *number,
                      const struct ru_unit *unit, enum ru_case which)
{
	uint64_t minor = tn_value(number->fraction);

	if (number->minus)
		tn_say(tn, "минус");
	if (number->n || !minor) {
		ru_say_cardinal(tn, number->n, ru_form_of(which, unit->gender));
		ru_say_unit(tn, unit, ru_counted(number->n, which));
	}
	if (!minor)
		return;
	ru_say_cardinal(tn, minor, ru_form_of(which, unit->minor->gender));
	ru_say_unit(tn, unit->minor, ru_counted(minor, which));
}

/* a number with its unit; many is тысяч, миллионов … or NULL */
static void say_amount(struct tn *tn, const struct tn_number *number,
                       const struct ru_unit *many, const struct ru_unit *unit,
                       enum ru_case which)
{
	const struct ru_unit *counted = many ? many : unit;
	struct ru_form form = ru_form_of(which, counted->gender);

	if (!many && unit->minor && number->fraction && !ru_is_code(number) &&
	    strlen(number->fraction) == 2) {
		say_money(tn, number, unit, which);
		return;
	}
	ru_say_unit(tn, counted, ru_say_number(tn, number, form, true));
	if (many && unit)
		ru_say_unit(tn, unit, RU_PLURAL + RU_GEN);
}

/* $20, €1,5 млн */
static size_t prefixed(struct tn *tn, size_t i)
{
	const struct ru_unit *unit = ru_currency_at(tn, i), *many;
	struct tn_number number;
	size_t end, first = tn_skip(tn, i + 1);

	/* $1,299.00 is written the American way */
	if (!unit || tn_at(tn, first)->kind != TN_NUMBER ||
	    !tn_number(tn, first,
	               tn_is_sign(tn, first + 1, ',') &&
	                               tn_at(tn, first + 2)->len == 3
	                       ? '.'
	                       : ',',
	               &number))
		return 0;
	end = number.end;
	many = ru_multiplier_at(tn, number.end, &end);
	say_amount(tn, &number, many, unit, unit_case(tn, i, end, unit));
	return end - i;
}

/* 1,5 часа: the noun is in the genitive singular whatever the case, so only
 * the preposition tells that. */
static void say_part_of(struct tn *tn, size_t i, const struct tn_number *number)
{
	const struct tn_token *noun = tn_at(tn, tn_skip(tn, number->end));
	int governor = ru_governor(tn, i);
	struct ru_form form = { RU_NOM, RU_M, false };
	bool few = ru_counted(number->n, RU_NOM) == RU_FEW || number->n == 1;
	/* 2,5 часа, 5,5 часов, but not 5,5 часа */
	bool half = noun->kind == TN_CYRILLIC &&
	            few == tn_ends(noun->lower, "а я ы и");

	if (governor >= 0)
		form.which = governor;
	if (tn_ends(noun->lower, "ы и"))
		form.gender = RU_F;
	ru_say_number(tn, number, form, half);
}

/* A bare number, or one that counts a noun. */
static void say_counting(struct tn *tn, size_t i,
                         const struct tn_number *number)
{
	if (number->fraction)
		say_part_of(tn, i, number);
	else
		ru_say_number(tn, number,
		              ru_agree(tn, i, number->end, number->n), false);
}

/* what follows the unit: "/мес.", and the full stop an abbreviation hid */
static size_t say_rest(struct tn *tn, size_t end, const struct ru_unit *what)
{
	end = say_per(tn, end, what);
	if (tn_is_sign(tn, end - 1, '.') && tn_stops(tn, end - 1))
		tn_put(tn, ".", 1);
	return end;
}

/* the multiplier and the unit behind a number, and the token behind them */
static size_t measures(const struct tn *tn, const struct tn_number *number,
                       const struct ru_unit **many, const struct ru_unit **unit)
{
	size_t end = number->end, unit_end;

	*many = ru_multiplier_at(tn, end, &end);
	if (*many && number->n >= 1000 && tn_in(tn, number->end, "к k")) {
		*many = NULL; /* 4000К are kelvins */
		end = number->end;
	}
	unit_end = end;
	*unit = ru_unit_at(tn, end, &unit_end);
	if (*unit && !*many && !number->fraction && is_spelt(tn, unit_end))
		*unit = NULL;
	return *unit ? unit_end : end;
}

size_t ru_quantity(struct tn *tn, size_t i)
{
	const struct ru_unit *many, *unit;
	struct tn_number number;
	size_t end;

	if (ru_currency_at(tn, i))
		return prefixed(tn, i);
	if (!tn_number(tn, i, ',', &number))
		return 0;
	end = measures(tn, &number, &many, &unit);
	if (!many && !unit) {
		say_counting(tn, i, &number);
		return number.end - i;
	}
	say_amount(tn, &number, many, unit,
	           unit_case(tn, i, end, many ? many : unit));
	return say_rest(tn, end, unit) - i;
}

/* 5–10: the second number, bigger than the first, behind a dash */
static bool second_of(const struct tn *tn, const struct tn_number *first,
                      struct tn_number *second)
{
	size_t dash = tn_skip(tn, first->end);
	size_t next = tn_skip(tn, dash + 1);

	if (!tn_is_dash(tn, dash) || tn_at(tn, next)->kind != TN_NUMBER ||
	    (dash > first->end) != (next > dash + 1))
		return false;
	if (!tn_number(tn, next, ',', second) || ru_is_code(first) ||
	    ru_is_code(second))
		return false;
	/* 12-15-18 is no range; nor is "5 - 10", a hyphen with spaces */
	if (tn_is_dash(tn, second->end) &&
	    tn_at(tn, second->end + 1)->kind == TN_NUMBER)
		return false;
	return first->n < second->n &&
	       (dash == first->end || !tn_is_sign(tn, dash, '-'));
}

size_t ru_range(struct tn *tn, size_t i)
{
	const struct ru_unit *many, *unit, *counted;
	struct tn_number first, second;
	struct ru_form form;
	size_t end;

	if (tn_is_sign(tn, tn_before(tn, i), NUMERO) ||
	    !tn_number(tn, i, ',', &first) || !second_of(tn, &first, &second))
		return 0;
	end = measures(tn, &second, &many, &unit);
	counted = many ? many : unit;
	form = ru_agree(tn, i, second.end, second.n);
	if (counted)
		form = ru_form_of(unit_case(tn, i, end, counted),
		                  counted->gender);
	ru_say_number(tn, &first, form, counted || first.fraction);
	tn_put(tn, first.n <= 20 && second.n <= 20 ? "-" : " – ",
	       first.n <= 20 && second.n <= 20 ? 1 : strlen(" – "));
	if (!counted) {
		ru_say_number(tn, &second, form, false);
		return second.end - i;
	}
	say_amount(tn, &second, many, unit, form.which);
	return say_rest(tn, end, unit) - i;
}
