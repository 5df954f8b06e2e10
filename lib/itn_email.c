/*
 * itn_email: an address as it is dictated, "иван точка петров собака мейл
 * точка ру", or written. Letters go by their Russian or English names, other
 * Russian words by the sounds they have.
 */
#include <stdio.h>
#include <string.h>

#include "lib/fail.h"
#include "lib/itn.h"
#include "lib/utf8.h"

enum {
	BEFORE_MAX = 48,     /* tokens of the part before the "at" */
	LABEL_WORDS_MAX = 8, /* of the domain between dots */
};

/* where reading stands */
struct reader {
	const struct sv_tokens *mail;
	const struct sv_tokens *words;
	struct sv_buf out;
	size_t at;
	bool strict;
};

static enum sv_word word(const struct reader *r, size_t i)
{
	return sv_token_word(r->mail, i);
}

static bool is_sign(const struct reader *r, size_t i, uint32_t sign)
{
	return r->mail->items[i].kind == T_SIGN &&
	       r->mail->items[i].sign == sign;
}

static bool is_joint(const struct reader *r, size_t i)
{
	switch (word(r, i)) {
	case W_DOT:
	case W_DASH:
	case W_UNDERSCORE:
		return true;
	default:
		return is_sign(r, i, '.') || is_sign(r, i, '-') ||
		       is_sign(r, i, '_') || is_sign(r, i, '+');
	}
}

/* a digit, or a word of a number */
static bool is_number(const struct reader *r, size_t i)
{
	switch (sv_token_word(r->words, i)) {
	case W_DIGIT:
	case W_TEEN:
	case W_TEN:
	case W_HUNDRED:
	case W_SCALE:
	case W_NOUN:
		return word(r, i) != W_LETTER;
	default:
		return r->words->items[i].kind == T_DIGITS;
	}
}

static const char *latin(uint32_t code)
{
	static const char *const letters[] = {
		"a",  "b",  "v",  "g",   "d", "e", "zh", "z", "i",  "y", "k",
		"l",  "m",  "n",  "o",   "p", "r", "s",  "t", "u",  "f", "h",
		"ts", "ch", "sh", "sch", "",  "y", "",   "e", "yu", "ya"
	};

	return code >= 0x430 && code <= 0x44f ? letters[code - 0x430] : NULL;
}

static int put_word(struct reader *r, size_t i)
{
	const char *at = sv_token_key(r->mail, i);
	const char *end = at + r->mail->items[i].len;
	int rc = 0;

	while (at < end && !rc) {
		const char *from = at;
		const char *letters = latin(sv_utf8_next(&at, end));

		if (*from == '\'') /* o'connor */
			letters = "";
		rc = letters ? sv_buf_puts(&r->out, letters)
		             : sv_buf_add(&r->out, from, (size_t)(at - from));
	}
	return rc;
}

static size_t put_number(struct reader *r, size_t i)
{
	char text[SV_RUN_TEXT];
	struct sv_number n;
	struct sv_run run;

	if (sv_number_read(r->words, i, false, &n) && n.scaled && !n.bare &&
	    sv_number_whole(&n) >= 0) {
		sv_number_text(&n, '.', text);
		sv_buf_puts(&r->out, text);
		return n.next;
	}
	if (!sv_run_read(r->words, i, false, &run) || run.too_long)
		return i;
	sv_run_text(&run, text);
	sv_buf_puts(&r->out, text);
	return run.next;
}

/* "double u", "double r", "две эр" */
static size_t put_repeat(struct reader *r, size_t i)
{
	int64_t times = sv_token_value(r->mail, i);

	i++;
	if (sv_token_is(r->mail, i, "u") || sv_token_is(r->mail, i, "ю") ||
	    sv_token_is(r->mail, i, "вэ")) {
		sv_buf_puts(&r->out, "w");
		return i + 1;
	}
	if (word(r, i) != W_LETTER)
		return is_number(r, i) ? put_number(r, i - 1) : i;
	while (times--)
		sv_buf_puts(&r->out, r->mail->items[i].lexeme->text);
	return i + 1;
}

