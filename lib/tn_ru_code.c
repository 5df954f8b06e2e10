/* tn_ru_code.c: digits that are no quantity: phones, accounts, A-15, 3/4 */
#include <string.h>

#include "lib/tn_ru.h"

size_t ru_phone(struct tn *tn, size_t i)
{
	struct tn_phone phone;
	int k;

	if (tn_is_word(tn, i - 1) || tn_at(tn, i - 1)->kind == TN_NUMBER ||
	    !tn_phone(tn, i, true, &phone))
		return 0;
	if (phone.plus)
		tn_say(tn, "плюс");
	for (k = 0; k < phone.n; k++) {
		if (k)
			tn_put(tn, ",", 1);
		ru_say_group(tn, phone.groups[k]);
	}
	return phone.end - i;
}

/* whether what stands before i says that digits, not a sum, follow */
static bool names_code(const struct tn *tn, size_t i)
{
	static const char names[] =
		"инн кпп огрн огрнип бик снилс окпо счёт счет счёта счета р/с "
		"карта карты карте карту артикул арт код кода коде "
		"трек трека отправление паспорт паспорта серия индекс полис "
		"пин пароль vin imei id";
	size_t k = tn_before(tn, i);
	int hops;

	for (hops = 0; hops < 6; hops++) {
		if (tn_in(tn, k, names))
			return true;
		if (!tn_is_sign(tn, k, ':') && !tn_is_sign(tn, k, 0x2116) &&
		    tn_at(tn, k)->kind != TN_NUMBER &&
		    !tn_in(tn, k,
		           "номер номера номером подтверждения "
		           "доступа заказа клиента"))
			return false;
		k = tn_before(tn, k);
	}
	return false;
}

/* 4276 1234 5678 9012: the numbers of four digits in a row */
static int fours(const struct tn *tn, size_t i)
{
	int n = 0;

	while (tn_at(tn, i)->kind == TN_NUMBER &&
	       strlen(tn_at(tn, i)->lower) == 4) {
		n++;
		i = tn_at(tn, i + 1)->kind == TN_SPACE || tn_is_dash(tn, i + 1)
		            ? i + 2
		            : tn->n;
	}
	return n;
}

static size_t say_card(struct tn *tn, size_t i, int n)
{
	size_t end = i;

	for (; n > 0; n--, end += 2) {
		ru_say_digits(tn, tn_at(tn, end)->lower);
		if (n > 1)
			tn_put(tn, ",", 1);
	}
	return end - 1 - i;
}

size_t ru_identifier(struct tn *tn, size_t i)
{
	const struct tn_token *token = tn_at(tn, i);
	size_t len = strlen(token->lower), end;
	bool named, numbered;

	if (token->kind != TN_NUMBER || tn_at(tn, i - 1)->kind == TN_NUMBER)
		return 0;
	if (fours(tn, i) >= 4)
		return say_card(tn, i, fours(tn, i));
	if (strchr(".,:/", tn_at(tn, i + 1)->lower[0]) && len < 9 &&
	    tn_at(tn, i + 2)->kind == TN_NUMBER)
		return 0;
	named = len >= 4 && names_code(tn, i);
	numbered = len >= 6 && (tn_is_sign(tn, tn_before(tn, i), 0x2116) ||
	                        tn_in(tn, tn_before(tn, i), "номер заказ"));
	if (!named && !numbered &&
	    (len < 9 || ru_unit_at(tn, i + 1, &end) ||
	     ru_multiplier_at(tn, i + 1, &end) || ru_currency_at(tn, i - 1) ||
	     tn_at(tn, tn_skip(tn, i + 1))->kind == TN_CYRILLIC))
		return 0;
	ru_say_digits(tn, token->lower);
	return 1;
}

