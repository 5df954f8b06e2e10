/* words.c: what was said, made comparable */
#include "src/dialog/words.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/utf8.h"

/* Each list is sorted by bytes, for bsearch(3). */

/* noises that mean nothing */
static const char *const noises[] = {
	"ah", "eh",   "er", "erm",  "hm",  "hmm",    "mm", "mmm", "oh",  "uh",
	"um", "well", "ах", "вот",  "гм",  "значит", "м",  "мм",  "ммм", "ну",
	"о",  "ой",   "ох", "типа", "так", "хм",     "э",  "эм",  "ээ",
};

/* words that carry little: a phrase is not recognised by them alone */
static const char *const light[] = {
	"a",    "am",   "an",    "and", "are",  "as",     "at",         "be",
	"but",  "can",  "could", "did", "do",   "does",   "for",        "have",
	"i",    "id",   "im",    "in",  "is",   "it",     "its",        "just",
	"me",   "my",   "of",    "on",  "or",   "please", "so",         "that",
	"the",  "this", "to",    "we",  "will", "with",   "would",      "you",
	"your", "а",    "бы",    "в",   "вам",  "вас",    "вы",         "для",
	"до",   "же",   "за",    "и",   "из",   "или",    "к",          "как",
	"ко",   "ли",   "меня",  "мне", "мой",  "моя",    "мы",         "на",
	"нам",  "нас",  "не",    "но",  "от",   "по",     "пожалуйста", "с",
	"со",   "то",   "у",     "что", "это",  "я",
};

static const char *const negations[] = {
	"arent", "cant",  "didnt",   "doesnt", "dont", "isnt", "never",
	"not",   "wasnt", "without", "wont",   "без",  "не",   "ни",
};

/* What words of one root end in. Russian endings of nouns, adjectives and
 * verbs, and the few English ones; a stem has three letters at least. */
static const char *const endings[] = {
	"",    "d",   "ed",  "es",  "ing", "s",   "а",   "ай",  "айте", "ал",
	"ала", "али", "ам",  "ами", "ат",  "ать", "ах",  "ая",  "в",    "го",
	"е",   "ев",  "его", "ее",  "ей",  "ем",  "ему", "ет",  "ете",  "ешь",
	"и",   "ие",  "ий",  "ил",  "ила", "или", "им",  "ими", "ит",   "ите",
	"ить", "их",  "ишь", "ию",  "ия",  "й",   "йте", "л",   "ла",   "ли",
	"ло",  "м",   "ми",  "му",  "о",   "ов",  "ого", "ое",  "ой",   "ом",
	"ому", "ось", "ся",  "сь",  "т",   "те",  "ть",  "тся", "ться", "у",
	"ую",  "ут",  "х",   "шь",  "ы",   "ые",  "ый",  "ым",  "ыми",  "ых",
	"ь",   "ью",  "ью",  "ю",   "юсь", "ют",  "юю",  "я",   "ям",   "ями",
	"ят",  "ять", "ях",  "яя",
};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static int by_bytes(const void *key, const void *item)
{
	return strcmp(key, *(const char *const *)item);
}

static bool listed(const char *word, const char *const *list, size_t n)
{
	return bsearch(word, list, n, sizeof *list, by_bytes) != NULL;
}

double word_weight(const char *word)
{
	if (listed(word, noises, COUNT(noises)))
		return 0;
	return listed(word, light, COUNT(light)) ? 0.3 : 1;
}

bool word_negates(const char *word)
{
	return listed(word, negations, COUNT(negations));
}

/* Endings are compared one after the other: the order of a bsearch would not
 * survive an editor's sorting, and this runs only for words alike. */
static bool is_ending(const char *text)
{
	size_t i;

	for (i = 0; i < COUNT(endings); i++)
		if (!strcmp(endings[i], text))
			return true;
	return false;
}

