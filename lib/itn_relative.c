/* itn_relative: days that count from today */
#include <string.h>

#include "lib/itn_date.h"

static bool finish_days(struct sv_date_reader *r, struct sv_date_found *found,
                        int64_t days, enum sv_date_rank rank)
{
	sv_days_date(days, &found->date);
	found->next = r->at;
	found->rank = rank;
	return sv_date_valid(&found->date);
}

/* n units from a day */
static bool add_units(struct sv_date_reader *r, struct sv_date_found *found,
                      int64_t days, int64_t n)
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
static void move_to_weekday(struct sv_date_reader *r,
                            struct sv_date_found *found)
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
static bool read_through(struct sv_date_reader *r, struct sv_date_found *found)
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
		n = sv_date_number(r, 1200, NULL);
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
static bool read_inverted(struct sv_date_reader *r, struct sv_date_found *found)
{
	size_t unit = r->at, end;
	int64_t n;

	if (word(r, 0) != W_UNIT || !has(r, 1, W_PREP, P_THROUGH))
		return false;
	r->at += 2;
	n = sv_date_number(r, 1200, NULL);
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
static bool read_from_now(struct sv_date_reader *r, struct sv_date_found *found)
{
	int64_t from = 0, n = 1;
	size_t unit;

	if (word(r, 0) == W_ARTICLE && word(r, 1) == W_UNIT)
		r->at++;
	else
		n = sv_date_number(r, 1200, NULL);
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

static bool read_relative(struct sv_date_reader *r, struct sv_date_found *found)
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
static bool read_week(struct sv_date_reader *r, int64_t *week)
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

static bool read_weekday(struct sv_date_reader *r, struct sv_date_found *found)
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
	if (week == 2 && has(r, 0, W_PREP, P_THROUGH) &&
	    has(r, 1, W_UNIT, U_WEEK)) {
		r->at += 2;
		week = 1; /* "в пятницу через неделю" */
	}
	if (week == 2)
		read_week(r, &week);
	ahead = wanted - sv_weekday(today);
	if (week == 1 || week == -1)
		ahead += 7 * week;
	else if (ahead < 0 || (ahead == 0 && week == 2))
		ahead += 7; /* on a Monday "в понедельник" is next week */
	return finish_days(r, found, today + ahead, WEEKDAY);
}

bool sv_date_relative(const struct sv_answer *answer, size_t i,
                      struct sv_date_found *found)
{
	static bool (*const readers[])(struct sv_date_reader *,
	                               struct sv_date_found *) = {
		read_through,  read_inverted, read_from_now,
		read_relative, read_weekday,
	};

	for (size_t k = 0; k < sizeof readers / sizeof *readers; k++) {
		struct sv_date_reader r = { &answer->tokens, answer,
			                    answer->today, i };

		if (readers[k](&r, found))
			return true;
	}
	return false;
}
