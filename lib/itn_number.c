/* itn_number: cardinals, ordinals and decimals in words */
#include "lib/itn_number.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* a decimal: units / 10^decimals */
struct decimal {
	int64_t units;
	int decimals;
};

enum {
	DECIMALS_MAX = 6, /* what is said behind a point */
	DIGITS_MAX = 15,  /* of a number written in digits */
	SCALED_MAX = 9,   /* of one before "million" */
};

static int count_digits(int64_t n)
{
	int digits = 1;

	while (n >= 10) {
		n /= 10;
		digits++;
	}
	return digits;
}

static void append_digits(struct decimal *d, int64_t n, int digits)
{
	if (d->decimals + digits > DECIMALS_MAX)
		return;
	for (int i = 0; i < digits; i++)
		d->units *= 10;
	d->units += n;
	d->decimals += digits;
}

/* behind a point: digits one by one, or zeros and a number */
static bool read_decimals(struct sv_number_reader *r, struct decimal *d)
{
	size_t start = r->at;
	bool single = true;

	while (single && word(r, 0) == W_DIGIT) {
		append_digits(d, value(r, 0), 1);
		single = value(r, 0) == 0 || word(r, 1) == W_DIGIT;
		r->at++;
	}
	if (single) {
		int64_t n = sv_number_small(r);

		if (n > 0)
			append_digits(d, n, count_digits(n));
	}
	return r->at > start;
}

/* "целых пять десятых": the word behind says how many decimals there are */
static void read_fraction(struct sv_number_reader *r, struct decimal *d)
{
	size_t start = r->at;
	int64_t n;
	int digits;

	if (word(r, 0) == W_AND)
		r->at++;
	n = sv_number_small(r);
	if (n < 0) {
		r->at = start;
		return;
	}
	digits = count_digits(n);
	if (word(r, 0) == W_ORDINAL && value(r, 0) % 10 == 0 &&
	    value(r, 0) <= 1000) {
		int said = count_digits(value(r, 0)) - 1;

		digits = said > digits ? said : digits;
		r->at++;
	}
	append_digits(d, n, digits);
}

/* "с половиной", "and a half" */
static size_t half_behind(const struct sv_number_reader *r)
{
	if (sv_token_has(r->tokens, r->at, W_PREP, P_WITH) &&
	    word(r, 1) == W_HALF)
		return 2;
	if (word(r, 0) == W_AND && word(r, 1) == W_ARTICLE &&
	    word(r, 2) == W_HALF)
		return 3;
	return 0;
}

static void read_behind(struct sv_number_reader *r, struct decimal *d)
{
	bool wanted = r->ordinal_wanted;
	size_t start = r->at;
	size_t half = half_behind(r);

	r->ordinal_wanted = false;
	if (half) {
		append_digits(d, 5, 1);
		r->at += half;
	} else if (word(r, 0) == W_WHOLE) {
		r->at++;
		read_fraction(r, d);
	} else if (word(r, 0) == W_AND && word(r, 1) == W_DIGIT &&
	           word(r, 2) == W_ORDINAL &&
	           (value(r, 2) == 10 || value(r, 2) == 100)) {
		read_fraction(r, d); /* семьдесят два и три десятых */
	} else if (word(r, 0) == W_POINT) {
		r->at++;
		if (!read_decimals(r, d))
			r->at = start;
	}
	r->ordinal_wanted = wanted;
}

/* the next three digits of 1 500 000, in English of 1,500,000: the tokens up
 * to their end, 0 when there are none */
static size_t group_len(const struct sv_number_reader *r)
{
	const struct sv_token *t = &r->tokens->items[r->at];

	if (t->kind == T_DIGITS && t->len == 3 && t->spaced)
		return 1;
	if (t->kind == T_SIGN && t->sign == ',' && !t->spaced && !t[1].spaced &&
	    t[1].kind == T_DIGITS && t[1].len == 3 &&
	    r->tokens->lexicon == sv_lexicon_en())
		return 2;
	return 0;
}

