/* tn_ru_year.c: в 2026 году, 2025–2026 гг., ноябрь 2026 */
#include <string.h>

#include "lib/tn_ru.h"

enum { YEAR_MIN = 1000, YEAR_MAX = 2999 };

/* the months in all cases */
static const char months[] =
	"января февраля марта апреля мая июня июля августа сентября октября "
	"ноября декабря "
	"январь январе январю январём февраль феврале февралю февралём март "
	"марте марту мартом апрель апреле апрелю апрелем май мае маю маем "
	"июнь июне июню июнем июль июле июлю июлем август августе августу "
	"августом сентябрь сентябре сентябрю сентябрём октябрь октябре "
	"октябрю октябрём ноябрь ноябре ноябрю ноябрём декабрь декабре "
	"декабрю декабрём";

/* the case of a year by the word that follows, or by what precedes "г." */
static enum ru_case year_case(const struct tn *tn, size_t i, size_t word)
{
	int governor = ru_governor(tn, i);
	size_t before = tn_before(tn, i);

	if (tn_in(tn, word, "года годов"))
		return RU_GEN;
	if (tn_in(tn, word, "годом годами"))
		return RU_INS;
	if (tn_in(tn, word, "годе годах"))
		return RU_PRE;
	if (tn_in(tn, word, "году годам")) /* dative, or "в году" */
		return governor == RU_DAT || tn_is(tn, word, "годам") ? RU_DAT
		                                                      : RU_PRE;
	if (tn_in(tn, word, "год годы"))
		return RU_NOM;
	if (tn_in(tn, before, months))
		return RU_GEN;
	if (tn_in(tn, before, "в во"))
		return RU_PRE;
	return governor < 0 || governor == RU_ACC ? RU_NOM
	                                          : (enum ru_case)governor;
}

/* says "год" for "г.", "годы" for "гг.", or the word as it is; the end */
static size_t say_year_word(struct tn *tn, size_t word, enum ru_case which)
{
	static const char one[] = "год года году год годом году";
	static const char many[] = "годы годов годам годы годами годах";
	bool plural = tn_is(tn, word, "гг");
	size_t len;
	const char *spoken;

	if (!plural && !tn_is(tn, word, "г")) {
		tn_say(tn, tn_at(tn, word)->lower);
		return word + 1;
	}
	spoken = ru_pick(plural ? many : one, which, &len);
	tn_say_n(tn, spoken, len);
	if (!tn_is_sign(tn, word + 1, '.'))
		return word + 1;
	if (tn_stops(tn, word + 1))
		tn_put(tn, ".", 1);
	return word + 2;
}

static bool is_year_word(const struct tn *tn, size_t i, int year)
{
	if (tn_in(tn, i, "г гг"))
		return year >= YEAR_MIN && tn_is_sign(tn, i + 1, '.');
	if (tn_in(tn, i, "год года годы годов"))
		return year >= YEAR_MIN;
	return tn_in(tn, i, "году годом годе годах годам годами");
}

/* 2025–2026 гг. */
static size_t year_range(struct tn *tn, size_t i, int first)
{
	size_t dash = tn_skip(tn, i + 1), next = tn_skip(tn, dash + 1);
	size_t word = tn_skip(tn, next + 1);
	int last = tn_field(tn, next, "4", YEAR_MAX);
	enum ru_case which;

	if (!tn_is_dash(tn, dash) || last <= first ||
	    !is_year_word(tn, word, last))
		return 0;
	which = year_case(tn, i, word);
	ru_say_ordinal(tn, first, ru_form_of(which, RU_M));
	tn_put(tn, " – ", strlen(" – "));
	ru_say_ordinal(tn, last, ru_form_of(which, RU_M));
	return say_year_word(tn, word, which) - i;
}

/* "в 2026", "ноябрь 2026": a year without the word */
static size_t bare_year(struct tn *tn, size_t i, int year)
{
	size_t before = tn_before(tn, i);
	const struct tn_token *next = tn_at(tn, tn_skip(tn, i + 1));

	if (year < 1900 || year > 2099 || tn_is_sign(tn, i + 1, ':'))
		return 0;
	if (tn_in(tn, before, months)) {
		ru_say_ordinal(tn, year, ru_form_of(RU_GEN, RU_M));
		tn_say(tn, "года");
		return 1;
	}
	if (!tn_is(tn, before, "в") ||
	    (next->kind != TN_END &&
	     (next->kind != TN_SIGN || !strchr(".,;!?)", next->lower[0]))))
		return 0;
	if (next->kind == TN_SIGN && tn_at(tn, i + 2)->kind == TN_NUMBER)
		return 0;
	ru_say_ordinal(tn, year, ru_form_of(RU_PRE, RU_M));
	return 1;
}

/* "с 2024 по 2026 год": the first shares the word with the second */
static size_t first_of_two(struct tn *tn, size_t i, int year)
{
	size_t joint = tn_skip(tn, i + 1), next = tn_skip(tn, joint + 1);
	int last = tn_field(tn, next, "4", YEAR_MAX);
	int governor = ru_governor(tn, i);

	if (year < YEAR_MIN || !tn_in(tn, joint, "и или по до ,") ||
	    last < YEAR_MIN || !is_year_word(tn, tn_skip(tn, next + 1), last))
		return 0;
	if (tn_in(tn, joint, "и или ,"))
		governor = year_case(tn, i, tn_skip(tn, next + 1));
	if (governor < 0 || governor == RU_ACC)
		governor = RU_NOM;
	ru_say_ordinal(tn, year, ru_form_of(governor, RU_M));
	return 1;
}

size_t ru_year(struct tn *tn, size_t i)
{
	size_t word = tn_skip(tn, i + 1), n;
	int year = tn_field(tn, i, "234", YEAR_MAX);
	enum ru_case which;

	if (year < 1 || !ru_starts(tn, i) || *tn_at(tn, i)->lower == '0')
		return 0;
	n = year_range(tn, i, year);
	if (!n)
		n = first_of_two(tn, i, year);
	if (n)
		return n;
	if (!is_year_word(tn, word, year))
		return bare_year(tn, i, year);
	which = year_case(tn, i, word);
	ru_say_ordinal(tn, year, ru_form_of(which, RU_M));
	return say_year_word(tn, word, which) - i;
}