/* п. 3.1, версия 2.5: a dot, and no decimal */
size_t ru_section(struct tn *tn, size_t i)
{
	size_t before = tn_before(tn, i);

	if (tn_is_sign(tn, before, '.'))
		before--;
	if (tn_at(tn, i)->kind != TN_NUMBER || !tn_is_sign(tn, i + 1, '.') ||
	    tn_at(tn, i + 2)->kind != TN_NUMBER ||
	    !tn_in(tn, before,
	           "п пп пункт пункта пункте пункту раздел раздела "
	           "разделе версия версии версию v ст статья гл "
	           "глава рис табл"))
		return 0;
	ru_say_group(tn, tn_at(tn, i)->lower);
	tn_say(tn, "точка");
	ru_say_group(tn, tn_at(tn, i + 2)->lower);
	return 3;
}

/* a fraction people say: a half, three quarters, seven tenths */
static bool is_fraction(const struct tn *tn, size_t i, uint64_t top,
                        uint64_t bottom)
{
	return top && top < bottom &&
	       (bottom <= 10 || bottom == 12 || bottom == 16 ||
	        bottom == 100) &&
	       !tn_in(tn, tn_before(tn, tn_before(tn, i) + 1),
	              "дом д номер № корпус корп квартира кв офис") &&
	       !tn_is_sign(tn, tn_before(tn, i), '.');
}

/* две трети, трёх четвертей */
static bool say_thirds(struct tn *tn, uint64_t top, uint64_t bottom,
                       enum ru_case which)
{
	static const char endings[] = "ь и и ь ью и и ей ям и ями ях";
	struct sv_buf words;

	if (bottom != 3 && bottom != 4)
		return false;
	ru_say_cardinal(tn, top, ru_form_of(which, RU_F));
	sv_buf_init(&words, RU_NUMBER_MAX);
	ru_noun(&words, bottom == 3 ? "трет" : "четверт", endings,
	        ru_counted(top, which));
	tn_say(tn, sv_buf_str(&words));
	sv_buf_release(&words);
	return true;
}

static void say_fraction(struct tn *tn, size_t i, uint64_t top, uint64_t bottom,
                         bool mixed)
{
	static const char half[] = "а ы е у ой е";
	int governor = ru_governor(tn, i);
	size_t len, noun = tn_skip(tn, i + 3);
	const char *ending;

	/* до 1/2 суммы */
	if (top == 1 && bottom == 2 && noun > i + 3 && !mixed &&
	    tn_at(tn, noun)->kind == TN_CYRILLIC) {
		tn_say(tn, "половин");
		ending = ru_pick(half, governor < 0 ? RU_NOM : governor, &len);
		tn_put(tn, ending, len);
		return;
	}
	if (say_thirds(tn, top, bottom,
	               governor < 0 ? RU_NOM : (enum ru_case)governor))
		return;
	ru_say_cardinal(tn, top, ru_form_of(RU_NOM, RU_F));
	if (top % 10 == 1 && top % 100 != 11)
		ru_say_ordinal(tn, bottom, ru_form_of(RU_NOM, RU_F));
	else
		ru_say_ordinal(tn, bottom, ru_form_of(RU_GEN, RU_PL));
}

/* 1½, 5½: полтора, пять с половиной */
static size_t and_half(struct tn *tn, size_t i)
{
	const char *whole = tn_at(tn, i)->lower;

	if (!tn_is_sign(tn, i + 1, 0xbd) || strlen(whole) > 9)
		return 0;
	if (tn_value(whole) == 1) {
		tn_say(tn, "полтора");
		return 2;
	}
	ru_say_cardinal(tn, tn_value(whole), ru_form_of(RU_NOM, RU_M));
	tn_say(tn, "с половиной");
	return 2;
}

/* 1 1/2: "одна целая одна вторая" */
static size_t mixed(struct tn *tn, size_t i)
{
	const char *whole = tn_at(tn, i)->lower;
	const char *top = tn_at(tn, i + 2)->lower;
	const char *bottom = tn_at(tn, i + 4)->lower;

	if (tn_at(tn, i + 1)->kind != TN_SPACE ||
	    tn_at(tn, i + 2)->kind != TN_NUMBER ||
	    !tn_is_sign(tn, i + 3, '/') ||
	    tn_at(tn, i + 4)->kind != TN_NUMBER || strlen(whole) > 3 ||
	    strlen(top) > 2 || strlen(bottom) > 3 ||
	    !is_fraction(tn, i + 2, tn_value(top), tn_value(bottom)))
		return 0;
	ru_say_cardinal(tn, tn_value(whole), ru_form_of(RU_NOM, RU_F));
	tn_say(tn, tn_ends(whole, "1") && !tn_ends(whole, "11") ? "целая"
	                                                        : "целых");
	say_fraction(tn, i + 2, tn_value(top), tn_value(bottom), true);
	return 5;
}

