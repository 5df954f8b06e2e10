/* redact_digits: telephones, cards, passports and INN, spoken or written */
#include <string.h>

#include "lib/itn.h"
#include "lib/redact.h"

enum {
	INTRO_REACH = 8, /* tokens from "телефон" to its digits */
	BETWEEN_MAX = 3, /* from a passport's series to its number */
};

/* the run at hand */
struct digits {
	struct sv_run run;
	char text[SV_RUN_TEXT];
	size_t len;
	enum sv_intro intro;
};

static bool luhn(const char *text, size_t len)
{
	int sum = 0;

	for (size_t i = 0; i < len; i++) {
		int digit = text[len - 1 - i] - '0';

		if (i % 2)
			digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
		sum += digit;
	}
	return sum % 10 == 0;
}

/* a check digit of the INN: weights that end at the digit before it */
static bool inn_digit(const char *text, size_t n)
{
	static const int weights[] = { 3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8 };
	const int *weight = weights + 11 - n;
	int sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += weight[i] * (text[i] - '0');
	return sum % 11 % 10 == text[n] - '0';
}

static bool is_inn(const char *text, size_t len)
{
	if (strspn(text, "0") == len)
		return false;
	if (len == 10)
		return inn_digit(text, 9);
	return len == 12 && inn_digit(text, 10) && inn_digit(text, 11);
}

static bool is_card(const struct digits *d)
{
	if (d->len < 13 || d->len > 19)
		return false;
	if (d->intro == SV_INTRO_CARD && d->len == 16)
		return true; /* misheard, and still somebody's */
	return d->text[0] >= '2' && d->text[0] <= '6' && luhn(d->text, d->len);
}

static bool put(struct sv_found *found, const struct digits *d,
                enum sv_personal kind, const char *key)
{
	size_t len = strlen(key);

	found->kind = kind;
	found->start = d->run.start;
	found->next = d->run.next;
	memcpy(found->key, key, len + 1);
	return true;
}

static bool is_sign(const struct sv_tokens *tokens, size_t i, uint32_t sign)
{
	return tokens->items[i].kind == T_SIGN && tokens->items[i].sign == sign;
}

/* 21.11.2026, 2026-11-21 */
static bool is_date(const struct sv_tokens *tokens, const struct sv_run *run)
{
	const struct sv_token *t = &tokens->items[run->start];

	return run->next - run->start == 5 && t[0].kind == T_DIGITS &&
	       t[2].kind == T_DIGITS && t[4].kind == T_DIGITS &&
	       t[1].sign == t[3].sign && t[2].len == 2 &&
	       t[0].len + t[4].len == 6 && (t[0].len == 4 || t[4].len == 4);
}

/* 123-45-67 */
static bool is_local(const struct sv_tokens *tokens, const struct sv_run *run)
{
	const struct sv_token *t = &tokens->items[run->start];

	return run->next - run->start == 5 && t[0].kind == T_DIGITS &&
	       t[0].len == 3 && is_sign(tokens, run->start + 1, '-') &&
	       t[2].len == 2 && is_sign(tokens, run->start + 3, '-') &&
	       t[4].len == 2;
}

static bool is_phone_intro(enum sv_intro intro)
{
	return intro == SV_INTRO_PHONE || intro == SV_INTRO_NUMBER;
}

static bool find_phone(const struct sv_search *search, const struct digits *d,
                       struct sv_found *found)
{
	char text[SV_PHONE_TEXT];
	bool asked = is_phone_intro(d->intro);

	switch (sv_phone_text(&d->run, search->russian, text)) {
	case SV_PHONE_FULL:
		if (!asked && search->russian && !d->run.plus && d->len == 10 &&
		    d->text[0] != '9')
			return false;
		break;
	case SV_PHONE_LOCAL:
		if (!is_local(&search->words, &d->run) &&
		    (!asked || d->len < 6 || d->intro == SV_INTRO_NUMBER))
			return false;
		break;
	default:
		return false;
	}
	return put(found, d, SV_PHONE, text);
}

