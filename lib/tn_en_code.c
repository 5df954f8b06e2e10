/* tn_en_code.c: phones, ordinals, fractions, addresses of the net, English */
#include <string.h>

#include "lib/tn_en.h"

size_t en_phone(struct tn *tn, size_t i)
{
	struct tn_phone phone;
	int k;

	if (tn_is_word(tn, i - 1) || tn_at(tn, i - 1)->kind == TN_NUMBER ||
	    !tn_phone(tn, i, false, &phone))
		return 0;
	if (phone.plus)
		tn_say(tn, "plus");
	for (k = 0; k < phone.n; k++) {
		if (k)
			tn_put(tn, ",", 1);
		en_say_digits(tn, phone.groups[k]);
	}
	return phone.end - i;
}

/* digits of an account or an order, in threes or fours */
static void say_grouped(struct tn *tn, const char *digits)
{
	size_t left = strlen(digits);

	while (left) {
		size_t n = left % 4 == 0 ? 4 : left < 3 ? left : 3;
		char group[5] = "";

		memcpy(group, digits, n);
		en_say_digits(tn, group);
		digits += n;
		left -= n;
		if (left)
			tn_put(tn, ",", 1);
	}
}

static bool names_code(const struct tn *tn, size_t i)
{
	static const char names[] = "account card order code number id pin vat "
				    "zip tracking passport ticket invoice inn";
	size_t k = tn_before(tn, i);

	if (tn_is_sign(tn, k, '#') || tn_is_sign(tn, k, ':') ||
	    tn_is_sign(tn, k, 0x2116) || tn_in(tn, k, "no number is"))
		k = tn_in(tn, tn_before(tn, k), names) ? tn_before(tn, k) : k;
	return tn_in(tn, k, names) || tn_is_sign(tn, k, '#') ||
	       tn_is_sign(tn, k, 0x2116);
}

size_t en_identifier(struct tn *tn, size_t i)
{
	const struct tn_token *token = tn_at(tn, i);
	size_t len = strlen(token->lower), end;

	if (token->kind != TN_NUMBER || tn_at(tn, i - 1)->kind == TN_NUMBER)
		return 0;
	if (tn_at(tn, i + 1)->kind == TN_SIGN &&
	    strchr(".,:/", tn_at(tn, i + 1)->lower[0]) &&
	    tn_at(tn, i + 2)->kind == TN_NUMBER)
		return 0;
	if (!(len >= 5 && names_code(tn, i)) &&
	    (len < 9 || en_unit_at(tn, i + 1, &end) ||
	     en_multiplier_at(tn, i + 1, &end) || en_currency_at(tn, i - 1) ||
	     tn_is_word(tn, tn_skip(tn, i + 1))))
		return 0;
	say_grouped(tn, token->lower);
	return 1;
}

size_t en_ordinals(struct tn *tn, size_t i)
{
	struct tn_number number;

	if (tn_at(tn, i)->kind != TN_NUMBER || tn_is_word(tn, i - 1) ||
	    !tn_number(tn, i, '.', &number) || number.fraction ||
	    number.n > EN_CARDINAL_MAX || !tn_in(tn, number.end, "st nd rd th"))
		return 0;
	en_say_ordinal(tn, number.n);
	return number.end + 1 - i;
}

static void say_parts(struct tn *tn, uint64_t top, uint64_t bottom)
{
	struct sv_buf words;

	en_say_cardinal(tn, top);
	if (bottom == 2) {
		tn_say(tn, "half");
		return;
	}
	if (bottom == 4) {
		tn_say(tn, top == 1 ? "quarter" : "quarters");
		return;
	}
	sv_buf_init(&words, EN_NUMBER_MAX);
	en_ordinal(&words, bottom);
	if (top > 1)
		en_plural(&words);
	tn_say(tn, sv_buf_str(&words));
	sv_buf_release(&words);
}

size_t en_fraction(struct tn *tn, size_t i)
{
	const struct tn_token *top = tn_at(tn, i), *bottom = tn_at(tn, i + 2);
	uint64_t a, b;

	if (top->kind != TN_NUMBER || bottom->kind != TN_NUMBER ||
	    !tn_is_sign(tn, i + 1, '/') || tn_is_word(tn, i - 1) ||
	    tn_is_sign(tn, i - 1, '/') || strlen(top->lower) > 6 ||
	    strlen(bottom->lower) > 6)
		return 0;
	a = tn_value(top->lower);
	b = tn_value(bottom->lower);
	if (a && a < b && (b <= 10 || b == 12 || b == 16 || b == 100)) {
		/* 1 1/2: "one and one half" */
		if (tn_at(tn, i - 1)->kind == TN_SPACE &&
		    tn_at(tn, i - 2)->kind == TN_NUMBER)
			tn_say(tn, "and");
		say_parts(tn, a, b);
		return 3;
	}
	en_say_cardinal(tn, a);
	tn_say(tn, "slash");
	en_say_cardinal(tn, b);
	return 3;
}

static const struct tn_phrase web_signs[] = {
	{ ".", "dot", false },    { "@", "at", false },
	{ "-", "dash", false },   { "_", "underscore", false },
	{ "+", "plus", false },   { "%", "percent", false },
	{ "/", "slash", false },  { "?", "question mark", false },
	{ "=", "equals", false }, { "&", "ampersand", false },
	{ "#", "hash", false },   { ":", "colon", false },
	{ "~", "tilde", false },  { NULL, NULL, false },
};

static void say_part(struct tn *tn, size_t i)
{
	const struct tn_token *token = tn_at(tn, i);

	if (token->kind == TN_NUMBER && strlen(token->lower) <= 2 &&
	    token->lower[0] != '0')
		en_say_cardinal(tn, tn_value(token->lower));
	else if (token->kind == TN_NUMBER)
		en_say_digits(tn, token->lower);
	else if (tn_is(tn, i, "www"))
		tn_say(tn, "w w w");
	else if (token->kind == TN_SIGN)
		tn_say_sign(tn, i, web_signs);
	else if (!en_cyrillic(tn, i))
		tn_say_n(tn, token->text, token->len);
}

/* the parts of an address are said one after the other */
size_t en_web(struct tn *tn, size_t i)
{
	size_t end = tn_web(tn, i), k;

	if (!end)
		return 0;
	for (k = tn_web_start(tn, i); k < tn_web_stop(tn, end); k++)
		say_part(tn, k);
	return end - i;
}
