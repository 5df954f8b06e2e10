/*
 * itn_date: the day an answer names. Without a year the next such day is
 * meant; "следующий вторник" is the Tuesday of next week.
 */
#include <string.h>

#include "lib/fail.h"
#include "lib/itn.h"

/* How sure a reading is, where an answer holds several. */
enum rank { NONE, WEEKDAY, DAY_ALONE, RELATIVE, DAY_OF_MONTH, FULL };

struct found {
	struct sv_date date;
	size_t next;
	enum rank rank;
};

/* where reading stands */
struct reader {
	const struct sv_tokens *tokens;
	const struct sv_answer *answer;
	struct sv_date today;
	size_t at;
};

static enum sv_word word(const struct reader *r, size_t ahead)
{
	return sv_token_word(r->tokens, r->at + ahead);
}

static bool has(const struct reader *r, size_t ahead, enum sv_word what,
                int64_t value)
{
	return sv_token_has(r->tokens, r->at + ahead, what, value);
}

static bool take(struct reader *r, enum sv_word what, int64_t value)
{
	bool there = has(r, 0, what, value);

	r->at += there;
	return there;
}

static bool ends_with(const struct sv_tokens *tokens, size_t i,
                      const char *ending)
{
	size_t len = strlen(ending);

	return tokens->items[i].len >= len &&
	       !memcmp(sv_token_key(tokens, i) + tokens->items[i].len - len,
	               ending, len);
}

/* a whole number up to max, "ноль три" too; -1 for none */
static int64_t read_number(struct reader *r, int64_t max, bool *ordinal)
{
	bool zero = has(r, 0, W_DIGIT, 0) && word(r, 1) == W_DIGIT;
	struct sv_number n;
	int64_t value;

	if (!sv_number_read(r->tokens, r->at + zero, true, &n))
		return -1;
	value = sv_number_whole(&n);
	if (value < 0 || value > max || (zero && value > 9))
		return -1;
	r->at = n.next;
	if (ordinal)
		*ordinal = n.ordinal;
	return value;
}

/* 26 is 2026, 85 is 1985: up to ten years from now it is this century */
static int century(const struct reader *r, int64_t year)
{
	if (year >= 100)
		return (int)year;
	return (int)year + (year <= r->today.year % 100 + 10 ? 2000 : 1900);
}

/* "twenty twenty six", "nineteen eighty five" */
static int64_t join_year(struct reader *r, int64_t first)
{
	size_t start = r->at;
	int64_t second;

	if (r->answer->russian || (first != 19 && first != 20))
		return first;
	second = read_number(r, 99, NULL);
	if (second >= 0)
		return first * 100 + second;
	r->at = start;
	return first;
}

/* The year behind a day, "две тысячи двадцать шестого года"; 0 for none. */
static int read_year(struct reader *r, bool numeric)
{
	size_t start = r->at;
	bool ordinal = false;
	int64_t year;

	if (r->tokens->items[r->at].sign == ',')
		r->at++;
	year = read_number(r, 2199, &ordinal);
	if (year >= 0)
		year = join_year(r, year);
	if (year >= 1900 || (year >= 0 && year < 100 &&
	                     (numeric || has(r, 0, W_UNIT, U_YEAR) ||
	                      (ordinal && r->answer->russian)))) {
		take(r, W_UNIT, U_YEAR);
		return century(r, year);
	}
	r->at = start;
	return 0;
}

/* day and month are there: the year said, or the next such day */
static bool finish(struct reader *r, struct found *found, int year)
{
	struct sv_date *date = &found->date;
	int64_t today = sv_days(&r->today);

	found->next = r->at;
	found->rank = FULL;
	date->year = year ? year : r->today.year;
	for (int k = 0; !year && k < 8; k++) { /* 29 February may be far */
		date->year = r->today.year + k;
		if (sv_date_valid(date) && sv_days(date) >= today)
			break;
	}
	return sv_date_valid(date);
}