static void read_text(const struct sv_search *search, struct digits *d)
{
	size_t distance = d->run.start - search->intro_at;

	d->len = sv_run_text(&d->run, d->text);
	d->intro = search->intro_at <= d->run.start && distance <= INTRO_REACH
	                   ? search->intro
	                   : SV_INTRO_NONE;
}

/* what follows makes it a quantity */
static bool is_counted(const struct sv_tokens *tokens, size_t i)
{
	switch (sv_token_word(tokens, i)) {
	case W_CURRENCY:
	case W_CENT:
	case W_PERCENT:
	case W_UNIT:
	case W_SCALE:
		return true;
	default:
		return tokens->items[i].kind == T_SIGN &&
		       strchr("$%", (int)(tokens->items[i].sign & 0x7f)) &&
		       tokens->items[i].sign < 0x80;
	}
}

/* "серия 4510 номер 123456" */
static bool find_series(const struct sv_search *search, struct digits *d,
                        struct sv_found *found)
{
	struct digits number;
	size_t i = d->run.next;

	if (d->len != 4 || d->intro != SV_INTRO_PASSPORT)
		return false;
	for (int n = 0; n < BETWEEN_MAX; n++, i++) {
		if (sv_run_read(&search->words, i, true, &number.run))
			break;
	}
	if (!number.run.n || sv_run_text(&number.run, number.text) != 6)
		return false;
	memcpy(d->text + 4, number.text, 7);
	d->run.next = number.run.next;
	return put(found, d, SV_PASSPORT, d->text);
}

static bool find_document(const struct digits *d, struct sv_found *found)
{
	if (d->intro == SV_INTRO_PASSPORT && (d->len == 9 || d->len == 10))
		return put(found, d, SV_PASSPORT, d->text);
	if (d->intro == SV_INTRO_INN && (d->len == 10 || d->len == 12))
		return put(found, d, SV_INN, d->text);
	if (d->intro != SV_INTRO_ORDER && is_card(d))
		return put(found, d, SV_CARD, d->text);
	return false;
}

/* "$500", "№ 12345": what stands before says that it is nobody's */
static bool is_labelled(const struct sv_tokens *tokens, size_t i)
{
	static const uint32_t signs[] = { '$',    '#',    0x20ac, 0xa3,
		                          0x20bd, 0x2116, 0 };

	for (int k = 0; i && signs[k]; k++) {
		if (is_sign(tokens, i - 1, signs[k]))
			return true;
	}
	return false;
}

static bool classify(const struct sv_search *search, struct digits *d,
                     struct sv_found *found)
{
	if (d->run.too_long || d->run.scaled ||
	    is_counted(&search->words, d->run.next) ||
	    is_date(&search->words, &d->run))
		return false;
	if (find_series(search, d, found) || find_document(d, found))
		return true;
	if ((d->intro == SV_INTRO_ORDER && !d->run.plus) ||
	    is_labelled(&search->words, d->run.start))
		return false;
	if (find_phone(search, d, found))
		return true;
	if (is_inn(d->text, d->len))
		return put(found, d, SV_INN, d->text);
	return false;
}

/* the bracket of "(916) 123-45-67" */
static void take_bracket(const struct sv_search *search, struct sv_found *found)
{
	const struct sv_tokens *tokens = &search->words;

	if (!found->start || !is_sign(tokens, found->start - 1, '('))
		return;
	for (size_t i = found->start; i < found->next; i++) {
		if (is_sign(tokens, i, ')')) {
			found->start--;
			return;
		}
	}
}

bool sv_find_digits(const struct sv_search *search, size_t i,
                    struct sv_found *found, size_t *next)
{
	struct digits d = { .len = 0 };

	*next = i;
	if (!sv_run_read(&search->words, i, true, &d.run))
		return false;
	*next = d.run.next;
	read_text(search, &d);
	if (!classify(search, &d, found)) {
		sv_run_read(&search->words, i, false, &d.run);
		if (d.run.next == *next)
			return false;
		*next = d.run.next;
		read_text(search, &d);
		if (!classify(search, &d, found))
			return false;
	}
	take_bracket(search, found);
	return true;
}
