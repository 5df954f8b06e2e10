/* itn_small: numbers up to 9900 in words */
#include "lib/itn_number.h"

static int flags(const struct sv_tokens *tokens, size_t i)
{
	return tokens->items[i].lexeme ? tokens->items[i].lexeme->flags : 0;
}

bool sv_counts_digits(const struct sv_tokens *tokens, size_t i)
{
	enum sv_word what = sv_token_word(tokens, i);
	enum sv_word next = sv_token_word(tokens, i + 1);
	int64_t n = sv_token_value(tokens, i);

	if ((what != W_DIGIT && what != W_AMOUNT) || n < 2 || n > 9)
		return false;
	if (next != W_NOUN &&
	    (next != W_DIGIT || sv_token_value(tokens, i + 1)))
		return false;
	return flags(tokens, i + 1) & (n < 5 ? F_FEW | F_MANY : F_MANY);
}

/* twenty-one, in one piece */
static bool is_hyphen(const struct sv_token *t)
{
	return t->kind == T_SIGN && t->sign == '-' && !t->spaced &&
	       !t[1].spaced;
}

/* a digit behind a ten: the second word of 21 or of the 21st */
static int64_t read_last(struct sv_number_reader *r)
{
	size_t hyphen = is_hyphen(&r->tokens->items[r->at]);
	enum sv_word next = word(r, hyphen);
	int64_t digit = value(r, hyphen);

	if (digit < 1 || digit > 9)
		return 0;
	if (next == W_ORDINAL && r->ordinal_wanted)
		r->ordinal = true;
	else if (next != W_DIGIT || sv_counts_digits(r->tokens, r->at + hyphen))
		return 0;
	/* без двадцати пять */
	if (r->at > 1 && r->tokens->items[r->at - 1].oblique &&
	    sv_token_has(r->tokens, r->at - 2, W_PREP, P_WITHOUT) &&
	    !r->tokens->items[r->at + hyphen].oblique)
		return 0;
	r->at += 1 + hyphen;
	return digit;
}

/* 0 to 99; -1 when there is none */
static int64_t read_tens(struct sv_number_reader *r)
{
	int64_t n = value(r, 0);

	switch (word(r, 0)) {
	case W_DIGIT:
		if (sv_counts_digits(r->tokens, r->at))
			return -1;
		if (!n && (flags(r->tokens, r->at) & F_HOMOGRAPH))
			return -1; /* oh */
		break;
	case W_TEEN:
		break;
	case W_AMOUNT: /* a couple of thousand */
		r->at += 1 + (word(r, 2) == W_SCALE &&
		              sv_token_is(r->tokens, r->at + 1, "of"));
		return n;
	case W_TEN:
		r->at++;
		return n + read_last(r);
	case W_ORDINAL:
		if (!r->ordinal_wanted || n > 90)
			return -1;
		r->ordinal = true;
		break;
	default:
		return -1;
	}
	r->at++;
	if (n > 0 && n < 10 && word(r, 0) == W_AMOUNT && value(r, 0) >= 10 &&
	    value(r, 0) <= 12) /* два десятка, two dozen */
		n *= sv_token_value(r->tokens, r->at++);
	return n;
}

/* what follows a hundred: "and" only before a number */
static int64_t read_rest(struct sv_number_reader *r)
{
	size_t start = r->at;
	int64_t n;

	if (r->ordinal)
		return 0;
	if (word(r, 0) == W_AND && word(r, -1) == W_SCALE)
		r->at++;
	n = word(r, 0) == W_AMOUNT ? -1 : read_tens(r);
	if (n > 0)
		return n;
	r->at = start;
	r->ordinal = false;
	return 0;
}

/* "около сотни", "больше сотни": one of it */
static bool is_about(const struct sv_number_reader *r)
{
	static const char *const words[] = { "около",   "больше", "меньше",
		                             "порядка", "до",     "менее",
		                             "более" };
	size_t i;

	if (!r->at || !sv_token_is(r->tokens, r->at, "сотни"))
		return false;
	for (i = 0; i < sizeof words / sizeof *words; i++)
		if (sv_token_is(r->tokens, r->at - 1, words[i]))
			return true;
	return false;
}

int64_t sv_number_small(struct sv_number_reader *r)
{
	int64_t n;

	if (word(r, 0) == W_HUNDRED ||
	    (word(r, 0) == W_ORDINAL && r->ordinal_wanted &&
	     value(r, 0) >= 100)) {
		n = value(r, 0);
		r->ordinal = word(r, 0) == W_ORDINAL;
		r->at++;
		return n + read_rest(r);
	}
	if (!sv_token_has(r->tokens, r->at, W_SCALE, 100))
		n = read_tens(r);
	else /* сотня, but not сотни; около сотни */
		n = flags(r->tokens, r->at) & F_MANY && !is_about(r) ? -1 : 1;
	if (n > 0 && !r->ordinal &&
	    sv_token_has(r->tokens, r->at, W_SCALE, 100)) {
		r->at++;
		return n * 100 + read_rest(r);
	}
	return n;
}