/* "двадцать первого ноября", "the twenty first of november" */
static bool read_day_month(struct reader *r, struct found *found)
{
	int64_t day;

	if (word(r, 0) == W_ARTICLE)
		r->at++;
	day = read_number(r, 31, NULL);
	if (day < 1)
		return false;
	take(r, W_UNIT, U_DATE);
	take(r, W_PREP, P_OF);
	if (word(r, 0) != W_MONTH)
		return false;
	found->date.day = (int)day;
	found->date.month = (int)sv_token_value(r->tokens, r->at++);
	return finish(r, found, read_year(r, false));
}

/* "november the twenty first", "ноября двадцать первого" */
static bool read_month_day(struct reader *r, struct found *found)
{
	int64_t day;

	if (word(r, 0) != W_MONTH)
		return false;
	found->date.month = (int)sv_token_value(r->tokens, r->at++);
	if (word(r, 0) == W_ARTICLE)
		r->at++;
	day = read_number(r, 31, NULL);
	if (day < 1)
		return false;
	found->date.day = (int)day;
	return finish(r, found, read_year(r, false));
}

/* 21.11.2026, 11/21/2026, 2026-11-21 */
static bool read_written(struct reader *r, struct found *found)
{
	const struct sv_token *t = &r->tokens->items[r->at];
	uint32_t sign = t[1].sign;
	int64_t part[3] = { 0, 0, 0 };
	int n = 0;

	if (t->kind != T_DIGITS || t[1].kind != T_SIGN ||
	    !strchr("./-", (int)sign) || sign > 127 || t->len > 4)
		return false;
	while (n < 3 && t->kind == T_DIGITS && t->len <= 4) {
		const char *key = r->tokens->keys + t->key;

		for (size_t k = 0; k < t->len; k++)
			part[n] = part[n] * 10 + (key[k] - '0');
		n++;
		r->at += n == 1 ? 1 : 2;
		t += 2;
		if (t[-1].kind != T_SIGN || t[-1].sign != sign || t->spaced)
			break;
	}
	if (n < 2 || (n == 2 && sign != '.'))
		return false;
	found->date.day = (int)part[0];
	found->date.month = (int)part[1];
	if (sign == '/' && !r->answer->russian) {
		found->date.day = (int)part[1];
		found->date.month = (int)part[0];
	}
	if (part[0] > 31) {
		found->date.day = (int)part[2];
		part[2] = part[0];
	}
	return finish(r, found, n == 3 ? century(r, part[2]) : 0);
}

/* "двадцать первого одиннадцатого", "пятнадцать ноль три восемьдесят пять" */
static bool read_numeric(struct reader *r, struct found *found)
{
	bool day_ordinal, month_ordinal;
	int64_t day, month;
	int year;

	if (!r->answer->russian)
		return false;
	day = read_number(r, 31, &day_ordinal);
	month = read_number(r, 12, &month_ordinal);
	if (day < 1 || month < 1)
		return false;
	year = read_year(r, true);
	if (!year && !(day_ordinal && month_ordinal))
		return false;
	found->date.day = (int)day;
	found->date.month = (int)month;
	return finish(r, found, year);
}

static bool finish_days(struct reader *r, struct found *found, int64_t days,
                        enum rank rank)
{
	sv_days_date(days, &found->date);
	found->next = r->at;
	found->rank = rank;
	return sv_date_valid(&found->date);
}

/* n units from a day */
static bool add_units(struct reader *r, struct found *found, int64_t days,
                      int64_t n)
{
	int64_t unit = sv_token_value(r->tokens, r->at++);
	struct sv_date date;

	if (n > 1200)
		return false;
	sv_days_date(days, &date);
	if (unit == U_DAY || unit == U_WEEK || unit == U_FORTNIGHT)
		days += n * (unit == U_DAY ? 1 : unit == U_WEEK ? 7 : 14);
	else if (unit == U_MONTH || unit == U_YEAR)
		sv_date_add_months(&date, (int)(unit == U_YEAR ? 12 * n : n));
	else
		return false;
	if (unit == U_MONTH || unit == U_YEAR)
		days = sv_days(&date);
	return finish_days(r, found, days, RELATIVE);
}

