/* sentence_words: what a full stop behind a word means */
#include <stdio.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/sentence_inside.h"
#include "lib/utf8.h"

enum {
	HALF = 6,        /* bytes of an abbreviation's first half */
	KEY = 64,        /* bytes of a word that may be in the list */
	SHORT = 5,       /* letters, of which abbreviations seldom have more */
	LIST_DIGITS = 3, /* of a number that a list's item begins with */
};

/* In small letters, sorted by bytes. Two words stand here with what is between
 * them: "т.д" for "т. д." and "т.д.", "и пр" for "и пр.". */
static const struct {
	const char *word;
	enum sentence_word means;
} known[] = {
	{ "a.m", WORD_MAYBE },     { "approx", WORD_NEVER },
	{ "apr", WORD_NUMBERED },  { "art", WORD_NUMBERED },
	{ "aug", WORD_NUMBERED },  { "ave", WORD_MAYBE },
	{ "blvd", WORD_MAYBE },    { "capt", WORD_NEVER },
	{ "cf", WORD_NEVER },      { "ch", WORD_NUMBERED },
	{ "co", WORD_MAYBE },      { "corp", WORD_MAYBE },
	{ "dec", WORD_NUMBERED },  { "dept", WORD_MAYBE },
	{ "dr", WORD_NEVER },      { "e.g", WORD_NEVER },
	{ "est", WORD_MAYBE },     { "et al", WORD_MAYBE },
	{ "etc", WORD_MAYBE },     { "excl", WORD_NEVER },
	{ "ext", WORD_NUMBERED },  { "feb", WORD_NUMBERED },
	{ "fig", WORD_NUMBERED },  { "ft", WORD_MAYBE },
	{ "gen", WORD_NEVER },     { "hon", WORD_NEVER },
	{ "i.e", WORD_NEVER },     { "inc", WORD_MAYBE },
	{ "incl", WORD_NEVER },    { "jan", WORD_NUMBERED },
	{ "jr", WORD_MAYBE },      { "jul", WORD_NUMBERED },
	{ "jun", WORD_NUMBERED },  { "lt", WORD_NEVER },
	{ "ltd", WORD_MAYBE },     { "mar", WORD_NUMBERED },
	{ "mr", WORD_NEVER },      { "mrs", WORD_NEVER },
	{ "ms", WORD_NEVER },      { "no", WORD_NUMBERED },
	{ "nos", WORD_NUMBERED },  { "nov", WORD_NUMBERED },
	{ "oct", WORD_NUMBERED },  { "p", WORD_NUMBERED },
	{ "p.m", WORD_MAYBE },     { "p.s", WORD_NEVER },
	{ "ph.d", WORD_MAYBE },    { "pp", WORD_NUMBERED },
	{ "prof", WORD_NEVER },    { "rd", WORD_MAYBE },
	{ "rev", WORD_NEVER },     { "sec", WORD_NUMBERED },
	{ "sen", WORD_NEVER },     { "sep", WORD_NUMBERED },
	{ "sept", WORD_NUMBERED }, { "sgt", WORD_NEVER },
	{ "sr", WORD_MAYBE },      { "st", WORD_NEVER },
	{ "u.k", WORD_MAYBE },     { "u.s", WORD_MAYBE },
	{ "v", WORD_NEVER },       { "vol", WORD_NUMBERED },
	{ "vs", WORD_NEVER },      { "авг", WORD_MAYBE },
	{ "ак", WORD_NEVER },      { "акад", WORD_NEVER },
	{ "апр", WORD_MAYBE },     { "арт", WORD_NEVER },
	{ "б", WORD_NEVER },       { "букв", WORD_NEVER },
	{ "бул", WORD_NEVER },     { "в", WORD_NEVER },
	{ "вв", WORD_MAYBE },      { "вкл", WORD_MAYBE },
	{ "влад", WORD_NEVER },    { "выс", WORD_NUMBERED },
	{ "г", WORD_NEVER },       { "гг", WORD_MAYBE },
	{ "ген", WORD_NEVER },     { "гл", WORD_NEVER },
	{ "глуб", WORD_NUMBERED }, { "гор", WORD_NEVER },
	{ "гр", WORD_NEVER },      { "грн", WORD_MAYBE },
	{ "д", WORD_NEVER },       { "дек", WORD_MAYBE },
	{ "дер", WORD_NEVER },     { "диам", WORD_NUMBERED },
	{ "дл", WORD_NUMBERED },   { "дн", WORD_MAYBE },
	{ "доб", WORD_NEVER },     { "долл", WORD_MAYBE },
	{ "доп", WORD_NEVER },     { "доц", WORD_NEVER },
	{ "др", WORD_MAYBE },      { "евр", WORD_MAYBE },
	{ "ед", WORD_MAYBE },      { "ж", WORD_NEVER },
	{ "зав", WORD_NEVER },     { "зам", WORD_NEVER },
	{ "и пр", WORD_MAYBE },    { "и.о", WORD_NEVER },
	{ "им", WORD_NEVER },      { "инд", WORD_NEVER },
	{ "исп", WORD_NEVER },     { "к", WORD_NEVER },
	{ "кв", WORD_NEVER },      { "кв.м", WORD_MAYBE },
	{ "кг", WORD_MAYBE },      { "км", WORD_MAYBE },
	{ "коп", WORD_MAYBE },     { "кор", WORD_NEVER },
	{ "корп", WORD_NEVER },    { "куб.м", WORD_MAYBE },
	{ "л", WORD_NEVER },       { "м", WORD_NEVER },
	{ "макс", WORD_NEVER },    { "мес", WORD_MAYBE },
	{ "мин", WORD_MAYBE },     { "мкр", WORD_NEVER },
	{ "мл", WORD_MAYBE },      { "млн", WORD_MAYBE },
	{ "млрд", WORD_MAYBE },    { "мм", WORD_MAYBE },
	{ "моб", WORD_NEVER },     { "мод", WORD_NEVER },
	{ "н", WORD_NEVER },       { "н.э", WORD_MAYBE },
	{ "наб", WORD_NEVER },     { "назв", WORD_NEVER },
	{ "наим", WORD_NEVER },    { "нап", WORD_NEVER },
	{ "напр", WORD_NEVER },    { "нач", WORD_NEVER },
	{ "нед", WORD_MAYBE },     { "нояб", WORD_MAYBE },
	{ "о", WORD_NEVER },       { "обл", WORD_NEVER },
	{ "ок", WORD_NUMBERED },   { "окт", WORD_MAYBE },
	{ "ориг", WORD_NEVER },    { "отд", WORD_NEVER },
	{ "оф", WORD_NEVER },      { "п", WORD_NEVER },
	{ "пер", WORD_NEVER },     { "пл", WORD_NEVER },
	{ "пом", WORD_NEVER },     { "пос", WORD_NEVER },
	{ "пп", WORD_NEVER },      { "пр", WORD_NEVER },
	{ "прибл", WORD_NEVER },   { "прим", WORD_NEVER },
	{ "просп", WORD_NEVER },   { "проф", WORD_NEVER },
	{ "р", WORD_NEVER },       { "р-н", WORD_NEVER },
	{ "раб", WORD_NEVER },     { "рег", WORD_NEVER },
	{ "ред", WORD_NEVER },     { "респ", WORD_NEVER },
	{ "рис", WORD_NUMBERED },  { "руб", WORD_MAYBE },
	{ "с", WORD_NEVER },       { "св", WORD_NEVER },
	{ "сек", WORD_MAYBE },     { "сент", WORD_MAYBE },
	{ "след", WORD_NEVER },    { "см", WORD_NEVER },
	{ "сокр", WORD_NEVER },    { "соотв", WORD_NEVER },
	{ "ср", WORD_NEVER },      { "ст", WORD_NEVER },
	{ "стр", WORD_NEVER },     { "сут", WORD_MAYBE },
	{ "т", WORD_NEVER },       { "т.д", WORD_MAYBE },
	{ "т.е", WORD_NEVER },     { "т.к", WORD_NEVER },
	{ "т.н", WORD_NEVER },     { "т.о", WORD_NEVER },
	{ "т.п", WORD_MAYBE },     { "т.ч", WORD_NEVER },
	{ "табл", WORD_NEVER },    { "тел", WORD_NEVER },
	{ "теч", WORD_NEVER },     { "тов", WORD_NEVER },
	{ "толщ", WORD_NUMBERED }, { "тыс", WORD_MAYBE },
	{ "ул", WORD_NEVER },      { "ф-ла", WORD_NEVER },
	{ "февр", WORD_MAYBE },    { "х", WORD_NEVER },
	{ "ч", WORD_NEVER },       { "час", WORD_MAYBE },
	{ "чел", WORD_MAYBE },     { "ш", WORD_NEVER },
	{ "шир", WORD_NUMBERED },  { "шт", WORD_MAYBE },
	{ "экз", WORD_MAYBE },     { "эт", WORD_NEVER },
	{ "янв", WORD_MAYBE },
};

