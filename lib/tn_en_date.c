/* tn_en_date.c: dates and years in English */
#include <string.h>

#include "lib/tn_en.h"

enum { YEAR_MIN = 1000, YEAR_MAX = 2999 };

static const char *const months[] = {
	"January", "February", "March",     "April",   "May",      "June",
	"July",    "August",   "September", "October", "November", "December",
};

static const char *const short_months[] = {
	"jan", "feb", "mar",      "apr", "may", "jun",
	"jul", "aug", "sep sept", "oct", "nov", "dec",
};

static bool is_day(int day)
{
	return day >= 1 && day <= 31;
}

static bool is_month(int month)
{
	return month >= 1 && month <= 12;
}

void en_say_year(struct tn *tn, unsigned int year)
{
	struct sv_buf words;

	sv_buf_init(&words, EN_NUMBER_MAX);
	en_year(&words, year);
	tn_say(tn, sv_buf_str(&words));
	sv_buf_release(&words);
}

static void say_date(struct tn *tn, int year, int month, int day)
{
	tn_say(tn, months[month - 1]);
	en_say_ordinal(tn, day);
	if (year < 0)
		return;
	if (year < 100)
		year += year < 50 ? 2000 : 1900;
	tn_put(tn, ",", 1);
	en_say_year(tn, year);
}

static bool starts_here(const struct tn *tn, size_t i)
{
	const struct tn_token *before = tn_at(tn, i - 1);

	return tn_at(tn, i)->kind == TN_NUMBER && before->kind != TN_NUMBER &&
	       !tn_is_word(tn, i - 1) &&
	       (before->kind != TN_SIGN || !strchr("./+$", before->lower[0]));
}

/* 11/21/2026, 21.11.2026, 2026-11-21: years last but with hyphens */
size_t en_date(struct tn *tn, size_t i)
{
	int a = tn_field(tn, i, "12", 31), b = tn_field(tn, i + 2, "12", 31);
	int year = tn_field(tn, i + 4, "24", YEAR_MAX);
	uint32_t sign = tn_at(tn, i + 1)->code;
	bool day_first;

	if (!starts_here(tn, i) || !tn_is_sign(tn, i + 3, sign))
		return 0;
	if (sign == '-') {
		year = tn_field(tn, i, "4", YEAR_MAX);
		a = tn_field(tn, i + 4, "2", 31);
	}
	if (year < 0 || (sign != '-' && sign != '/' && sign != '.') ||
	    (tn_at(tn, i + 5)->kind == TN_SIGN &&
	     tn_at(tn, i + 6)->kind == TN_NUMBER))
		return 0;
	/* with bars the month is first, as in the States, where it can be */
	day_first = sign != '/' || a > 12;
	if (!is_day(day_first ? a : b) || !is_month(day_first ? b : a))
		return 0;
	say_date(tn, year, day_first ? b : a, day_first ? a : b);
	return 5;
}

/* the month at i, 1 to 12, and the token behind it; 0 */
static int month_at(const struct tn *tn, size_t i, size_t *end)
{
	int k;

	if (!tn_is_upper(tn, i))
		return 0;
	for (k = 0; k < 12; k++) {
		const char *word = tn_at(tn, i)->lower;

		*end = i + 1;
		if (!strcmp(word + 1, months[k] + 1) &&
		    *word == (*months[k] | 0x20))
			return k + 1;
		*end += tn_is_sign(tn, i + 1, '.');
		if (tn_among(word, short_months[k]))
			return k + 1;
	}
	return 0;
}

/* a year behind a date: ", 2026" */
static size_t say_year_behind(struct tn *tn, size_t i)
{
	size_t at = tn_skip(tn, i + tn_is_sign(tn, i, ','));
	int year = tn_field(tn, at, "4", YEAR_MAX);

	if (year < YEAR_MIN || tn_is_sign(tn, at + 1, ':'))
		return i;
	tn_put(tn, ",", 1);
	en_say_year(tn, year);
	return at + 1;
}

static size_t skip_suffix(const struct tn *tn, size_t i)
{
	return i + tn_in(tn, i, "st nd rd th");
}

