/* tn_ru.c: the rules of Russian in the order they are tried, and signs */
#include "lib/tn_ru.h"

#include <string.h>

/* a sign is said where what is around it asks for that */
enum around {
	ANYWHERE,
	BEFORE_NUMBER,
	BEFORE_WORD,
	BEHIND_NUMBER,
	BETWEEN_NUMBERS
};

static const struct {
	const char *sign;
	const char *spoken;
	enum around around;
} signs[] = {
	{ "№", "номер", ANYWHERE },
	{ "§", "параграф", ANYWHERE },
	{ "%", "процент", ANYWHERE },
	{ "‰", "промилле", ANYWHERE },
	{ "&", "и", ANYWHERE },
	{ "+", "плюс", ANYWHERE },
	{ "=", "равно", ANYWHERE },
	{ "@", "собака", ANYWHERE },
	{ "±", "плюс-минус", ANYWHERE },
	{ "≈", "примерно", ANYWHERE },
	{ "≤", "не больше", ANYWHERE },
	{ "≥", "не меньше", ANYWHERE },
	{ "×", "на", ANYWHERE },
	{ "÷", "разделить на", ANYWHERE },
	{ "₽", "рублей", ANYWHERE },
	{ "$", "долларов", ANYWHERE },
	{ "€", "евро", ANYWHERE },
	{ "£", "фунтов", ANYWHERE },
	{ "°", "градусов", ANYWHERE },
	{ "²", "в квадрате", BEHIND_NUMBER },
	{ "³", "в кубе", BEHIND_NUMBER },
	{ "²", "два", ANYWHERE },
	{ "³", "три", ANYWHERE },
	{ "¹", "один", ANYWHERE },
	{ "~", "примерно", BEFORE_NUMBER },
	{ "<", "меньше", BEFORE_NUMBER },
	{ ">", "больше", BEFORE_NUMBER },
	{ "#", "номер", BEFORE_NUMBER },
	{ "#", "хештег", BEFORE_WORD },
	{ "#", "решётка", ANYWHERE },
	{ "*", "умножить на", BETWEEN_NUMBERS },
	{ "*", "звёздочка", BEFORE_NUMBER },
	{ "/", "дробь", BETWEEN_NUMBERS },
	{ "-", "дефис", BETWEEN_NUMBERS },
	{ ":", "к", BETWEEN_NUMBERS },
	{ ".", "точка", BETWEEN_NUMBERS },
	{ "−", "минус", BEFORE_NUMBER },
	{ "_", "", ANYWHERE },
	{ NULL, NULL, ANYWHERE },
};

static bool fits(const struct tn *tn, size_t i, enum around around)
{
	bool before = tn_at(tn, i + 1)->kind == TN_NUMBER;
	bool behind = tn_at(tn, i - 1)->kind == TN_NUMBER;

	switch (around) {
	case BEFORE_NUMBER:
		return tn_at(tn, tn_skip(tn, i + 1))->kind == TN_NUMBER;
	case BEFORE_WORD:
		return tn_is_word(tn, i + 1);
	case BEHIND_NUMBER:
		return behind || tn_is_word(tn, i - 1);
	case BETWEEN_NUMBERS:
		return before && behind;
	default:
		return true;
	}
}

/* 10x15, 10 х 15: between numbers this letter is a sign */
static size_t by(struct tn *tn, size_t i)
{
	size_t before = tn_before(tn, i), next = tn_skip(tn, i + 1);

	if (!tn_in(tn, i, "x х") || tn_at(tn, before)->kind != TN_NUMBER ||
	    tn_at(tn, next)->kind != TN_NUMBER)
		return 0;
	tn_say(tn, "на");
	return 1;
}

/* an ending behind an apostrophe belongs to the word: Apple'у */
static size_t apostrophe(struct tn *tn, size_t i)
{
	if ((!tn_is_sign(tn, i, '\'') && !tn_is_sign(tn, i, 0x2019)) ||
	    tn_at(tn, i - 1)->kind != TN_LATIN ||
	    tn_at(tn, i + 1)->kind != TN_CYRILLIC)
		return 0;
	tn_put(tn, tn_at(tn, i + 1)->text, tn_at(tn, i + 1)->len);
	return 2;
}

/* "и/или": a bar between words; between Latin ones it is a slash */
static size_t bar(struct tn *tn, size_t i)
{
	if (!tn_is_sign(tn, i, '/') || !tn_is_word(tn, i - 1) ||
	    !tn_is_word(tn, i + 1))
		return 0;
	tn_say(tn, tn_at(tn, i + 1)->kind == TN_CYRILLIC ? "или" : "слэш");
	return 1;
}

size_t ru_sign(struct tn *tn, size_t i)
{
	const struct tn_token *token = tn_at(tn, i);
	size_t k, n = by(tn, i);

	if (n || token->kind != TN_SIGN)
		return n;
	n = bar(tn, i);
	if (!n)
		n = apostrophe(tn, i);
	if (n)
		return n;
	/* Москва-24: the hyphen between a word and a number is not said */
	if (tn_is_dash(tn, i) && tn_is_word(tn, i - 1) &&
	    tn_at(tn, i + 1)->kind == TN_NUMBER) {
		tn_put(tn, " ", 1);
		return 1;
	}
	for (k = 0; signs[k].sign; k++) {
		if (strcmp(signs[k].sign, token->lower) != 0 ||
		    !fits(tn, i, signs[k].around))
			continue;
		tn_say(tn, signs[k].spoken);
		return *signs[k].spoken ? 1 : tn_drop(tn, i, 1);
	}
	while (tn_is_mute(tn, i + n))
		n++;
	return n ? tn_drop(tn, i, n) : 0;
}

const tn_rule tn_ru_rules[] = {
	ru_web,   ru_brand,        ru_phone,    ru_section,  ru_date,
	ru_time,  ru_day,          ru_year,     ru_ordinals, ru_storey,
	ru_roman, ru_identifier,   ru_fraction, ru_range,    ru_quantity,
	ru_code,  ru_abbreviation, ru_caps,     ru_sign,     ru_latin,
	NULL,
};