/* a word, where it stands */
struct word {
	const char *text;
	size_t len;
	bool first; /* of the sentence */
};

static bool is_space_at(const char *text, size_t from)
{
	const char *p = text + from;

	return sv_is_space(sv_utf8_next(&p, text + from + 4));
}

/* blanks of two and three bytes, too */
static size_t back_over_blanks(const char *text, size_t to)
{
	while (to) {
		size_t from = to - 1;

		while (from && ((unsigned char)text[from] & 0xc0) == 0x80)
			from--;
		if (!is_space_at(text, from))
			break;
		to = from;
	}
	return to;
}

static bool opens(const char *text, size_t len, size_t *size)
{
	static const char *const marks[] = { "(", "[", "\"", "'", "*",
		                             "_", "«", "“",  "„", "‘",
		                             "-", "–", "—",  "#", "`" };

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		*size = strlen(marks[i]);
		if (*size < len && !memcmp(text, marks[i], *size))
			return true;
	}
	return false;
}

/* The word that ends at `to`, what opens before it aside. */
static struct word word_at(const char *text, size_t to)
{
	size_t from = to, size;
	struct word word;

	while (from && back_over_blanks(text, from) == from) {
		from--;
		while (from && ((unsigned char)text[from] & 0xc0) == 0x80)
			from--;
	}
	word = (struct word){ text + from, to - from, !from };
	while (opens(word.text, word.len, &size)) {
		word.text += size;
		word.len -= size;
	}
	return word;
}