/* November 21, 2026; Nov. 3-5; November 2026 */
size_t en_month(struct tn *tn, size_t i)
{
	size_t end, at, dash;
	int month = month_at(tn, i, &end), day, last, year;

	if (!month)
		return 0;
	at = tn_skip(tn, end);
	day = tn_field(tn, at, "12", 31);
	year = tn_field(tn, at, "4", YEAR_MAX);
	if (at == end || (!is_day(day) && year < YEAR_MIN) ||
	    tn_is_sign(tn, at + 1, ':'))
		return 0;
	tn_say(tn, months[month - 1]);
	if (!is_day(day)) {
		en_say_year(tn, year);
		return at + 1 - i;
	}
	en_say_ordinal(tn, day);
	at = dash = skip_suffix(tn, at + 1);
	last = tn_field(tn, dash + 1, "12", 31);
	if (tn_is_dash(tn, dash) && last > day) {
		tn_say(tn, "to");
		en_say_ordinal(tn, last);
		at = skip_suffix(tn, dash + 2);
	}
	return say_year_behind(tn, at) - i;
}

/* 21 November 2026: "the twenty-first of November, …" */
size_t en_day(struct tn *tn, size_t i)
{
	int day = tn_field(tn, i, "12", 31), month;
	size_t end, at = tn_skip(tn, skip_suffix(tn, i + 1));

	if (!is_day(day) || !starts_here(tn, i))
		return 0;
	month = month_at(tn, at, &end);
	if (!month)
		return 0;
	if (!tn_is(tn, tn_before(tn, i), "the"))
		tn_say(tn, "the");
	en_say_ordinal(tn, day);
	tn_say(tn, "of");
	tn_say(tn, months[month - 1]);
	return say_year_behind(tn, end) - i;
}

/* 1990s, '90s */
static size_t decade(struct tn *tn, size_t i)
{
	struct sv_buf words;
	int year = tn_field(tn, i, "24", YEAR_MAX);
	size_t suffix =
		i + 1 +
		(tn_is_sign(tn, i + 1, '\'') || tn_is_sign(tn, i + 1, 0x2019));

	if (!tn_is(tn, suffix, "s") || year < 10 || year % 10)
		return 0;
	sv_buf_init(&words, EN_NUMBER_MAX);
	if (year >= YEAR_MIN)
		en_year(&words, year);
	else
		en_cardinal(&words, year);
	en_plural(&words);
	tn_say(tn, sv_buf_str(&words));
	sv_buf_release(&words);
	return suffix + 1 - i;
}

static bool is_year(const struct tn *tn, size_t i)
{
	static const char before[] =
		"in since by until till from during of year years before after "
		"early late mid spring summer fall autumn winter and between "
		"q1 q2 q3 q4 quarter for fiscal copyright ©";
	const struct tn_token *next = tn_at(tn, tn_skip(tn, i + 1));
	int year = tn_field(tn, i, "4", YEAR_MAX);

	if (year < 1100 || year > 2099)
		return false;
	/* 2024-2026, Q3 2026 */
	if (year >= 1900 && tn_is_dash(tn, i + 1) &&
	    tn_field(tn, i + 2, "4", 2099) > year)
		return true;
	if (tn_is(tn, tn_before(tn, i) - 1, "q"))
		return true;
	if (year >= 1900 && tn_in(tn, tn_skip(tn, i + 1), "was is will has"))
		return true;
	if (!tn_in(tn, tn_before(tn, i), before))
		return false;
	if (tn_is_sign(tn, i + 1, '.') && tn_at(tn, i + 2)->kind == TN_NUMBER)
		return false;
	/* "of 2026 orders" counts; "in 2026 we" does not */
	return next->kind != TN_LATIN || !tn_ends(next->lower, "s") ||
	       tn_among(next->lower, "was is has its this us years");
}

size_t en_years(struct tn *tn, size_t i)
{
	size_t next = i + 2, end, n;

	if (!starts_here(tn, i))
		return 0;
	n = decade(tn, i);
	if (n)
		return n;
	if (!is_year(tn, i) || en_currency_at(tn, i - 1) ||
	    en_unit_at(tn, i + 1, &end) || en_multiplier_at(tn, i + 1, &end))
		return 0;
	en_say_year(tn, (unsigned int)tn_value(tn_at(tn, i)->lower));
	if (!tn_is_dash(tn, i + 1) || tn_field(tn, next, "4", YEAR_MAX) < 1100)
		return 1;
	tn_say(tn, "to");
	en_say_year(tn, (unsigned int)tn_value(tn_at(tn, next)->lower));
	return 3;
}