size_t ru_fraction(struct tn *tn, size_t i)
{
	const struct tn_token *top = tn_at(tn, i), *bottom = tn_at(tn, i + 2);
	size_t n, end;

	if (top->kind != TN_NUMBER || tn_is_word(tn, i - 1))
		return 0;
	n = and_half(tn, i);
	if (!n)
		n = mixed(tn, i);
	if (n || bottom->kind != TN_NUMBER || !tn_is_sign(tn, i + 1, '/') ||
	    strlen(top->lower) > 9 || strlen(bottom->lower) > 9)
		return n;
	if (!tn_is_sign(tn, i + 3, '/') && !tn_is_sign(tn, i - 1, '/') &&
	    is_fraction(tn, i, tn_value(top->lower), tn_value(bottom->lower))) {
		say_fraction(tn, i, tn_value(top->lower),
		             tn_value(bottom->lower), false);
		return 3;
	}
	ru_say_group(tn, top->lower);
	/* предоплата 30/70 */
	tn_say(tn, tn_value(top->lower) + tn_value(bottom->lower) == 100
	                   ? "на"
	                   : "дробь");
	if (ru_unit_at(tn, i + 3, &end))
		return 2; /* 8/256 ГБ */
	ru_say_group(tn, bottom->lower);
	return 3;
}

/* A-15, А15, Х5: the letters by name, and the hyphen is not said */
size_t ru_code(struct tn *tn, size_t i)
{
	size_t next = i + 1 + tn_is_dash(tn, i + 1);
	const struct tn_token *token = tn_at(tn, i);

	if (tn_is_t(tn, i)) {
		tn_put(tn, " ", 1);
		return 1;
	}
	if (!tn_is_word(tn, i) || tn_at(tn, next)->kind != TN_NUMBER ||
	    !tn_is_caps(tn, i) || token->len > strlen("АБВ") ||
	    tn_is(tn, i, "топ"))
		return 0;
	if (token->kind == TN_LATIN)
		ru_say_latin(tn, token, true);
	else
		ru_spell(tn, token);
	return next - i;
}

static const struct tn_phrase web_signs[] = {
	{ ".", "точка", false },   { "@", "собака", false },
	{ "-", "дефис", false },   { "_", "нижнее подчёркивание", false },
	{ "+", "плюс", false },    { "%", "процент", false },
	{ "/", "слэш", false },    { "?", "вопросительный знак", false },
	{ "=", "равно", false },   { "&", "амперсанд", false },
	{ "#", "решётка", false }, { ":", "двоеточие", false },
	{ "~", "тильда", false },  { NULL, NULL, false },
};

static void say_part(struct tn *tn, size_t i)
{
	const struct tn_token *token = tn_at(tn, i);

	if (token->kind == TN_NUMBER && strlen(token->lower) <= 3)
		ru_say_group(tn, token->lower);
	else if (token->kind == TN_NUMBER)
		ru_say_digits(tn, token->lower);
	else if (token->kind == TN_LATIN)
		ru_say_latin(tn, token, false);
	else if (token->kind == TN_CYRILLIC)
		tn_say_n(tn, token->text, token->len);
	else
		tn_say_sign(tn, i, web_signs);
}

/* the parts of an address are said one after the other */
size_t ru_web(struct tn *tn, size_t i)
{
	size_t end = tn_web(tn, i), k;

	if (!end)
		return 0;
	for (k = tn_web_start(tn, i); k < tn_web_stop(tn, end); k++)
		say_part(tn, k);
	return end - i;
}
