/* itn_run: digits said one by one, in groups, doubled, or written */
#include <stdio.h>
#include <string.h>

#include "lib/itn.h"

enum { DIGIT = 1, TEEN, TEN, HUNDRED }; /* ranks */

static void push(struct sv_run *run, int64_t value, int len, int rank)
{
	if (run->n == SV_RUN_MAX) {
		run->too_long = true;
		return;
	}
	run->atoms[run->n++] = (struct sv_atom){ (uint16_t)value, (uint8_t)len,
		                                 (uint8_t)rank };
}

static void push_times(struct sv_run *run, int64_t digit, int64_t times)
{
	for (int64_t i = 0; i < times; i++)
		push(run, digit, 1, 0);
}

/* 0123: atoms of up to three, so that a long number is a few of them */
static void push_written(struct sv_run *run, const char *key, size_t len)
{
	while (len) {
		size_t n = len > 3 ? 3 : len;
		int value = 0;

		for (size_t i = 0; i < n; i++)
			value = value * 10 + (key[i] - '0');
		push(run, value, (int)n, 0);
		key += n;
		len -= n;
	}
}

/* "eight hundred" in the middle of digits; "nine thousand" at their end */
static bool push_scale(struct sv_run *run, int64_t scale)
{
	struct sv_atom *last = run->n ? &run->atoms[run->n - 1] : NULL;

	if (scale == 100 && last && last->rank == DIGIT) {
		last->value = (uint16_t)(last->value * 100);
		last->len = 3;
		last->rank = HUNDRED;
		return true;
	}
	/* 8 800 2000 600 */
	if (scale == 1000 && run->n > 2 && last->rank == DIGIT) {
		last->value = (uint16_t)(last->value * 1000);
		last->len = 4;
		last->rank = 0;
		return true;
	}
	run->scaled = true;
	return false;
}

/* "oh" is a zero only among other digits */
static bool is_digit(const struct sv_tokens *tokens, size_t i,
                     const struct sv_run *run)
{
	enum sv_word next = sv_token_word(tokens, i + 1);

	if (sv_token_value(tokens, i) ||
	    !(tokens->items[i].lexeme->flags & F_HOMOGRAPH))
		return true;
	return run->n || next == W_DIGIT || next == W_TEN || next == W_TEEN;
}

/* two zeros, double seven, семёрка; how many tokens, 0 when none of it */
static size_t read_digit(const struct sv_tokens *tokens, size_t i,
                         struct sv_run *run)
{
	int64_t value = sv_token_value(tokens, i);
	enum sv_word next = sv_token_word(tokens, i + 1);

	if (sv_counts_digits(tokens, i)) {
		push_times(run, sv_token_value(tokens, i + 1), value);
		return 2;
	}
	switch (sv_token_word(tokens, i)) {
	case W_REPEAT:
		if (next != W_DIGIT && next != W_NOUN)
			return 0;
		push_times(run, sv_token_value(tokens, i + 1), value);
		return 2;
	case W_NOUN:
		push(run, value, 1, 0);
		return 1;
	case W_DIGIT:
		if (!is_digit(tokens, i, run))
			return 0;
		push(run, value, 1, value ? DIGIT : 0);
		return 1;
	default:
		return 0;
	}
}

/* one atom or more at token i: how many tokens they took */
static size_t read_atom(const struct sv_tokens *tokens, size_t i,
                        struct sv_run *run)
{
	const struct sv_token *t = &tokens->items[i];
	int64_t value = sv_token_value(tokens, i);

	if (t->kind == T_DIGITS) {
		push_written(run, sv_token_key(tokens, i), t->len);
		return 1;
	}
	switch (sv_token_word(tokens, i)) {
	case W_TEEN:
		push(run, value, 2, TEEN);
		break;
	case W_TEN:
		push(run, value, 2, TEN);
		break;
	case W_HUNDRED:
		push(run, value, 3, HUNDRED);
		break;
	case W_SCALE:
		return push_scale(run, value);
	default: {
		size_t n = read_digit(tokens, i, run);

		run->spoken |= n > 0;
		return n;
	}
	}
	run->spoken = true;
	return 1;
}

/* what may stand between two atoms and says nothing */
static bool is_between(const struct sv_tokens *tokens, size_t i, bool loose)
{
	const struct sv_token *t = &tokens->items[i];

	if (t->kind == T_SIGN)
		return t->sign == '-' || t->sign == '(' || t->sign == ')' ||
		       t->sign == 0x2011 || t->sign == 0x2013 ||
		       (t->sign == '.' && !t->spaced && !t[1].spaced) ||
		       (loose && (t->sign == ',' || t->sign == '.' ||
		                  t->sign == 0x2026));
	switch (sv_token_word(tokens, i)) {
	case W_DASH:
		return true;
	case W_AND:
	case W_CODE:
	case W_FILLER:
		return loose;
	default:
		return false;
	}
}

static size_t skip_between(const struct sv_tokens *tokens, size_t i, bool loose)
{
	enum { BETWEEN_MAX = 3 }; /* ") - ", "..." */

	for (int n = 0; n < BETWEEN_MAX && is_between(tokens, i, loose); n++)
		i++;
	return i;
}

static bool is_plus(const struct sv_tokens *tokens, size_t i)
{
	return sv_token_word(tokens, i) == W_PLUS ||
	       (tokens->items[i].kind == T_SIGN &&
	        tokens->items[i].sign == '+');
}

bool sv_run_read(const struct sv_tokens *tokens, size_t i, bool loose,
                 struct sv_run *run)
{
	size_t at = i;

	run->n = 0;
	run->start = run->next = i;
	run->plus = is_plus(tokens, i);
	run->spoken = run->scaled = run->too_long = false;
	at += run->plus;
	while (!run->scaled && !run->too_long) {
		size_t n = read_atom(tokens, at, run);

		if (!n)
			break;
		run->next = at + n;
		at = skip_between(tokens, at + n, loose);
	}
	return run->n > 0;
}

/* сто + двадцать + три: whether the atom goes on the one before it */
static bool joins(const struct sv_atom *before, const struct sv_atom *atom)
{
	return (before->rank == TEN && atom->rank == DIGIT) ||
	       (before->rank == HUNDRED && atom->rank >= DIGIT &&
	        atom->rank <= TEN);
}

size_t sv_run_group(const struct sv_run *run, size_t i,
                    struct sv_atom groups[3])
{
	size_t n = 1;

	groups[0] = run->atoms[i];
	while (i + n < run->n && n < 3 &&
	       joins(&run->atoms[i + n - 1], &run->atoms[i + n])) {
		groups[n] = groups[n - 1];
		groups[n].value += run->atoms[i + n].value;
		n++;
	}
	return n;
}

size_t sv_run_text(const struct sv_run *run, char out[SV_RUN_TEXT])
{
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < run->n;) {
		struct sv_atom groups[3];
		size_t n = sv_run_group(run, i, groups);

		len += (size_t)snprintf(out + len, SV_RUN_TEXT - len, "%0*d",
		                        groups[n - 1].len, groups[n - 1].value);
		i += n;
	}
	return len;
}
