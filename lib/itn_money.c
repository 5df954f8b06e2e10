/*
 * itn_money: an amount and its currency. Where none is named the language's
 * own is meant, and "миллион двести" is a million two hundred thousand.
 */
#include <inttypes.h>
#include <string.h>

#include "lib/fail.h"
#include "lib/itn.h"

struct money {
	int64_t cents;
	int64_t currency;
	size_t next;
	int rank; /* 2: a currency was named; 1: thousands */
};

enum { RUB, USD, EUR, GBP, CNY, CURRENCIES_MAX = 8 };

static const char *code(int64_t value)
{
	static const char *const codes[CURRENCIES_MAX] = { "RUB", "USD", "EUR",
		                                           "GBP", "CNY", "KZT",
		                                           "UAH", "AED" };

	return value >= 0 && value < CURRENCIES_MAX ? codes[value] : "RUB";
}

/* the currency named at token i, by word or by sign; -1 for none */
static int64_t read_currency(const struct sv_tokens *tokens, size_t i)
{
	static const uint32_t signs[] = { 0x20bd, '$', 0x20ac, 0xa3, 0xa5 };
	const struct sv_token *t = &tokens->items[i];

	if (sv_token_word(tokens, i) == W_CURRENCY)
		return sv_token_value(tokens, i);
	for (int k = 0; t->kind == T_SIGN && k < 5; k++) {
		if (t->sign == signs[k])
			return k;
	}
	return -1;
}

static int64_t to_cents(const struct sv_number *n)
{
	int64_t cents = n->units * 100;

	for (int i = 0; i < n->decimals; i++)
		cents /= 10;
	return cents;
}

/* "fifty cents", "ноль ноль копеек", or a number that ends the answer */
static bool read_cents(const struct sv_tokens *tokens, size_t i,
                       struct sv_number *n, bool named)
{
	if (sv_token_word(tokens, i) == W_AND)
		i++;
	if (sv_token_has(tokens, i, W_DIGIT, 0) &&
	    sv_token_word(tokens, i + 1) == W_DIGIT)
		i++;
	if (!sv_number_read(tokens, i, false, n) || n->scaled ||
	    sv_number_whole(n) < 0 || n->units > 99)
		return false;
	if (sv_token_word(tokens, n->next) == W_CENT) {
		n->next++;
		return true;
	}
	return !named && tokens->items[n->next].kind == T_END;
}

/* "миллион двести", with no currency said */
static void add_thousands(struct sv_number *n)
{
	int64_t rest = n->units % 1000000;

	if (n->decimals || n->units < 1000000 || rest < 100 || rest > 999)
		return;
	n->units += rest * 999;
}

static void read_behind(const struct sv_tokens *tokens, struct sv_number *n,
                        struct money *money)
{
	struct sv_number cents;
	int64_t currency = read_currency(tokens, n->next);

	money->next = n->next;
	money->rank = n->scaled;
	if (currency >= 0) {
		money->currency = currency;
		money->rank = 2;
		money->next++;
	} else if (money->rank != 2) {
		add_thousands(n);
	}
	money->cents = to_cents(n);
	if (currency >= 0 && read_cents(tokens, money->next, &cents, false)) {
		money->cents += cents.units;
		money->next = cents.next;
	}
}

static bool read_money(const struct sv_tokens *tokens, size_t i,
                       struct money *money)
{
	int64_t currency = read_currency(tokens, i);
	struct sv_number n;

	if (read_cents(tokens, i, &n, true)) {
		*money = (struct money){ n.units, 0, n.next, 2 };
		money->currency = sv_token_value(tokens, n.next - 1);
		return true;
	}
	if (!sv_quantity_read(tokens, i + (currency >= 0), false, &n) ||
	    n.units < 0 || n.units > INT64_MAX / 1000 ||
	    sv_token_word(tokens, n.next) == W_PERCENT)
		return false;
	read_behind(tokens, &n, money);
	if (currency >= 0 && money->rank < 2) { /* "рублей пятьсот", $500 */
		money->currency = currency;
		money->rank = 2;
		money->cents = to_cents(&n);
	}
	return true;
}

/* "сто тысяч, нет, сто двадцать", "тысяч двадцать тридцать": thousands
 * again, though they are not said */
static void take_scale(const struct money *before, struct money *money)
{
	int64_t scale = 1000;

	if (money->rank || before->rank == 0 || money->cents >= 100000 ||
	    before->cents % 100000)
		return;
	if (before->cents % 100000000 == 0 && money->cents < 10000)
		scale = 1000000;
	money->cents *= scale;
	money->currency = before->currency;
	money->rank = before->rank;
}

/* whether money replaces what was found before */
static bool replaces(const struct sv_tokens *tokens, const struct money *before,
                     size_t i, struct money *money, bool corrected)
{
	/* one right behind the other, or "до" between them */
	bool range = before->next == i ||
	             (before->next + 1 == i &&
	              (sv_token_is(tokens, before->next, "до") ||
	               sv_token_is(tokens, before->next, "или") ||
	               sv_token_is(tokens, before->next, "to")));

	if (corrected || range)
		take_scale(before, money);
	if (corrected || money->rank > before->rank)
		return true;
	return range && money->rank == before->rank &&
	       money->cents > before->cents &&
	       money->cents <= 10 * before->cents;
}

int sv_itn_money(const struct sv_answer *answer, struct sv_buf *out)
{
	const struct sv_tokens *tokens = &answer->tokens;
	struct money best = { 0 };
	bool found = false, corrected = false;
	int rc;

	for (size_t i = 0; i < tokens->n;) {
		struct money money = { 0, answer->russian ? RUB : USD, 0, 0 };

		corrected |= sv_token_word(tokens, i) == W_CORRECTION;
		if (!read_money(tokens, i, &money)) {
			i++;
			continue;
		}
		if (sv_token_denied(tokens, i)) {
			i = money.next;
			continue;
		}
		if (!found || replaces(tokens, &best, i, &money, corrected))
			best = money;
		found = true;
		corrected = false;
		i = money.next;
	}
	if (!found)
		return sv_fail(EX_DATAERR, "no amount of money in the answer");
	rc = sv_buf_printf(out, "%" PRId64, best.cents / 100);
	if (!rc && best.cents % 100)
		rc = sv_buf_printf(out, ".%02d", (int)(best.cents % 100));
	if (!rc)
		rc = sv_buf_printf(out, " %s", code(best.currency));
	return rc;
}
