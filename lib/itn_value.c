/* itn_value: the number, telephone or order number in an answer */
#include <string.h>

#include "lib/fail.h"
#include "lib/itn.h"

/* "one fifty", "twelve fifty", "twenty twenty six" */
static void join_english(const struct sv_tokens *tokens, struct sv_number *n)
{
	struct sv_number more;
	int64_t value = sv_number_whole(n);

	if (value < 1 || value > 99 || n->ordinal ||
	    !sv_number_read(tokens, n->next, false, &more) || more.scaled ||
	    sv_number_whole(&more) < 10 || sv_number_whole(&more) > 99)
		return;
	n->units = value * 100 + more.units;
	n->next = more.next;
}

/* "тысяч пять": about five thousand */
static bool read_inverted(const struct sv_tokens *tokens, size_t i,
                          struct sv_number *n)
{
	int64_t scale = sv_token_value(tokens, i);
	struct sv_number small;

	i++;
	if (sv_token_has(tokens, i, W_PREP, P_OTHER))
		i++;
	if (!sv_number_read(tokens, i, false, &small) || small.scaled ||
	    small.units < 1 || small.units > 999 || small.bare)
		return false;
	*n = small;
	n->units *= scale;
	for (; n->decimals && n->units % 10 == 0; n->decimals--)
		n->units /= 10;
	n->scaled = true;
	return true;
}

bool sv_quantity_read(const struct sv_tokens *tokens, size_t i, bool ordinal,
                      struct sv_number *n)
{
	const struct sv_lexeme *lexeme = tokens->items[i].lexeme;

	bool many =
		lexeme &&
		(lexeme->word == W_AMOUNT
	                 ? lexeme->value == 10 && tokens->items[i].oblique
	                 : lexeme->word == W_SCALE && (lexeme->flags & F_MANY));

	if (many && read_inverted(tokens, i, n))
		return true;
	if (!sv_number_read(tokens, i, ordinal, n))
		return false;
	if (tokens->lexicon == sv_lexicon_en())
		join_english(tokens, n);
	return true;
}

/* "двадцать двадцать пять", "three to four": the end of a range counts */
static bool ends_range(const struct sv_tokens *tokens,
                       const struct sv_number *from, size_t i,
                       const struct sv_number *to)
{
	size_t at = from->next;

	if (at < i &&
	    (tokens->items[at].sign == '-' || sv_token_is(tokens, at, "до") ||
	     sv_token_is(tokens, at, "или") || sv_token_is(tokens, at, "to") ||
	     sv_token_is(tokens, at, "or")))
		at++;
	return at == i && !from->ordinal && !to->ordinal && !from->decimals &&
	       !to->decimals && to->units > from->units &&
	       to->units <= 10 * from->units;
}

int sv_itn_number(const struct sv_answer *answer, struct sv_buf *out)
{
	const struct sv_tokens *tokens = &answer->tokens;
	struct sv_number n, best = { 0 };
	char text[SV_NUMBER_TEXT];
	bool found = false, corrected = false;

	/* a cardinal rather than an ordinal, and "the second one" is 2 */
	for (size_t i = 0; i < tokens->n;) {
		corrected |= sv_token_word(tokens, i) == W_CORRECTION;
		if (sv_token_is(tokens, i, "ни") ||
		    !sv_quantity_read(tokens, i, true, &n)) {
			i += 1 + sv_token_is(tokens, i, "ни"); /* ни одного */
			continue;
		}
		if (sv_token_denied(tokens, i)) { /* не двадцать, а тридцать */
			i = n.next;
			continue;
		}
		if (!found || corrected || ends_range(tokens, &best, i, &n) ||
		    (best.ordinal && !n.ordinal && i > best.next))
			best = n;
		found = true;
		corrected = false;
		i = n.next;
	}
	if (!found)
		return sv_fail(EX_DATAERR, "no number in the answer");
	sv_number_text(&best, '.', text);
	return sv_buf_puts(out, text);
}

/* "двадцать пять лет" is no telephone */
static bool is_counted(const struct sv_tokens *tokens, size_t i)
{
	enum sv_word word = sv_token_word(tokens, i);

	return word == W_UNIT || word == W_CURRENCY || word == W_CENT ||
	       word == W_PERCENT;
}

static bool is_of_number(const struct sv_tokens *tokens, size_t i)
{
	enum sv_word word = sv_token_word(tokens, i);

	return word == W_DIGIT || word == W_TEEN || word == W_TEN ||
	       word == W_HUNDRED || word == W_SCALE;
}

/* the digits of a run as they were dictated */
struct dictated {
	char digits[SV_RUN_TEXT];
	size_t len;
	bool full; /* it was a whole number */
};

