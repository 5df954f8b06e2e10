/* tn_en.c: the rules of English in the order they are tried, words, signs */
#include "lib/tn_en.h"

#include <string.h>

#include "lib/utf8.h"

enum { CAPS_MAX = 5 };

static const struct tn_phrase terms[] = {
	{ "24/7", "twenty-four seven", false },
	{ "2d", "two d", false },
	{ "3d", "three d", false },
	{ "4g", "four g", false },
	{ "5g", "five g", false },
	{ "b2b", "b to b", false },
	{ "b2c", "b to c", false },
	{ "bitrix24", "Bitrix twenty-four", false },
	{ "h&m", "H and M", false },
	{ "c++", "C plus plus", false },
	{ "and/or", "and or", false },
	{ "w/o", "without", false },
	{ "w/", "with", false },
	{ "½", "one half", false },
	{ "¼", "one quarter", false },
	{ "¾", "three quarters", false },
	{ "⅓", "one third", false },
	{ "⅔", "two thirds", false },
	{ NULL, NULL, false },
};

static const struct tn_phrase phrases[] = {
	{ "mr.", "mister", false },
	{ "mrs.", "missis", false },
	{ "ms.", "miz", false },
	{ "mr", "mister", false },
	{ "mrs", "missis", false },
	{ "prof.", "professor", false },
	{ "jr.", "junior", true },
	{ "sr.", "senior", true },
	{ "e.g.", "for example", false },
	{ "i.e.", "that is", false },
	{ "etc.", "et cetera", true },
	{ "vs.", "versus", false },
	{ "vs", "versus", false },
	{ "approx.", "approximately", false },
	{ "inc.", "incorporated", true },
	{ "ltd.", "limited", true },
	{ "ltd", "limited", false },
	{ "corp.", "corporation", true },
	{ "co.", "company", true },
	{ "dept.", "department", true },
	{ "tel.", "telephone", false },
	{ "ext.", "extension", false },
	{ "ave.", "avenue", true },
	{ "blvd.", "boulevard", true },
	{ "rd.", "road", true },
	{ "apt.", "apartment", false },
	{ "ste.", "suite", false },
	{ "fl.", "floor", true },
	{ "min.", "minimum", false },
	{ "max.", "maximum", false },
	{ "avg.", "average", false },
	{ "incl.", "including", false },
	{ "excl.", "excluding", false },
	{ "a.m.", "a m", true },
	{ "p.m.", "p m", true },
	{ "u.s.", "U S", true },
	{ "u.k.", "U K", true },
	{ "p.s.", "P S", false },
	{ "n/a", "not available", false },
	{ "mon.", "Monday", true },
	{ "tue.", "Tuesday", true },
	{ "wed.", "Wednesday", true },
	{ "thu.", "Thursday", true },
	{ "fri.", "Friday", true },
	{ "Mon-Fri", "Monday to Friday", false },
	{ "Mon–Fri", "Monday to Friday", false },
	{ "jan.", "January", true },
	{ "feb.", "February", true },
	{ "aug.", "August", true },
	{ "sept.", "September", true },
	{ "oct.", "October", true },
	{ "nov.", "November", true },
	{ "dec.", "December", true },
	{ NULL, NULL, false },
};

static const char spelt[] =
	"ai api ceo cfo cio cto eu eta faq hr id io ip iq it ios pr qa seo sla "
	"uk un us usa url usb ui ux vat vip eur usd pdf atm ev suv diy doa poa "
	"roi rfi apr iban inn ooo";

size_t en_term(struct tn *tn, size_t i)
{
	return tn_at(tn, i)->kind == TN_SPACE ? 0 : tn_phrase(tn, i, terms);
}

/* a dot that belongs to the abbreviation, and may end the sentence too */
static size_t with_dot(struct tn *tn, size_t i, const char *spoken)
{
	tn_say(tn, spoken);
	if (tn_stops(tn, i + 1) &&
	    tn_at(tn, tn_skip(tn, i + 2))->kind == TN_END)
		tn_put(tn, ".", 1);
	return 2;
}

/* Dr. Smith, Sunset Dr.; St. Mary, Main St.; No. 5 */
static size_t two_faced(struct tn *tn, size_t i)
{
	size_t next = tn_skip(tn, i + 2);
	bool name_behind = tn_is_upper(tn, next);
	bool name_before = tn_is_upper(tn, tn_before(tn, i)) &&
	                   tn_at(tn, i - 1)->kind == TN_SPACE;

	if (!tn_is_sign(tn, i + 1, '.'))
		return 0;
	if (tn_is(tn, i, "dr"))
		return with_dot(tn, i,
		                name_behind && !name_before ? "doctor"
		                                            : "drive");
	if (tn_is(tn, i, "st"))
		return with_dot(tn, i,
		                name_behind && !name_before ? "saint"
		                                            : "street");
	if (tn_is(tn, i, "no") && tn_at(tn, next)->kind == TN_NUMBER)
		return with_dot(tn, i, "number");
	return 0;
}

size_t en_abbreviation(struct tn *tn, size_t i)
{
	size_t n;

	if (tn_at(tn, i)->kind != TN_LATIN)
		return 0;
	n = two_faced(tn, i);
	return n ? n : tn_phrase(tn, i, phrases);
}

void en_spell(struct tn *tn, const struct tn_token *token)
{
	size_t k;
	char letter;

	for (k = 0; k < token->len; k++) {
		letter = token->text[k];
		tn_say_n(tn, &letter, 1);
	}
}