/* one token or a few as the address has them; i when it cannot be part */
static size_t put(struct reader *r, size_t i)
{
	const struct sv_token *t = &r->mail->items[i];

	if (word(r, i) == W_REPEAT)
		return put_repeat(r, i);
	if (word(r, i) == W_SKIP)
		return i + 1;
	if (word(r, i) == W_AS) { /* b as in boy */
		i += 1 + sv_token_is(r->mail, i + 1, "in");
		return i +
		       (r->mail->items[i].kind == T_WORD && word(r, i) != W_AT);
	}
	if (is_number(r, i))
		return put_number(r, i);
	if (t->kind == T_SIGN)
		sv_buf_putc(&r->out, (char)t->sign);
	else if (t->lexeme && t->lexeme->text)
		sv_buf_puts(&r->out, t->lexeme->text);
	else if (put_word(r, i))
		return i;
	return i + 1;
}

/* Whether the word at i goes on an address of which the token behind it is
 * part already. Letters and numbers do; a word does behind a joint, and
 * elsewhere only where the answer is known to be an address. */
static bool belongs(const struct reader *r, size_t i, size_t at, bool strict)
{
	bool first = i + 1 == at;

	if (r->mail->items[i].kind == T_SIGN || is_joint(r, i))
		return is_joint(r, i);
	if (word(r, i) == W_STOP || word(r, i) == W_AT)
		return false;
	if (first || is_joint(r, i + 1) || is_number(r, i + 1))
		return true;
	if (word(r, i) == W_HOST)
		return false; /* "мейл иван собака": the word for mail */
	if (is_number(r, i) || word(r, i) == W_SKIP)
		return true;
	if (word(r, i) == W_LETTER || word(r, i) == W_REPEAT)
		return !strict || word(r, i + 1) == W_LETTER;
	return !strict;
}

static size_t find_start(const struct reader *r, size_t at, bool strict)
{
	size_t i = at;

	while (i && at - i < BEFORE_MAX && belongs(r, i - 1, at, strict))
		i--;
	while (i < at && (is_joint(r, i) || word(r, i) == W_SKIP))
		i++;
	return i;
}

static bool local_valid(const struct sv_buf *out)
{
	const char *text = sv_buf_str(out);

	return out->len && out->len <= 64 && text[0] != '.' &&
	       text[out->len - 1] != '.' && !strstr(text, "..") &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._-+") ==
	               out->len;
}

static bool put_local(struct reader *r, size_t start, size_t at)
{
	for (size_t i = start; i < at;) {
		size_t next = put(r, i);

		if (next == i || next > at)
			return false;
		i = next;
	}
	return local_valid(&r->out);
}

/* the last label so far: "mail" in "corp.mail" */
static const char *label(const struct reader *r)
{
	const char *text = sv_buf_str(&r->out);
	const char *at = strrchr(text, '@');
	const char *dot = strrchr(text, '.');

	return dot > at ? dot + 1 : at + 1;
}

/* "собака яндекс": the provider's usual end */
static bool complete(struct reader *r, size_t i)
{
	const struct sv_lexeme *host = r->mail->items[i].lexeme;

	if (!host || host->word != W_HOST || strcmp(label(r), host->text) != 0)
		return false;
	sv_buf_puts(&r->out, host->value ? ".com" : ".ru");
	r->at = i + 1;
	return true;
}

/* the end: "точка ру", and of "мейл ру" too */
static bool put_tld(struct reader *r, size_t i)
{
	if (*label(r) && word(r, i - 1) != W_HOST)
		return false;
	if (*label(r))
		sv_buf_putc(&r->out, '.');
	sv_buf_puts(&r->out, r->mail->items[i].lexeme->text);
	r->at = i + 1;
	return true;
}

/* "co dot uk": one more label behind an end */
static bool goes_on(const struct reader *r)
{
	return is_joint(r, r->at) && word(r, r->at + 1) == W_TLD &&
	       !is_sign(r, r->at, '-');
}