/* the first `kept` digits of one and all of the other, as a run */
static void join(const struct dictated *before, size_t kept,
                 const struct dictated *now, struct sv_run *whole)
{
	*whole = (struct sv_run){ .spoken = true };
	for (size_t i = 0; i < kept + now->len && i < SV_RUN_MAX; i++) {
		char digit =
			i < kept ? before->digits[i] : now->digits[i - kept];

		whole->atoms[whole->n++] =
			(struct sv_atom){ (uint16_t)(digit - '0'), 1, 0 };
	}
}

/* "… сорок пять, нет, сорок шесть шестьдесят семь" says again as many digits
 * as make the number whole; behind a whole number, its end. */
static enum sv_phone splice(const struct dictated *before,
                            const struct sv_run *run, bool russian,
                            char text[SV_PHONE_TEXT])
{
	enum { AGAIN_MAX = 7 };
	struct dictated now = { .full = false };
	struct sv_run whole;

	now.len = sv_run_text(run, now.digits);
	for (size_t cut = before->full ? now.len : 1;
	     cut <= AGAIN_MAX && cut < before->len; cut++) {
		join(before, before->len - cut, &now, &whole);
		if (sv_phone_text(&whole, russian, text) == SV_PHONE_FULL)
			return SV_PHONE_FULL;
	}
	return SV_PHONE_NONE;
}

/* the next telephone from token i on; *i moves behind it */
static enum sv_phone next_phone(const struct sv_answer *answer, size_t *i,
                                struct dictated *before,
                                char text[SV_PHONE_TEXT])
{
	const struct sv_tokens *tokens = &answer->tokens;
	enum sv_phone phone;
	struct sv_run run;
	bool found = sv_run_read(tokens, *i, true, &run);

	*i = found ? run.next : *i + 1;
	if (run.scaled) { /* the six hundred of "a thousand six hundred" */
		while (is_of_number(tokens, *i))
			++*i;
		return SV_PHONE_NONE;
	}
	if (!found || run.too_long)
		return SV_PHONE_NONE;
	phone = sv_phone_text(&run, answer->russian, text);
	if (phone != SV_PHONE_FULL && is_counted(tokens, run.next))
		return SV_PHONE_NONE;
	if (phone != SV_PHONE_FULL && before->len && run.start &&
	    sv_token_word(tokens, run.start - 1) == W_CORRECTION) {
		char spliced[SV_PHONE_TEXT];

		if (splice(before, &run, answer->russian, spliced) ==
		    SV_PHONE_FULL) {
			memcpy(text, spliced, sizeof spliced);
			phone = SV_PHONE_FULL;
		}
	}
	before->len = sv_run_text(&run, before->digits);
	before->full = phone == SV_PHONE_FULL;
	return phone;
}

int sv_itn_phone(const struct sv_answer *answer, struct sv_buf *out)
{
	char text[SV_PHONE_TEXT], best_text[SV_PHONE_TEXT] = "";
	enum sv_phone phone, best = SV_PHONE_NONE;
	struct dictated before = { .len = 0 };
	bool corrected = false;

	for (size_t i = 0; i < answer->tokens.n;) {
		corrected |= sv_token_word(&answer->tokens, i) == W_CORRECTION;
		phone = next_phone(answer, &i, &before, text);
		if (!phone || phone < best || (phone == best && !corrected))
			continue;
		best = phone;
		memcpy(best_text, text, sizeof text);
		corrected = false;
	}
	if (!best)
		return sv_fail(EX_DATAERR, "no telephone number in the answer");
	return sv_buf_puts(out, best_text);
}

/* "двенадцать тысяч триста" among digits is a number of its own */
static size_t read_digits(const struct sv_tokens *tokens, size_t i,
                          char text[SV_RUN_TEXT])
{
	struct sv_number n;
	struct sv_run run;

	text[0] = '\0';
	if (sv_number_read(tokens, i, false, &n) && n.scaled && !n.bare &&
	    sv_number_whole(&n) >= 0) {
		sv_number_text(&n, '.', text);
		return n.next;
	}
	if (!sv_run_read(tokens, i, true, &run) || run.too_long)
		return run.n ? run.next : i;
	sv_run_text(&run, text);
	return run.next;
}

int sv_itn_digits(const struct sv_answer *answer, struct sv_buf *out)
{
	const struct sv_tokens *tokens = &answer->tokens;
	char text[SV_RUN_TEXT], all[SV_RUN_TEXT] = "", best[SV_RUN_TEXT] = "";
	size_t next, all_len = 0, len;
	bool corrected = false;

	for (size_t i = 0; i < tokens->n; i = next) {
		corrected |= sv_token_word(tokens, i) == W_CORRECTION;
		next = read_digits(tokens, i, text);
		len = strlen(text);
		if (next == i || all_len + len >= sizeof all) {
			all_len = 0;
			next += next == i;
			continue;
		}
		memcpy(all + all_len, text, len + 1);
		all_len += len;
		if (all_len > strlen(best) || corrected) {
			memcpy(best, all, all_len + 1);
			corrected = false;
		}
	}
	if (!*best)
		return sv_fail(EX_DATAERR, "no digits in the answer");
	return sv_buf_puts(out, best);
}