bool words_alike(const char *a, const char *b)
{
	size_t same = 0;

	while (a[same] && a[same] == b[same])
		same++;
	if (!a[same] && !b[same])
		return true;
	while (same && ((unsigned char)a[same] & 0xC0) == 0x80)
		same--; /* not in the middle of a letter */
	while (same && ((unsigned char)b[same] & 0xC0) == 0x80)
		same--;
	return sv_utf8_count(a, same) >= 3 && is_ending(a + same) &&
	       is_ending(b + same);
}

static bool is_apostrophe(uint32_t code)
{
	return code == '\'' || code == 0x2019 || code == 0x02BC;
}

static bool is_word(uint32_t code)
{
	return sv_is_letter(code) || (code >= '0' && code <= '9');
}

/* a hyphen within a word stays: "кое-что", "Anna-Maria" */
static bool joins(uint32_t code, const char *next, const char *end)
{
	return code == '-' && next < end && is_word(sv_utf8_next(&next, end));
}

static uint32_t fold(uint32_t code)
{
	code = sv_lower(code);
	return code == 0x0451 ? 0x0435 : code; /* ё, е */
}

/* adds a character; what is no part of a word becomes one blank */
static size_t put(struct words *words, size_t len, uint32_t code)
{
	bool blank = len && words->text[len - 1] == ' ';

	if (!code)
		return blank ? len : (words->text[len] = ' ', len + 1);
	return len + sv_utf8_put(words->text + len, fold(code));
}

static void split(struct words *words, size_t len)
{
	size_t i;

	memcpy(words->split, words->text, len + 1);
	for (i = 0; i < len; i++) {
		if (words->split[i] != ' ')
			continue;
		words->split[i] = '\0';
		if (words->split[i + 1] && words->n < WORDS_MAX)
			words->word[words->n++] = &words->split[i + 1];
	}
}

void words_init(struct words *words, const char *text)
{
	const char *end = text + strlen(text);
	size_t len = 1;
	bool within = false;

	words->n = 0;
	words->text[0] = ' ';
	while (text < end && len < WORDS_BYTES - 8) {
		uint32_t code = sv_utf8_next(&text, end);

		if (is_apostrophe(code) && within)
			continue;
		within = is_word(code) || (within && joins(code, text, end));
		len = put(words, len, within ? code : 0);
	}
	len = put(words, len, 0);
	words->text[len] = '\0';
	split(words, len);
}

bool words_have(const struct words *words, const char *text)
{
	size_t len = strlen(text);
	const char *at = words->text;

	while ((at = strstr(at, text))) {
		if (at > words->text && at[-1] == ' ' && at[len] == ' ')
			return true;
		at += len;
	}
	return false;
}

bool words_echo(const struct words *words, const char *text)
{
	/* fewer may be an answer: "for work", "да, верно" */
	enum { ECHO_WORDS = 3 };
	struct words ours;

	if (words->n < ECHO_WORDS || !text)
		return false;
	words_init(&ours, text);
	return strstr(ours.text, words->text) != NULL;
}

void words_join(const struct words *words, size_t from, size_t n, char *out,
                size_t size)
{
	size_t len = 0;
	size_t i;

	out[0] = '\0';
	for (i = from; i < words->n && i < from + n; i++) {
		size_t more = strlen(words->word[i]);

		if (len + more + 2 > size)
			return;
		if (len)
			out[len++] = ' ';
		memcpy(out + len, words->word[i], more + 1);
		len += more;
	}
}

bool words_narrow(const char *text, char *out, size_t size)
{
	const char *end = text + strlen(text);
	bool whole = true;
	size_t len = 0;

	while (text < end && len + 1 < size) {
		uint32_t code = fold(sv_utf8_next(&text, end));

		if (code >= 0x0430 && code <= 0x044F) {
			code = code - 0x0430 + 0xE0;
		} else if (code >= 0x80) {
			code = '_';
			whole = false;
		}
		out[len++] = (char)code;
	}
	out[len] = '\0';
	return whole;
}
