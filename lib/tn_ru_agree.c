/*
 * tn_ru_agree.c: case and gender of a Russian numeral
 *
 * There is no dictionary: a preposition tells the case, the ending of the
 * counted noun tells the rest. Where an ending has two readings the one that
 * is commoner in talk of orders, days and money was taken.
 */
#include <string.h>

#include "lib/tn_ru.h"

enum { HOPS_MAX = 4 }; /* numbers in a row that share a preposition */

static const struct {
	const char *words;
	enum ru_case which;
} governors[] = {
	{ "от до из без для около после у с со ото изо более менее больше "
	  "меньше свыше кроме вместо среди порядка нет течение течении размере "
	  "протяжении количестве числе ранее позднее раньше позже сверх "
	  "старше младше выше ниже дороже дешевле длиннее короче",
	  RU_GEN },
	{ "к ко благодаря согласно вопреки", RU_DAT },
	{ "в во на за через про под по сквозь спустя", RU_ACC },
	{ "между над перед", RU_INS },
	{ "о об обо при", RU_PRE },
};

/* what may follow a number and is not what it counts */
static const char stops[] =
	"и или либо а но да не ни до по от к ко с со в во на из у за о об для "
	"при без то это что как если через около под над перед после уже ещё "
	"тоже также года год году г ноль плюс минус утра вечера дня ночи";

/* these look like the dative or the prepositional and are genitive */
static const char plain_am[] = "реклам дам рам ям драм программ телеграмм "
			       "грамм килограмм диаграмм";
/* masculine in spite of -ы, -и */
static const char masculine[] =
	"мужчины юноши судьи коллеги такси дяди дедушки";
/* genitives behind a one: 21 клиента is "двадцать одного клиента" */
static const char genitives[] =
	"клиента человека менеджера сотрудника оператора покупателя "
	"специалиста ребёнка друга участника пользователя гостя пассажира "
	"мастера водителя курьера партнёра заказчика продавца консультанта "
	"студента работника агента эксперта инженера ученика врача рубля дня "
	"часа месяца года процента доллара метра";

static int by_word(const struct tn *tn, size_t k)
{
	size_t i;

	/* С8 is a name, and no preposition */
	if (tn_is_caps(tn, k) && tn_at(tn, k + 1)->kind == TN_NUMBER)
		return -1;
	if (tn_is_sign(tn, k, '.') && tn_in(tn, k - 1, "ок"))
		return RU_GEN; /* ок. 5 км */
	if (tn_at(tn, k)->kind == TN_SIGN && tn_in(tn, k, "> < ≤ ≥"))
		return RU_GEN; /* they are said as больше, меньше */
	/* из-за, из-под */
	if (tn_in(tn, k, "за под") && tn_is_dash(tn, k - 1) &&
	    tn_is(tn, k - 2, "из"))
		return RU_GEN;
	for (i = 0; i < sizeof governors / sizeof *governors; i++)
		if (tn_in(tn, k, governors[i].words))
			return governors[i].which;
	/* "последних 5 дней", "этих 20 минут" */
	if (tn_at(tn, k)->kind == TN_CYRILLIC &&
	    tn_ends(tn_at(tn, k)->lower, "них ных щих этих тех всех ших"))
		return RU_GEN;
	return -1;
}

int ru_governor(const struct tn *tn, size_t i)
{
	size_t k = tn_before(tn, i), before;
	int hops;

	for (hops = 0; hops < HOPS_MAX; hops++) {
		if (tn_in(tn, k,
		          "примерно почти ровно всего лишь только ещё "
		          "приблизительно")) {
			k = tn_before(tn, k);
			continue;
		}
		before = tn_before(tn, k);
		if (!tn_in(tn, k, "и или либо") ||
		    tn_at(tn, before)->kind != TN_NUMBER)
			break;
		k = tn_before(tn, before);
	}
	return by_word(tn, k);
}

static bool is_adjective(const struct tn *tn, size_t i)
{
	size_t next = tn_skip(tn, i + 1);

	return tn_at(tn, i)->kind == TN_CYRILLIC && next == i + 2 &&
	       tn_at(tn, i)->len >= strlen("новый") &&
	       tn_ends(tn_at(tn, i)->lower,
	               "ых их ым им ыми ими ые ие ый ий ая яя ое ее ую юю ого "
	               "его ому ему ой ей ом ем") &&
	       tn_at(tn, next)->kind == TN_CYRILLIC && !tn_in(tn, next, stops);
}

static const char *word_at(const struct tn *tn, size_t i)
{
	if (tn_at(tn, i)->kind != TN_CYRILLIC || tn_in(tn, i, stops))
		return "";
	return tn_at(tn, i)->lower;
}

/* The word behind the number: in "1 или 2 минуты" the one they share. */
static size_t noun_at(const struct tn *tn, size_t end)
{
	size_t k = tn_skip(tn, end), next = tn_skip(tn, k + 1);
	bool joined = tn_in(tn, k, "и или либо до по") || tn_is_dash(tn, k);

	if (joined && tn_at(tn, next)->kind == TN_NUMBER)
		k = tn_skip(tn, next + 1);
	return k;
}

static struct ru_form form_of(enum ru_case which, enum ru_gender gender)
{
	struct ru_form form = { which, gender, false };