static bool is_label(const struct reader *r, size_t i)
{
	enum sv_word what = word(r, i);

	if (r->mail->items[i].kind == T_END || what == W_AT ||
	    (what == W_STOP && r->strict))
		return false;
	return r->mail->items[i].kind != T_SIGN || is_joint(r, i);
}

/* one token of a label: where to go on, 0 when the domain ends badly; *done
 * when it ended well */
static size_t put_label(struct reader *r, size_t i, bool *done)
{
	size_t next;

	if (is_joint(r, i) && !*label(r))
		return 0;
	next = put(r, i);
	if (word(r, i) == W_HOST && !is_joint(r, i + 1) &&
	    word(r, i + 1) != W_TLD) {
		*done = complete(r, i);
		return 0;
	}
	return next > i ? next : 0;
}

static bool put_domain(struct reader *r, size_t i)
{
	bool done = false;

	for (int n = 0; n < LABEL_WORDS_MAX && i && is_label(r, i); n++) {
		if (word(r, i) == W_TLD && put_tld(r, i)) {
			if (!goes_on(r))
				return true;
			i = r->at;
		}
		n -= is_joint(r, i);
		i = put_label(r, i, &done);
	}
	return done;
}

/* ivan@mail.ru: one piece, as it stands */
static bool read_written(struct reader *r, size_t at,
                         struct sv_address *address)
{
	const struct sv_token *items = r->mail->items;
	size_t start = at, end = at + 1;

	while (start && at - start < BEFORE_MAX && !items[start].spaced &&
	       (items[start - 1].kind != T_SIGN || is_joint(r, start - 1)))
		start--;
	while (end - at < BEFORE_MAX && items[end].kind != T_END &&
	       !items[end].spaced &&
	       (items[end].kind != T_SIGN || is_joint(r, end)))
		end++;
	while (end > at && items[end - 1].kind == T_SIGN)
		end--;
	if (start == at || end < at + 4 || items[end - 1].kind != T_WORD ||
	    items[end - 1].end - items[end - 1].start < 2 ||
	    !is_sign(r, end - 2, '.') || is_joint(r, start))
		return false;
	for (size_t i = start; i < end; i++) {
		if (items[i].kind == T_SIGN)
			sv_buf_putc(&r->out, (char)items[i].sign);
		else
			sv_buf_add(&r->out, sv_token_key(r->mail, i),
			           items[i].len);
	}
	address->start = start;
	address->next = end;
	return true;
}

static bool read_spoken(struct reader *r, size_t at, bool strict,
                        struct sv_address *address)
{
	address->start = find_start(r, at, strict);
	if (!put_local(r, address->start, at))
		return false;
	sv_buf_putc(&r->out, '@');
	if (!put_domain(r, at + 1 + sv_token_is(r->mail, at + 1, "sign")))
		return false;
	address->next = r->at;
	return true;
}

bool sv_address_read(const struct sv_tokens *mail,
                     const struct sv_tokens *words, size_t i, bool strict,
                     struct sv_address *address)
{
	struct reader r = { .mail = mail, .words = words, .strict = strict };
	bool written = is_sign(&r, i, '@');
	bool found;

	if (!written && word(&r, i) != W_AT)
		return false;
	sv_buf_init(&r.out, sizeof address->text - 1);
	found = (written && read_written(&r, i, address)) ||
	        read_spoken(&r, i, strict, address);
	if (found)
		snprintf(address->text, sizeof address->text, "%s",
		         sv_buf_str(&r.out));
	sv_buf_release(&r.out);
	return found;
}

int sv_itn_email(const struct sv_answer *answer, struct sv_buf *out)
{
	struct sv_address address;
	bool found = false;

	/* the last one: who dictates twice corrects himself */
	for (size_t i = 0; i < answer->mail.n; i++) {
		struct sv_address one;

		if (!sv_address_read(&answer->mail, &answer->tokens, i, false,
		                     &one))
			continue;
		address = one;
		found = true;
		i = one.next - 1;
	}
	if (!found)
		return sv_fail(EX_DATAERR, "no e-mail address in the answer");
	return sv_buf_puts(out, address.text);
}
