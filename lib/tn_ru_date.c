/* tn_ru_date.c: dates and years */
#include <string.h>

#include "lib/tn_ru.h"

enum { YEAR_MIN = 1000, YEAR_MAX = 2999 };

static const char months[] = "января февраля марта апреля мая июня июля "
			     "августа сентября октября ноября декабря";

static bool is_day(int day)
{
	return day >= 1 && day <= 31;
}

static bool is_month(int month)
{
	return month >= 1 && month <= 12;
}

/* the number that a list of days begins with: "1, 2 и 3 ноября" */
static size_t list_start(const struct tn *tn, size_t i)
{
	int hops;

	for (hops = 0; hops < 8; hops++) {
		size_t joint = tn_before(tn, i);

		if (!tn_in(tn, joint, "и или ,") ||
		    tn_field(tn, tn_before(tn, joint), "12", 31) < 0)
			break;
		i = tn_before(tn, joint);
	}
	return i;
}

/* Without a preposition a date says when something is done and stands in the
 * genitive; by itself, or after "сегодня", it is named. */
static enum ru_case date_case(const struct tn *tn, size_t i)
{
	int governor;
	size_t before;

	i = list_start(tn, i);
	governor = ru_governor(tn, i);
	before = tn_before(tn, i);
	if (governor == RU_PRE || governor == RU_GEN || governor == RU_DAT ||
	    governor == RU_INS)
		return governor;
	if (governor == RU_ACC || !tn_is_word(tn, before) ||
	    tn_in(tn, before,
	          "сегодня завтра вчера послезавтра позавчера это дата было "
	          "будет число"))
		return RU_NOM;
	return RU_GEN;
}

/* the year's number and the word "года" that goes with it, if it is there */
static size_t say_year(struct tn *tn, size_t i, int year)
{
	size_t next = tn_skip(tn, i + 1);

	ru_say_ordinal(tn, year, ru_form_of(RU_GEN, RU_M));
	tn_say(tn, "года");
	if (tn_in(tn, next, "года году год"))
		return next + 1;
	if (!tn_is(tn, next, "г"))
		return i + 1;
	if (!tn_is_sign(tn, next + 1, '.'))
		return next + 1;
	if (tn_stops(tn, next + 1) && !tn_is_word(tn, next + 3))
		tn_put(tn, ".", 1);
	return next + 2;
}

static void say_day(struct tn *tn, size_t i, int day, int month)
{
	size_t len;
	const char *name = ru_pick(months, month - 1, &len);

	ru_say_ordinal(tn, day, ru_form_of(date_case(tn, i), RU_N));
	tn_say_n(tn, name, len);
}

static int full_year(int year, size_t len)
{
	if (len > 2)
		return year;
	return year < 50 ? 2000 + year : 1900 + year;
}

/* 21.11.2026, 21/11/2026, 21.11.26 */
static size_t day_first(struct tn *tn, size_t i)
{
	int day = tn_field(tn, i, "12", 31),
	    month = tn_field(tn, i + 2, "12", 12);
	int year = tn_field(tn, i + 4, "24", YEAR_MAX);
	bool dots = tn_is_sign(tn, i + 1, '.') && tn_is_sign(tn, i + 3, '.');
	bool bars = tn_is_sign(tn, i + 1, '/') && tn_is_sign(tn, i + 3, '/');

	if ((!dots && !bars) || !is_day(day) || !is_month(month) || year < 0)
		return 0;
	if (tn_is_sign(tn, i + 5, '.') && tn_at(tn, i + 6)->kind == TN_NUMBER)
		return 0;
	say_day(tn, i, day, month);
	return say_year(tn, i + 4, full_year(year, tn_at(tn, i + 4)->len)) - i;
}

/* 2026-11-21 */
static size_t year_first(struct tn *tn, size_t i)
{
	int year = tn_field(tn, i, "4", YEAR_MAX),
	    month = tn_field(tn, i + 2, "2", 12);
	int day = tn_field(tn, i + 4, "2", 31);

	if (!tn_is_sign(tn, i + 1, '-') || !tn_is_sign(tn, i + 3, '-') ||
	    year < YEAR_MIN || !is_month(month) || !is_day(day))
		return 0;
	say_day(tn, i, day, month);
	return say_year(tn, i + 4, year) - i;
}