	return form;
}

/* двадцать одна новая …: the adjective agrees with the numeral. The last
 * three are nouns too (дом), and adjectives only behind a preposition. */
static bool by_adjective(const char *word, int governor, struct ru_form *form)
{
	static const struct {
		const char *endings;
		enum ru_case which;
		enum ru_gender gender;
		bool governed;
	} table[] = {
		{ "ый ий", RU_NOM, RU_M, false },
		{ "ая яя", RU_NOM, RU_F, false },
		{ "ое ее", RU_NOM, RU_N, false },
		{ "ую юю", RU_ACC, RU_F, false },
		{ "ого его", RU_GEN, RU_M, false },
		{ "ому ему", RU_DAT, RU_M, false },
		{ "ым им", RU_INS, RU_M, true },
		{ "ом ем", RU_PRE, RU_M, true },
		{ "ой ей", RU_PRE, RU_F, true }, /* in all its cases alike */
	};

	size_t i;

	for (i = 0; i < sizeof table / sizeof *table; i++) {
		if (!tn_ends(word, table[i].endings) ||
		    (table[i].governed && governor < 0))
			continue;
		*form = form_of(table[i].which, table[i].gender);
		return true;
	}
	return false;
}

/* a feminine noun in -ь, as well as rules tell */
static bool soft_feminine(const char *noun)
{
	return tn_ends(noun, "сть знь вь чь жь шь щь пись роль соль боль цель "
	                     "модель деталь медаль площадь тетрадь очередь "
	                     "степень ступень сеть печать нефть") &&
	       !tn_ends(noun, "гость");
}

/* the noun behind a numeral in the nominative or accusative */
static struct ru_form nominative(const char *noun, int governor)
{
	enum ru_case which = governor == RU_ACC ? RU_ACC : RU_NOM;

	if (tn_among(noun, genitives))
		return form_of(RU_GEN, RU_M);
	if (tn_ends(noun, "у ю"))
		return form_of(RU_ACC, RU_F);
	if (governor == RU_ACC && tn_ends(noun, "ице ке ии ости ции"))
		return form_of(RU_PRE, RU_F);
	if (tn_ends(noun, "ие ье о ще це"))
		return form_of(which, RU_N);
	if (governor == RU_ACC && tn_ends(noun, "е"))
		return form_of(RU_PRE, RU_M);
	if (governor == RU_ACC && tn_ends(noun, "а я"))
		return form_of(RU_GEN, RU_M);
	if (tn_ends(noun, "а я ы и") || soft_feminine(noun))
		return form_of(which, RU_F);
	return form_of(which, RU_M);
}

/* a numeral that ends in one: its noun is in the singular */
static struct ru_form singular(const char *noun, int governor)
{
	switch (governor) {
	case RU_GEN:
		if (tn_ends(noun, "ом ем ой ей ью")) /* с одним клиентом */
			return singular(noun, RU_INS);
		return form_of(RU_GEN, tn_ends(noun, "ы и") ? RU_F : RU_M);
	case RU_DAT:
		return form_of(RU_DAT, tn_ends(noun, "е и") ? RU_F : RU_M);
	case RU_INS:
		return form_of(RU_INS, tn_ends(noun, "ой ей ью") ? RU_F : RU_M);
	case RU_PRE:
		return form_of(RU_PRE, tn_ends(noun, "ице ке ии ости ции и")
		                               ? RU_F
		                               : RU_M);
	default:
		return nominative(noun, governor);
	}
}

static struct ru_form plural(const char *noun, int governor, unsigned int last)
{
	struct ru_form form = { RU_NOM, RU_M, false };
	bool few = last >= 2 && last <= 4;

	if (governor >= 0)
		form.which = governor;
	if (tn_ends(noun, "ами ями ьми"))
		form.which = RU_INS;
	else if (tn_ends(noun, "ах ях"))
		form.which = RU_PRE;
	else if (tn_ends(noun, "ам ям") && !tn_among(noun, plain_am))
		form.which = RU_DAT;
	else if (few && tn_ends(noun, "ов ев ёв ей"))
		form.which = RU_GEN; /* "2 клиентов": двух */
	if (few && tn_ends(noun, "ы и ые ие") && !tn_among(noun, masculine))
		form.gender = RU_F;
	return form;
}

struct ru_form ru_agree(const struct tn *tn, size_t i, size_t end, uint64_t n)
{
	unsigned int last = n % 100 / 10 == 1 ? 0 : (unsigned int)(n % 10);
	int governor = ru_governor(tn, i);
	size_t k = noun_at(tn, end);
	struct ru_form form = { RU_NOM, RU_M, false };

	if (last == 1 && tn_is(tn, tn_before(tn, i), "по"))
		governor = RU_DAT; /* по одному рублю, but по два рубля */
	if (governor >= 0)
		form.which = governor;
	if (!*word_at(tn, k))
		return form;
	if (last == 1 && is_adjective(tn, k) &&
	    by_adjective(word_at(tn, k), governor, &form))
		return form;
	while (is_adjective(tn, k))
		k += 2;
	return last == 1 ? singular(word_at(tn, k), governor)
	                 : plural(word_at(tn, k), governor, last);
}