static int64_t digits_value(const struct sv_tokens *tokens, size_t i)
{
	const char *key = sv_token_key(tokens, i);
	int64_t n = 0;

	for (size_t k = 0; k < tokens->items[i].len; k++)
		n = n * 10 + (key[k] - '0');
	return n;
}

/* 1500, 1 500 000, 1,5 */
static bool read_written(struct sv_number_reader *r, struct decimal *d)
{
	const struct sv_token *t = &r->tokens->items[r->at];
	size_t digits = t->len, more;

	if (t->len > DIGITS_MAX)
		return false;
	d->units = digits_value(r->tokens, r->at++);
	for (; t->len <= 3 && digits <= DIGITS_MAX - 3; digits += 3) {
		more = group_len(r);
		if (!more)
			break;
		r->at += more;
		d->units = d->units * 1000 + digits_value(r->tokens, r->at - 1);
	}
	t = &r->tokens->items[r->at];
	if (t->kind == T_SIGN && (t->sign == '.' || t->sign == ',') &&
	    !t->spaced && !t[1].spaced && t[1].kind == T_DIGITS &&
	    t[1].len <= DECIMALS_MAX && digits <= SCALED_MAX) {
		append_digits(d, digits_value(r->tokens, r->at + 1),
		              (int)t[1].len);
		r->at += 2;
	}
	return true;
}

/* half a million: the half only, the scale is read behind it */
static bool read_half(struct sv_number_reader *r, struct decimal *d)
{
	size_t article = word(r, 1) == W_ARTICLE;

	if (word(r, 1 + article) != W_SCALE || value(r, 1 + article) < 1000)
		return false;
	*d = (struct decimal){ 5, 1 };
	r->at += 1 + article;
	return true;
}

/* полтора; полторы сотни, полтора десятка */
static bool read_sesqui(struct sv_number_reader *r, struct decimal *d)
{
	int64_t of = value(r, 1);

	r->at++;
	if ((word(r, 0) == W_AMOUNT || word(r, 0) == W_SCALE) && of >= 10 &&
	    of <= 100) {
		*d = (struct decimal){ of + of / 2, 0 };
		r->at++;
		return true;
	}
	*d = (struct decimal){ 15, 1 };
	return true;
}

/* the part before a scale, or all there is */
static bool read_group(struct sv_number_reader *r, struct decimal *d)
{
	size_t start = r->at;
	int64_t n;

	*d = (struct decimal){ 0, 0 };
	if (r->tokens->items[r->at].kind == T_DIGITS)
		return read_written(r, d);
	if (word(r, 0) == W_SESQUI)
		return read_sesqui(r, d);
	if (word(r, 0) == W_HALF)
		return read_half(r, d);
	if (word(r, 0) == W_ARTICLE &&
	    (word(r, 1) == W_SCALE || word(r, 1) == W_AMOUNT))
		r->at++;
	if (sv_token_is(r->tokens, r->at, "point") && word(r, 1) == W_DIGIT) {
		read_behind(r, d);
		return true;
	}
	n = sv_number_small(r);
	if (n < 0) {
		r->at = start;
		return false;
	}
	d->units = n;
	if (!r->ordinal)
		read_behind(r, d);
	return true;
}

static void scale(struct decimal *d, int64_t by)
{
	while (d->decimals && by % 10 == 0) {
		by /= 10;
		d->decimals--;
	}
	d->units *= by;
}

static void sum(struct decimal *d, struct decimal more)
{
	for (; d->decimals < more.decimals; d->decimals++)
		d->units *= 10;
	for (; more.decimals < d->decimals; more.decimals++)
		more.units *= 10;
	d->units += more.units;
}

/* "150к", "150 т р" */
static bool is_short_thousand(const struct sv_number_reader *r)
{
	const struct sv_token *t = &r->tokens->items[r->at];

	if (!r->at || t[-1].kind != T_DIGITS)
		return false;
	if (sv_token_is(r->tokens, r->at, "к"))
		return !t->spaced;
	return sv_token_is(r->tokens, r->at, "т") &&
	       (sv_token_is(r->tokens, r->at + 1, "р") ||
	        sv_token_is(r->tokens, r->at + 2, "р"));
}