static bool is_ascii(const struct tn_token *token)
{
	return strlen(token->lower) ==
	       sv_utf8_count(token->lower, strlen(token->lower));
}

size_t en_caps(struct tn *tn, size_t i)
{
	const struct tn_token *token = tn_at(tn, i);
	const char *word = token->lower;

	if (token->kind != TN_LATIN || !tn_is_caps(tn, i) || token->len < 2 ||
	    token->len > CAPS_MAX || !is_ascii(token))
		return 0;
	if (word[strcspn(word, "aeiouy")] && !tn_among(word, spelt))
		return 0;
	en_spell(tn, token);
	return 1;
}

/* Cyrillic as passports write it */
size_t en_cyrillic(struct tn *tn, size_t i)
{
	static const char *const latin[] = {
		"a",  "b",  "v",  "g",    "d", "e", "zh", "z", "i",  "y",  "k",
		"l",  "m",  "n",  "o",    "p", "r", "s",  "t", "u",  "f",  "kh",
		"ts", "ch", "sh", "shch", "",  "y", "",   "e", "yu", "ya",
	};
	const struct tn_token *token = tn_at(tn, i);
	const char *text = token->text, *end = text + token->len;
	struct sv_buf out;

	if (token->kind != TN_CYRILLIC)
		return 0;
	sv_buf_init(&out, 4 * token->len + 1);
	while (text < end) {
		uint32_t code = sv_utf8_next(&text, end), low = sv_lower(code);
		size_t at = out.len;

		if (low >= 0x430 && low < 0x450)
			(void)sv_buf_puts(&out, latin[low - 0x430]);
		else if (low == 0x451)
			(void)sv_buf_puts(&out, "yo");
		if (low != code && out.len > at)
			out.data[at] = (char)(out.data[at] - 'a' + 'A');
	}
	tn_say(tn, sv_buf_str(&out));
	sv_buf_release(&out);
	return 1;
}

/* a sign is said where what is around it asks for that */
static const struct {
	const char *sign;
	const char *spoken;
	bool before_number;
	bool behind_number;
} signs[] = {
	{ "№", "number", false, false },
	{ "§", "section", false, false },
	{ "%", "percent", false, false },
	{ "&", "and", false, false },
	{ "+", "plus", false, false },
	{ "=", "equals", false, false },
	{ "@", "at", false, false },
	{ "±", "plus or minus", false, false },
	{ "≈", "about", false, false },
	{ "≤", "at most", false, false },
	{ "≥", "at least", false, false },
	{ "×", "by", false, false },
	{ "$", "dollars", false, false },
	{ "€", "euros", false, false },
	{ "£", "pounds", false, false },
	{ "₽", "rubles", false, false },
	{ "°", "degrees", false, false },
	{ "²", "squared", false, false },
	{ "³", "cubed", false, false },
	{ "¹", "one", false, false },
	{ "~", "about", true, false },
	{ "<", "less than", true, false },
	{ ">", "more than", true, false },
	{ "#", "number", true, false },
	{ "#", "hash", false, false },
	{ "*", "times", true, true },
	{ "/", "slash", true, true },
	{ "-", "dash", true, true },
	{ ":", "to", true, true },
	{ ".", "dot", true, true },
	{ "_", "", false, false },
	{ NULL, NULL, false, false },
};

/* 10x15 between numbers, "he/she" between words, A-15 */
static size_t between(struct tn *tn, size_t i)
{
	bool number = tn_at(tn, tn_skip(tn, i + 1))->kind == TN_NUMBER;

	if (tn_is_t(tn, i)) {
		tn_put(tn, " ", 1);
		return 1;
	}
	if (tn_is(tn, i, "x") && number &&
	    tn_at(tn, tn_before(tn, i))->kind == TN_NUMBER) {
		tn_say(tn, "by");
		return 1;
	}
	if (tn_is_sign(tn, i, '/') && tn_is_word(tn, i - 1) &&
	    tn_is_word(tn, i + 1)) {
		tn_say(tn, "or");
		return 1;
	}
	if (tn_is_dash(tn, i) && tn_is_word(tn, i - 1) &&
	    tn_at(tn, i + 1)->kind == TN_NUMBER) {
		tn_put(tn, " ", 1);
		return 1;
	}
	return 0;
}

size_t en_sign(struct tn *tn, size_t i)
{
	const struct tn_token *token = tn_at(tn, i);
	size_t k, n = between(tn, i);

	if (n || token->kind != TN_SIGN)
		return n;
	for (k = 0; signs[k].sign; k++) {
		if (strcmp(signs[k].sign, token->lower) != 0 ||
		    (signs[k].before_number &&
		     tn_at(tn, tn_skip(tn, i + 1))->kind != TN_NUMBER) ||
		    (signs[k].behind_number &&
		     tn_at(tn, i - 1)->kind != TN_NUMBER))
			continue;
		tn_say(tn, signs[k].spoken);
		return *signs[k].spoken ? 1 : tn_drop(tn, i, 1);
	}
	while (tn_is_mute(tn, i + n))
		n++;
	return n ? tn_drop(tn, i, n) : 0;
}

const tn_rule tn_en_rules[] = {
	en_web,      en_term,  en_phone,    en_date,         en_time,
	en_month,    en_day,   en_years,    en_ordinals,     en_identifier,
	en_fraction, en_range, en_quantity, en_abbreviation, en_caps,
	en_cyrillic, en_sign,  NULL,
};
