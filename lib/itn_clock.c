/* itn_clock: the ways to say a time of day */
#include <string.h>

#include "lib/itn_time.h"

enum { HOUR = 60 };

/* where reading stands */
struct reader {
	const struct sv_tokens *tokens;
	bool russian;
	size_t at;
};

/* the word at an offset; W_NONE before the first */
static enum sv_word word(const struct reader *r, int ahead)
{
	if (ahead < 0 && r->at < (size_t)-ahead)
		return W_NONE;
	return sv_token_word(r->tokens, r->at + (size_t)ahead);
}

static int64_t value(const struct reader *r, size_t ahead)
{
	return sv_token_value(r->tokens, r->at + ahead);
}

static bool has(const struct reader *r, int ahead, enum sv_word what,
                int64_t value)
{
	return word(r, ahead) == what &&
	       sv_token_has(r->tokens, r->at + (size_t)ahead, what, value);
}

/* a whole cardinal up to max, "ноль пять" too; -1 for none */
static int read_number(struct reader *r, int max, bool *zero)
{
	bool first = has(r, 0, W_DIGIT, 0) && word(r, 1) == W_DIGIT;
	struct sv_number n;

	if (!sv_number_read(r->tokens, r->at + first, true, &n) || n.ordinal ||
	    n.scaled || sv_number_whole(&n) < 0 || n.units > max ||
	    (first && n.units > 9))
		return -1;
	if (zero)
		*zero = first || (r->tokens->items[r->at].kind == T_DIGITS &&
		                  *sv_token_key(r->tokens, r->at) == '0');
	r->at = n.next;
	return (int)n.units;
}

/* "третьего": the hour that ends at three */
static int read_hour_ending(struct reader *r)
{
	struct sv_number n;

	if (!sv_number_read(r->tokens, r->at, true, &n) || !n.ordinal ||
	    n.units < 1 || n.units > 12)
		return -1;
	r->at = n.next;
	return (int)n.units - 1;
}

/* "p m", "p.m." */
static int read_letters(struct reader *r)
{
	size_t at = r->at;
	int part = sv_token_is(r->tokens, at, "p") ? D_PM : D_AM;

	if (part == D_AM && !sv_token_is(r->tokens, at, "a"))
		return SV_NO_PART;
	at += 1 + (r->tokens->items[at + 1].sign == '.');
	if (!sv_token_is(r->tokens, at, "m"))
		return SV_NO_PART;
	r->at = at + 1;
	return part;
}

/* "дня", "вечера", "pm", "in the evening", "at night" */
static int read_part(struct reader *r)
{
	size_t start = r->at;
	int part = read_letters(r);

	if (part != SV_NO_PART)
		return part;
	if (r->russian && sv_token_is(r->tokens, r->at, "дня")) {
		r->at++;
		return D_DAY;
	}
	if (word(r, 0) == W_PREP)
		r->at++;
	if (word(r, 0) == W_ARTICLE || word(r, 0) == W_NEXT)
		r->at++;
	if (word(r, 0) == W_DAYPART)
		return (int)sv_token_value(r->tokens, r->at++);
	if (sv_token_is(r->tokens, r->at, "tonight")) {
		r->at++;
		return D_EVENING;
	}
	r->at = start;
	return SV_NO_PART;
}

static bool finish(struct reader *r, struct sv_time *found, int minutes)
{
	minutes = (minutes + 24 * HOUR) % (24 * HOUR);
	found->hour = minutes / HOUR;
	found->minute = minutes % HOUR;
	found->part = read_part(r);
	found->next = r->at;
	found->rank = TIME_SURE;
	return true;
}

/* 0:30 by a clock with twelve hours: half past twelve */
static int twelve(int minutes)
{
	return minutes < HOUR ? minutes + 12 * HOUR : minutes;
}