/* thousands or more: how many ones; 0 when there is none */
static int64_t scale_at(const struct sv_number_reader *r)
{
	if (word(r, 0) == W_SCALE && value(r, 0) >= 1000)
		return value(r, 0);
	return is_short_thousand(r) ? 1000 : 0;
}

/* "тысяча", "a million": one of it */
static bool read_bare(struct sv_number_reader *r, struct decimal *d)
{
	size_t article = word(r, 0) == W_ARTICLE;

	*d = (struct decimal){ 1, 0 };
	r->at += article;
	if (scale_at(r))
		return true;
	r->at -= article;
	return false;
}

static bool fits(const struct decimal *d, int64_t limit, int64_t by)
{
	int64_t whole = d->units;

	for (int i = 0; i < d->decimals; i++)
		whole /= 10;
	return by < limit && whole < limit && whole <= 1000000000;
}

/* one group and its scale; limit is the scale before it */
static bool read_part(struct sv_number_reader *r, bool first, int64_t limit,
                      struct decimal *d, int64_t *by)
{
	size_t start = r->at;

	if (!first && sv_token_is(r->tokens, r->at, "and"))
		r->at++;
	if ((first && read_bare(r, d)) || read_group(r, d)) {
		*by = !r->ordinal && scale_at(r) ? scale_at(r) : 1;
		if (first || fits(d, limit, *by)) {
			r->at += *by > 1;
			return true;
		}
	}
	r->at = start;
	r->ordinal = false;
	return false;
}

/* Groups before ever smaller scales. */
static bool read_groups(struct sv_number_reader *r, struct sv_number *n,
                        struct decimal *total)
{
	int64_t limit = INT64_MAX, by = 1;
	struct decimal d;
	bool first = true;

	while (!r->ordinal && limit > 1) {
		size_t start = r->at;

		if (!read_part(r, first, limit, &d, &by))
			break;
		n->scaled |= by > 1;
		n->bare = first && by > 1 && r->at == start + 1;
		if (by > 1 && !fits(&d, INT64_MAX, by))
			return false;
		scale(&d, by);
		sum(total, d);
		limit = by;
		first = false;
	}
	return !first;
}

bool sv_number_read(const struct sv_tokens *tokens, size_t i, bool ordinal,
                    struct sv_number *number)
{
	struct sv_number_reader r = { tokens, i, ordinal, false };
	struct decimal total = { 0, 0 };
	bool minus = sv_token_word(tokens, i) == W_MINUS;

	memset(number, 0, sizeof *number);
	r.at += minus;
	if (!read_groups(&r, number, &total) || word(&r, 0) == W_QUARTER)
		return false; /* две трети, three quarters */
	while (total.decimals && total.units % 10 == 0) {
		total.units /= 10;
		total.decimals--;
	}
	number->units = minus ? -total.units : total.units;
	number->decimals = total.decimals;
	number->next = r.at;
	number->ordinal = r.ordinal;
	return true;
}

int64_t sv_number_whole(const struct sv_number *number)
{
	return number->decimals || number->units < 0 ? -1 : number->units;
}

void sv_number_text(const struct sv_number *number, char point,
                    char out[SV_NUMBER_TEXT])
{
	int64_t units = number->units < 0 ? -number->units : number->units;
	int64_t base = 1;

	for (int i = 0; i < number->decimals; i++)
		base *= 10;
	if (number->decimals)
		snprintf(out, SV_NUMBER_TEXT, "%s%" PRId64 "%c%0*" PRId64,
		         number->units < 0 ? "-" : "", units / base, point,
		         number->decimals, units % base);
	else
		snprintf(out, SV_NUMBER_TEXT, "%s%" PRId64,
		         number->units < 0 ? "-" : "", units);
}