/* "через неделю в среду": that day of that week */
static void move_to_weekday(struct reader *r, struct found *found)
{
	int64_t days = sv_days(&found->date);

	if (word(r, 0) == W_PREP)
		r->at++;
	if (word(r, 0) != W_WEEKDAY)
		return;
	days += sv_token_value(r->tokens, r->at++) - sv_weekday(days);
	finish_days(r, found, days, RELATIVE);
}

/* "через две недели", "in a week", "через полгода" */
static bool read_through(struct reader *r, struct found *found)
{
	int64_t n = 1;
	bool week;

	if (!take(r, W_PREP, P_THROUGH))
		return false;
	if (sv_token_is(r->tokens, r->at, "полгода")) {
		found->date = r->today;
		sv_date_add_months(&found->date, 6);
		return finish_days(r, found, sv_days(&found->date), RELATIVE);
	}
	if (has(r, 0, W_UNIT, U_DAY) && r->answer->russian)
		return false; /* "через день" is every other day, too */
	if (word(r, 0) == W_ARTICLE && word(r, 1) == W_UNIT)
		r->at++;
	else if (word(r, 0) != W_UNIT)
		n = read_number(r, 1200, NULL);
	take(r, W_PREP, P_OF);
	if (n < 1 || word(r, 0) != W_UNIT)
		return false;
	week = has(r, 0, W_UNIT, U_WEEK);
	if (!add_units(r, found, sv_days(&r->today), n))
		return false;
	if (week)
		move_to_weekday(r, found);
	return true;
}

/* "дня через два" */
static bool read_inverted(struct reader *r, struct found *found)
{
	size_t unit = r->at, end;
	int64_t n;

	if (word(r, 0) != W_UNIT || !has(r, 1, W_PREP, P_THROUGH))
		return false;
	r->at += 2;
	n = read_number(r, 1200, NULL);
	if (n < 1 || word(r, 0) == W_UNIT)
		return false;
	end = r->at;
	r->at = unit;
	if (!add_units(r, found, sv_days(&r->today), n))
		return false;
	found->next = end;
	return true;
}

/* "two days from now", "a week from tomorrow" */
static bool read_from_now(struct reader *r, struct found *found)
{
	int64_t from = 0, n = 1;
	size_t unit;

	if (word(r, 0) == W_ARTICLE && word(r, 1) == W_UNIT)
		r->at++;
	else
		n = read_number(r, 1200, NULL);
	unit = r->at;
	if (n < 1 || word(r, 0) != W_UNIT || !has(r, 1, W_PREP, P_FROM))
		return false;
	if (word(r, 2) == W_RELATIVE)
		from = sv_token_value(r->tokens, r->at + 2);
	else if (!sv_token_is(r->tokens, r->at + 2, "now"))
		return false;
	if (!add_units(r, found, sv_days(&r->today) + from, n))
		return false;
	found->next = unit + 3;
	return true;
}

static bool read_relative(struct reader *r, struct found *found)
{
	int64_t today = sv_days(&r->today), days;

	if (sv_token_is(r->tokens, r->at, "day") && word(r, 2) == W_RELATIVE &&
	    word(r, 1) == W_PREP) {
		days = 2 * sv_token_value(r->tokens, r->at + 2);
		r->at += 3;
		return finish_days(r, found, today + days, RELATIVE);
	}
	if (word(r, 0) != W_RELATIVE)
		return false;
	days = sv_token_value(r->tokens, r->at++);
	return finish_days(r, found, today + days, RELATIVE);
}

/* "на следующей неделе" before or behind: which week is meant, or none */
static bool read_week(struct reader *r, int64_t *week)
{
	size_t start = r->at;

	if (word(r, 0) == W_PREP)
		r->at++;
	if (word(r, 0) == W_NEXT && has(r, 1, W_UNIT, U_WEEK)) {
		*week = sv_token_value(r->tokens, r->at);
		r->at += 2;
		return true;
	}
	r->at = start;
	return false;
}

