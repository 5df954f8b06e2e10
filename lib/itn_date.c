/*
 * itn_date: the day an answer names. Without a year the next such day is
 * meant; "следующий вторник" is the Tuesday of next week.
 */
#include "lib/itn_date.h"

#include <string.h>

#include "lib/fail.h"

static bool ends_with(const struct sv_tokens *tokens, size_t i,
                      const char *ending)
{
	size_t len = strlen(ending);

	return tokens->items[i].len >= len &&
	       !memcmp(sv_token_key(tokens, i) + tokens->items[i].len - len,
	               ending, len);
}

/* the rest of 25th, 25-го */
static bool skip_ending(struct sv_date_reader *r)
{
	const struct sv_token *t = &r->tokens->items[r->at];
	bool hyphen = t->kind == T_SIGN && t->sign == '-' && !t->spaced;

	if (t[-1].kind != T_DIGITS)
		return false;
	t += hyphen;
	if (t->kind != T_WORD || t->spaced || t->len > 4)
		return false;
	r->at += 1 + hyphen;
	return true;
}

/* a whole number up to max, "ноль три" too; -1 for none */
int64_t sv_date_number(struct sv_date_reader *r, int64_t max, bool *ordinal)
{
	bool zero = has(r, 0, W_DIGIT, 0) &&
	            (word(r, 1) == W_DIGIT || word(r, 1) == W_ORDINAL);
	struct sv_number n;
	int64_t value;

	if (!sv_number_read(r->tokens, r->at + zero, true, &n))
		return -1;
	value = sv_number_whole(&n);
	if (value < 0 || value > max || (zero && value > 9))
		return -1;
	r->at = n.next;
	n.ordinal |= skip_ending(r);
	if (ordinal)
		*ordinal = n.ordinal;
	return value;
}

/* 26 is 2026, 85 is 1985: up to ten years from now it is this century */
static int century(const struct sv_date_reader *r, int64_t year)
{
	if (year >= 100)
		return (int)year;
	return (int)year + (year <= r->today.year % 100 + 10 ? 2000 : 1900);
}

/* "twenty twenty six", "nineteen eighty five" */
static int64_t join_year(struct sv_date_reader *r, int64_t first)
{
	size_t start = r->at;
	int64_t second;

	if (r->answer->russian || (first != 19 && first != 20))
		return first;
	second = sv_date_number(r, 99, NULL);
	if (second >= 0)
		return first * 100 + second;
	r->at = start;
	return first;
}

/* The year behind a day, "две тысячи двадцать шестого года"; 0 for none. */
static int read_year(struct sv_date_reader *r, bool numeric)
{
	size_t start = r->at;
	bool ordinal = false;
	int64_t year;

	if (r->tokens->items[r->at].sign == ',')
		r->at++;
	year = sv_date_number(r, 2199, &ordinal);
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
static bool finish(struct sv_date_reader *r, struct sv_date_found *found,
                   int year)
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
static bool read_day_month(struct sv_date_reader *r,
                           struct sv_date_found *found)
{
	int64_t day;

	if (word(r, 0) == W_ARTICLE)
		r->at++;
	day = sv_date_number(r, 31, NULL);
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
static bool read_month_day(struct sv_date_reader *r,
                           struct sv_date_found *found)
{
	int64_t day;

	if (word(r, 0) != W_MONTH)
		return false;
	found->date.month = (int)sv_token_value(r->tokens, r->at++);
	if (word(r, 0) == W_ARTICLE)
		r->at++;
	day = sv_date_number(r, 31, NULL);
	if (day < 1)
		return false;
	found->date.day = (int)day;
	return finish(r, found, read_year(r, false));
}

/* up to three numbers with the same sign between them: how many */
static int read_parts(struct sv_date_reader *r, uint32_t sign, int64_t part[3])
{
	const struct sv_token *t = &r->tokens->items[r->at];
	int n = 0;

	while (n < 3 && t->kind == T_DIGITS && t->len <= 4) {
		const char *key = r->tokens->keys + t->key;

		for (size_t k = 0; k < t->len; k++)
			part[n] = part[n] * 10 + (key[k] - '0');
		n++;
		r->at++;
		if (t[1].kind != T_SIGN || t[1].sign != sign || t[2].spaced)
			break;
		t += 2;
		r->at += n < 3;
	}
	return n;
}

/* 21.11.2026, 11/21/2026, 2026-11-21 */
static bool read_written(struct sv_date_reader *r, struct sv_date_found *found)
{
	const struct sv_token *t = &r->tokens->items[r->at];
	uint32_t sign = t[1].sign;
	int64_t part[3] = { 0, 0, 0 };
	int n;

	if (t->kind != T_DIGITS || (sign != '.' && sign != '/' && sign != '-'))
		return false;
	n = read_parts(r, sign, part);
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
static bool read_numeric(struct sv_date_reader *r, struct sv_date_found *found)
{
	bool day_ordinal, month_ordinal;
	int64_t day, month;
	int year;

	if (!r->answer->russian)
		return false;
	day = sv_date_number(r, 31, &day_ordinal);
	month = sv_date_number(r, 12, &month_ordinal);
	if (day < 1 || month < 1)
		return false;
	year = read_year(r, true);
	if (!year && !(day_ordinal && month_ordinal))
		return false;
	found->date.day = (int)day;
	found->date.month = (int)month;
	return finish(r, found, year);
}

/* an ordinal that something else than a date claims */
static bool is_other(const struct sv_date_reader *r, size_t start)
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
static bool read_day(struct sv_date_reader *r, struct sv_date_found *found)
{
	size_t start = r->at, last;
	bool ordinal = false, named;
	int months = 0;
	int64_t day = sv_date_number(r, 31, &ordinal);

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
                      struct sv_date_found *found)
{
	static bool (*const readers[])(struct sv_date_reader *,
	                               struct sv_date_found *) = {
		read_written,
		read_day_month,
		read_month_day,
		read_numeric,
	};
	struct sv_date_reader day = { &answer->tokens, answer, answer->today,
		                      i };

	for (size_t k = 0; k < sizeof readers / sizeof *readers; k++) {
		struct sv_date_reader r = { &answer->tokens, answer,
			                    answer->today, i };

		if (readers[k](&r, found))
			return true;
	}
	return sv_date_relative(answer, i, found) || read_day(&day, found);
}

int sv_itn_date(const struct sv_answer *answer, struct sv_buf *out)
{
	const struct sv_tokens *tokens = &answer->tokens;
	struct sv_date_found best = { .rank = NONE };
	struct sv_number n;
	bool corrected = false;

	for (size_t i = 0; i < tokens->n;) {
		struct sv_date_found found = { .rank = NONE };

		/* "завтра не могу, давайте во вторник" */
		corrected |= sv_token_word(tokens, i) == W_CORRECTION ||
		             sv_token_is(tokens, i, "не") ||
		             sv_token_is(tokens, i, "not");
		if (!read_date(answer, i, &found)) {
			/* no "first of november" in "the thirty first of" it */
			i = sv_number_read(tokens, i, true, &n) ? n.next
			                                        : i + 1;
			continue;
		}
		if (!sv_token_denied(tokens, i)) {
			if (found.rank > best.rank || corrected)
				best = found;
			corrected = false;
		}
		i = found.next;
	}
	if (best.rank == NONE)
		return sv_fail(EX_DATAERR, "no date in the answer");
	return sv_buf_printf(out, "%04d-%02d-%02d", best.date.year,
	                     best.date.month, best.date.day);
}