/* 15:30, 15.30 */
static bool read_written(struct reader *r, struct sv_time *found)
{
	const struct sv_token *t = &r->tokens->items[r->at];
	uint32_t sign = t[1].sign;
	int hour, minute;

	if (t->kind != T_DIGITS || t[1].kind != T_SIGN || t[1].spaced ||
	    (sign != ':' && sign != '.' && sign != '-') || t[2].spaced ||
	    t[2].kind != T_DIGITS || t[2].len != 2 || t->len > 2)
		return false;
	/* a third part makes it a date */
	if (t[3].kind == T_SIGN && t[3].sign == sign && t[4].kind == T_DIGITS &&
	    sign != ':')
		return false;
	hour = read_number(&(struct reader){ r->tokens, false, r->at }, 24,
	                   &found->exact);
	if (sign == '.') { /* that read as a decimal */
		const char *key = sv_token_key(r->tokens, r->at);

		hour = t->len == 1 ? key[0] - '0'
		                   : (key[0] - '0') * 10 + key[1] - '0';
	}
	r->at += 2;
	minute = read_number(r, 59, NULL);
	if (hour < 0 || hour > 23 || minute < 0)
		return false;
	return finish(r, found, hour * HOUR + minute);
}

/* "полвторого", "в полдень", "noon" */
static bool read_clock(struct reader *r, struct sv_time *found)
{
	int minutes;

	if (word(r, 0) != W_CLOCK)
		return false;
	minutes = (int)sv_token_value(r->tokens, r->at++);
	found->exact = minutes == 0;
	return finish(r, found, minutes ? twelve(minutes) : 0);
}

/* minutes before what they belong to: "четверть", "десять минут", "half" */
static int read_minutes(struct reader *r)
{
	int n = 15;

	if (word(r, 0) == W_ARTICLE)
		r->at++;
	if (word(r, 0) == W_HALF)
		n = 30;
	else if (word(r, 0) != W_QUARTER)
		n = read_number(r, 59, NULL);
	if (word(r, 0) == W_HALF || word(r, 0) == W_QUARTER)
		r->at++;
	if (n > 0 && has(r, 0, W_UNIT, U_MINUTE))
		r->at++;
	return n;
}

/* "пол третьего", "четверть третьего", "десять минут третьего" */
static bool read_of_hour(struct reader *r, struct sv_time *found)
{
	int minutes = read_minutes(r), hour;

	if (!r->russian || minutes < 1)
		return false;
	hour = read_hour_ending(r);
	if (hour < 0)
		return false;
	return finish(r, found, twelve(hour * HOUR + minutes));
}

/* an hour alone: a number, "час" */
static int read_hour(struct reader *r, bool *zero)
{
	int hour;

	if (sv_token_is(r->tokens, r->at, "час") ||
	    sv_token_is(r->tokens, r->at, "часу")) {
		r->at++;
		return 1;
	}
	hour = read_number(r, 24, zero);
	if (hour >= 0 && (has(r, 0, W_UNIT, U_HOUR) || word(r, 0) == W_OCLOCK))
		r->at++;
	return hour;
}

/* "без пятнадцати три", "без четверти час" */
static bool read_without(struct reader *r, struct sv_time *found)
{
	int minutes, hour;

	if (!r->russian || !has(r, 0, W_PREP, P_WITHOUT))
		return false;
	r->at++;
	minutes = read_minutes(r);
	hour = minutes > 0 ? read_hour(r, NULL) : -1;
	if (hour < 0)
		return false;
	return finish(r, found, twelve(hour * HOUR - minutes));
}