/* 21.11: a date unless something is measured */
static size_t day_month(struct tn *tn, size_t i)
{
	int day = tn_field(tn, i, "2", 31),
	    month = tn_field(tn, i + 2, "2", 12);
	size_t end;

	if (!tn_is_sign(tn, i + 1, '.') || !is_day(day) || !is_month(month) ||
	    ru_unit_at(tn, i + 3, &end) || ru_multiplier_at(tn, i + 3, &end) ||
	    ru_currency_at(tn, i - 1))
		return 0;
	if (strchr(".,", tn_at(tn, i + 3)->lower[0]) &&
	    tn_at(tn, i + 4)->kind == TN_NUMBER)
		return 0;
	say_day(tn, i, day, month);
	return 3;
}

bool ru_starts(const struct tn *tn, size_t i)
{
	const struct tn_token *before = tn_at(tn, i - 1);

	return tn_at(tn, i)->kind == TN_NUMBER && before->kind != TN_NUMBER &&
	       before->kind != TN_LATIN && before->kind != TN_CYRILLIC &&
	       (before->kind != TN_SIGN || !strchr("./+", before->lower[0]));
}

size_t ru_date(struct tn *tn, size_t i)
{
	size_t n;

	if (!ru_starts(tn, i))
		return 0;
	n = day_first(tn, i);
	if (!n)
		n = year_first(tn, i);
	return n ? n : day_month(tn, i);
}

static bool month_at(const struct tn *tn, size_t i)
{
	return tn_at(tn, i)->kind == TN_CYRILLIC && tn_in(tn, i, months);
}

/* "ноября 2026 г." behind a day */
static size_t month_year(struct tn *tn, size_t month)
{
	size_t next = tn_skip(tn, month + 1);
	int year = tn_field(tn, next, "4", YEAR_MAX);

	tn_say(tn, tn_at(tn, month)->lower);
	if (year < YEAR_MIN || tn_is_sign(tn, next + 1, ':'))
		return month + 1;
	return say_year(tn, next, year);
}

/* 1–3 ноября: "с первого по третье ноября" */
static size_t day_range(struct tn *tn, size_t i, int first)
{
	size_t dash = tn_skip(tn, i + 1), next = tn_skip(tn, dash + 1);
	size_t month = tn_skip(tn, next + 1);
	int last = tn_field(tn, next, "12", 31);
	bool governed = ru_governor(tn, i) >= 0;
	enum ru_case which = date_case(tn, i);

	if (!tn_is_dash(tn, dash) || last <= first || !month_at(tn, month))
		return 0;
	if (!governed)
		tn_say(tn, "с");
	ru_say_ordinal(tn, first, ru_form_of(governed ? which : RU_GEN, RU_N));
	if (governed)
		tn_put(tn, " – ", strlen(" – "));
	else
		tn_say(tn, "по");
	ru_say_ordinal(tn, last, ru_form_of(governed ? which : RU_NOM, RU_N));
	return month_year(tn, month) - i;
}

/* the day at i is one of a list that ends in a month */
static bool in_list(const struct tn *tn, size_t i)
{
	int hops;

	for (hops = 0; hops < 8; hops++) {
		size_t joint = tn_skip(tn, i + 1);
		size_t next = tn_skip(tn, joint + 1);

		if (!tn_in(tn, joint, "и или по до ,") ||
		    !is_day(tn_field(tn, next, "12", 31)))
			return false;
		if (month_at(tn, tn_skip(tn, next + 1)))
			return true;
		i = next;
	}
	return false;
}

size_t ru_day(struct tn *tn, size_t i)
{
	int day = tn_field(tn, i, "12", 31);
	size_t month = tn_skip(tn, i + 1), n;

	if (!is_day(day) || !ru_starts(tn, i))
		return 0;
	if (tn_is_dash(tn, i + 1) && tn_in(tn, i + 2, "го е ое"))
		month = tn_skip(tn, i + 3);
	n = day_range(tn, i, day);
	if (n)
		return n;
	if (!month_at(tn, month)) {
		if (!in_list(tn, i))
			return 0;
		month = i;
	}
	ru_say_ordinal(tn, day, ru_form_of(date_case(tn, i), RU_N));
	return (month == i ? i + 1 : month_year(tn, month)) - i;
}