static bool read_weekday(struct reader *r, struct found *found)
{
	int64_t today = sv_days(&r->today), week = 2, ahead;
	int wanted;

	if (read_week(r, &week)) {
		if (word(r, 0) == W_PREP)
			r->at++;
	} else if (word(r, 0) == W_NEXT) {
		week = sv_token_value(r->tokens, r->at++);
	}
	if (word(r, 0) != W_WEEKDAY)
		return false;
	wanted = (int)sv_token_value(r->tokens, r->at++);
	if (week == 2)
		read_week(r, &week);
	ahead = wanted - sv_weekday(today);
	if (week == 1 || week == -1)
		ahead += 7 * week;
	else if (ahead < 0 || (ahead == 0 && week == 2))
		ahead += 7; /* on a Monday "в понедельник" is next week */
	return finish_days(r, found, today + ahead, WEEKDAY);
}

/* an ordinal that something else than a date claims */
static bool is_other(const struct reader *r, size_t start)
{
	enum sv_word next = word(r, 0);

	if (next == W_MONTH || next == W_HALF || next == W_WEEKDAY ||
	    next == W_QUARTER)
		return true;
	if (!start)
		return false;
	switch (sv_token_word(r->tokens, start - 1)) {
	case W_HALF:
	case W_QUARTER:
	case W_MONTH:
		return true;
	case W_UNIT:
		return sv_token_value(r->tokens, start - 1) == U_MINUTE;
	default:
		return false;
	}
}

/* "двадцать первого", "двадцать первое число", "the fifteenth" */
static bool read_day(struct reader *r, struct found *found)
{
	size_t start = r->at, last;
	bool ordinal = false, named;
	int months = 0;
	int64_t day = read_number(r, 31, &ordinal);

	last = r->at - 1;
	named = take(r, W_UNIT, U_DATE);
	if (day < 1 || !ordinal || is_other(r, start))
		return false;
	if (r->answer->russian && !named && !ends_with(r->tokens, last, "го") &&
	    !ends_with(r->tokens, last, "ое"))
		return false;
	found->date = r->today;
	found->date.day = 1;
	if (word(r, 0) == W_NEXT && has(r, 1, W_UNIT, U_MONTH)) {
		months = has(r, 0, W_NEXT, 1);
		r->at += 2;
		named = true;
	} else if (day < r->today.day) {
		months = 1;
	}
	sv_date_add_months(&found->date, months);
	while (day > sv_month_days(found->date.year, found->date.month))
		sv_date_add_months(&found->date, 1);
	found->date.day = (int)day;
	found->next = r->at;
	found->rank = named ? DAY_OF_MONTH : DAY_ALONE;
	/* "с первого раза" */
	return named || day > 10 || word(r, 0) != W_NONE ||
	       r->tokens->items[r->at].kind == T_END;
}

static bool read_date(const struct sv_answer *answer, size_t i,
                      struct found *found)
{
	static bool (*const readers[])(struct reader *, struct found *) = {
		read_written, read_day_month, read_month_day, read_numeric,
		read_through, read_inverted,  read_from_now,  read_relative,
		read_weekday, read_day,
	};

	for (size_t k = 0; k < sizeof readers / sizeof *readers; k++) {
		struct reader r = { &answer->tokens, answer, answer->today, i };

		if (readers[k](&r, found))
			return true;
	}
	return false;
}

int sv_itn_date(const struct sv_answer *answer, struct sv_buf *out)
{
	const struct sv_tokens *tokens = &answer->tokens;
	struct found best = { .rank = NONE };
	struct sv_number n;
	bool corrected = false;

	for (size_t i = 0; i < tokens->n;) {
		struct found found = { .rank = NONE };

		corrected |= sv_token_word(tokens, i) == W_CORRECTION;
		if (!read_date(answer, i, &found)) {
			/* no "first of november" in "the thirty first of" it */
			i = sv_number_read(tokens, i, true, &n) ? n.next
			                                        : i + 1;
			continue;
		}
		if (found.rank > best.rank || corrected)
			best = found;
		corrected = false;
		i = found.next;
	}
	if (best.rank == NONE)
		return sv_fail(EX_DATAERR, "no date in the answer");
	return sv_buf_printf(out, "%04d-%02d-%02d", best.date.year,
	                     best.date.month, best.date.day);
}