/* "half past three", "quarter to five", "half three" */
static bool read_past(struct reader *r, struct sv_time *found)
{
	bool half = word(r, 0) == W_HALF;
	int minutes, hour, sign = 0;

	if (r->russian)
		return false;
	minutes = read_minutes(r);
	if (minutes < 1 || (minutes % 5 && !has(r, -1, W_UNIT, U_MINUTE)))
		return false; /* nine to five are hours */
	if (has(r, 0, W_PREP, P_PAST) || sv_token_is(r->tokens, r->at, "after"))
		sign = 1;
	else if (has(r, 0, W_PREP, P_WITHOUT) ||
	         sv_token_is(r->tokens, r->at, "till") ||
	         (sv_token_is(r->tokens, r->at, "of") &&
	          word(r, -1) == W_QUARTER))
		sign = -1;
	if (!sign && !half)
		return false;
	r->at += sign != 0;
	hour = sv_token_is(r->tokens, r->at, "noon") ? 12 : read_hour(r, NULL);
	if (hour < 0)
		return false;
	return finish(r, found,
	              twelve(hour * HOUR + (sign < 0 ? -minutes : minutes)));
}

/* "fifteen hundred hours", "oh nine hundred" */
static bool read_military(struct reader *r, struct sv_time *found)
{
	bool zero = has(r, 0, W_DIGIT, 0) && word(r, 1) == W_DIGIT;
	struct sv_number n;

	if (r->russian || !sv_number_read(r->tokens, r->at + zero, false, &n) ||
	    n.scaled || n.units % 100 || n.decimals || n.units < 100 ||
	    n.units > 2300)
		return false;
	r->at = n.next;
	if (!has(r, 0, W_UNIT, U_HOUR) && !zero && n.units < 1000)
		return false;
	if (has(r, 0, W_UNIT, U_HOUR))
		r->at++;
	found->exact = true;
	return finish(r, found, (int)n.units / 100 * HOUR);
}

/* the minutes behind an hour; 0 when there are none */
static int read_minutes_behind(struct reader *r, enum sv_time_rank *rank)
{
	size_t start = r->at;
	bool and = word(r, 0) == W_AND;
	bool single;
	int minutes;

	if (has(r, 0, W_DIGIT, 0) && has(r, 1, W_DIGIT, 0)) {
		r->at += 2;
		*rank = TIME_SURE;
		return 0;
	}
	r->at += and;
	single = word(r, 0) == W_DIGIT && value(r, 0); /* в пять шесть */
	minutes = read_number(r, 59, NULL);
	if (minutes < 0 || (single && !has(r, 0, W_UNIT, U_MINUTE)) ||
	    (and&&!has(r, 0, W_UNIT, U_MINUTE)) || word(r, 0) == W_CURRENCY ||
	    word(r, 0) == W_MONTH || word(r, 0) == W_PERCENT) {
		r->at = start;
		return 0;
	}
	if (has(r, 0, W_UNIT, U_MINUTE))
		r->at++;
	*rank = TIME_SURE;
	return minutes;
}

/* what is counted is no hour: "два человека", "три дня" */
static bool is_counted(const struct reader *r)
{
	switch (word(r, 0)) {
	case W_UNIT:
		return !(r->russian && sv_token_is(r->tokens, r->at, "дня"));
	case W_CURRENCY:
	case W_CENT:
	case W_PERCENT:
	case W_MONTH:
	case W_SCALE:
		return true;
	default:
		return false;
	}
}

/* "часов в": what comes is about an hour */
static bool is_about(const struct reader *r, size_t i)
{
	if (i && sv_token_word(r->tokens, i - 1) == W_PREP)
		i--;
	return i && sv_token_has(r->tokens, i - 1, W_UNIT, U_HOUR);
}

/* "в", "с", "на", "около" before what may be an hour */
static bool is_behind(const struct reader *r, size_t start)
{
	return start && sv_token_word(r->tokens, start - 1) == W_PREP &&
	       (sv_token_value(r->tokens, start - 1) == P_AT ||
	        sv_token_value(r->tokens, start - 1) == P_WITH ||
	        sv_token_is(r->tokens, start - 1, "на") ||
	        sv_token_is(r->tokens, start - 1, "около"));
}