static struct word word_before(const char *text, const struct word *word)
{
	size_t to = back_over_blanks(text, (size_t)(word->text - text));

	return to ? word_at(text, to) : (struct word){ text, 0, true };
}

static bool has_only(const struct word *word, const char *letters)
{
	for (size_t i = 0; i < word->len; i++)
		if (!strchr(letters, word->text[i]) || !word->text[i])
			return false;
	return word->len > 0;
}

/* --- the list --- */

/* true: it is there */
static bool look_up(const char *key, enum sentence_word *means)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (!strcmp(known[i].word, key)) {
			*means = known[i].means;
			return true;
		}
	}
	return false;
}

static bool look_up_word(const struct word *word, const char *before,
                         enum sentence_word *means)
{
	struct sv_buf key;
	bool found = false;

	sv_buf_init(&key, KEY + HALF + 2);
	if (word->len <= KEY && !sv_utf8_lower(&key, before, strlen(before)) &&
	    !sv_utf8_lower(&key, word->text, word->len))
		found = look_up(sv_buf_str(&key), means);
	sv_buf_release(&key);
	return found;
}

/* The two of them, if the one before may be the first half of an abbreviation:
 * a few letters with a full stop, or "и", or "et". */
static bool look_up_pair(const struct word *before, const struct word *word,
                         enum sentence_word *means)
{
	char first[HALF + 2];
	size_t len = before->len;
	bool stop = len && before->text[len - 1] == '.';

	if (stop)
		len--;
	else if (len != 2 || (memcmp(before->text, "и", 2) != 0 &&
	                      memcmp(before->text, "et", 2) != 0))
		return false;
	if (!len || len > HALF)
		return false;
	snprintf(first, sizeof first, "%.*s%c", (int)len, before->text,
	         stop ? '.' : ' ');
	return look_up_word(word, first, means);
}

/* --- words that are in no list --- */

/* "А.С", "J.K": letters with full stops between them */
static bool is_letters(const struct word *word, bool *capital)
{
	const char *p = word->text, *end = p + word->len;
	uint32_t code;

	*capital = true;
	for (;;) {
		code = p < end ? sv_utf8_next(&p, end) : 0;
		if (!sv_is_letter(code))
			return false;
		*capital = *capital && sv_lower(code) != code;
		if (p == end)
			return true;
		if (*p++ != '.')
			return false;
	}
}

static enum sentence_word number(const struct word *word)
{
	/* "1. Первое": of a list, not the end of anything */
	return word->first && word->len <= LIST_DIGITS &&
	                       has_only(word, "0123456789")
	               ? WORD_NEVER
	               : WORD_SHORT;
}

static enum sentence_word unknown(const struct word *word)
{
	bool capital;

	if (has_only(word, "0123456789.,:-/"))
		return number(word);
	if (word->first && word->len > 1 && has_only(word, "IVX"))
		return WORD_NEVER;
	if (is_letters(word, &capital)) {
		if (capital)
			return WORD_NEVER; /* initials */
		return memchr(word->text, '.', word->len) ? WORD_MAYBE
		                                          : WORD_SHORT;
	}
	if (memchr(word->text, '.', word->len) ||
	    sv_utf8_count(word->text, word->len) <= SHORT)
		return WORD_SHORT;
	return WORD_LONG;
}

enum sentence_word sentence_word(const char *text, size_t to)
{
	struct word word = word_at(text, to);
	struct word before = word_before(text, &word);
	enum sentence_word means;
	bool capital;

	if (!word.len)
		return WORD_LONG;
	if (look_up_pair(&before, &word, &means))
		return means;
	/* "А. Пушкин", but "г. Москва" */
	if (is_letters(&word, &capital) && capital &&
	    !memchr(word.text, '.', word.len))
		return WORD_NEVER;
	if (!look_up_word(&word, "", &means))
		return unknown(&word);
	/* "в 2026 г. Мы": of a number, it may be the last */
	if (means == WORD_NEVER && has_only(&before, "0123456789.,"))
		return WORD_MAYBE;
	return means;
}