/* "пятнадцать тридцать", "три часа дня", "half" excluded */
static bool read_hours(struct reader *r, struct sv_time *found)
{
	size_t start = r->at;
	enum sv_time_rank rank = TIME_BARE;
	bool zero = false;
	int hour = read_hour(r, &zero), minute;

	if (hour < 0 || hour > 24)
		return false;
	if (word(r, -1) == W_UNIT || word(r, -1) == W_OCLOCK)
		rank = TIME_SURE;
	minute = read_minutes_behind(r, &rank);
	if (minute == hour + 1 && is_about(r, start))
		minute = 0; /* часов десять-одиннадцать */
	if (rank == TIME_BARE && is_counted(r))
		return false;
	if (hour == 24 && minute)
		return false;
	found->exact = zero || hour == 0;
	finish(r, found, hour * HOUR + minute);
	if (found->part == SV_NO_PART && rank == TIME_BARE)
		found->rank = is_behind(r, start) ? TIME_BEHIND : TIME_BARE;
	return true;
}

int sv_time_part(const struct sv_tokens *tokens, bool russian, size_t *i)
{
	struct reader r = { tokens, russian, *i };
	int part = read_part(&r);

	*i = r.at;
	return part;
}

bool sv_time_read(const struct sv_answer *answer, size_t i,
                  struct sv_time *found)
{
	static bool (*const readers[])(struct reader *, struct sv_time *) = {
		read_written, read_clock,    read_without, read_of_hour,
		read_past,    read_military, read_hours,
	};

	for (size_t k = 0; k < sizeof readers / sizeof *readers; k++) {
		struct reader r = { &answer->tokens, answer->russian, i };

		found->exact = false;
		if (readers[k](&r, found))
			return true;
	}
	return false;
}

/* in running text "nine to five" and "two to three days" are no times: only
 * the minutes that people say, and not of what is counted */
static bool is_past(const struct reader *r, size_t i)
{
	size_t at = i + (sv_token_word(r->tokens, i) == W_ARTICLE);
	int64_t minutes = sv_token_value(r->tokens, at);
	bool named = sv_token_word(r->tokens, at) == W_HALF ||
	             sv_token_word(r->tokens, at) == W_QUARTER ||
	             sv_token_has(r->tokens, at + 1, W_PREP, P_PAST) ||
	             sv_token_has(r->tokens, at + 1, W_UNIT, U_MINUTE);
	bool behind = i && sv_token_word(r->tokens, i - 1) == W_PREP &&
	              !sv_token_is(r->tokens, i - 1, "from");

	if (is_counted(r))
		return false;
	return named || (behind && minutes % 5 == 0);
}

bool sv_clock_read(const struct sv_tokens *tokens, bool russian, size_t i,
                   struct sv_clock *clock)
{
	struct sv_time found = { .rank = TIME_NONE };
	struct reader r = { tokens, russian, i };
	bool behind = i && sv_token_word(tokens, i - 1) == W_PREP &&
	              sv_token_value(tokens, i - 1) == P_AT;

	if (read_without(&r, &found) && !is_counted(&r)) {
		clock->hour = found.hour;
		clock->minute = found.minute;
		clock->next = found.next;
		return true;
	}
	r.at = i;
	if (!read_past(&r, &found) || !is_past(&r, i)) {
		enum sv_time_rank rank = TIME_BARE;

		r.at = i;
		found.hour = read_number(&r, 24, NULL);
		found.minute =
			found.hour < 0 ? 0 : read_minutes_behind(&r, &rank);
		found.next = r.at;
		behind = behind || (!russian && read_part(&r) != SV_NO_PART);
		if (rank != TIME_SURE || !behind || is_counted(&r) ||
		    word(&r, 0) == W_DIGIT || word(&r, 0) == W_TEN)
			return false;
	}
	clock->hour = found.hour;
	clock->minute = found.minute;
	clock->next = found.next;
	return true;
}
