/*
 * redact_names: a name is what stands behind "меня зовут" or "my name is", a
 * first name behind "это" or "I am", a first name with a patronymic
 * anywhere, and what was found to be one before.
 */
#include <string.h>

#include "lib/redact.h"

enum { WORDS_MAX = 3 }; /* of a name */

static const size_t letter = 2; /* bytes of a Russian one */

static enum sv_word word(const struct sv_search *search, size_t i)
{
	return sv_token_word(&search->names, i);
}

static bool has(const struct sv_search *search, size_t i, enum sv_intro intro)
{
	return sv_token_has(&search->names, i, W_INTRO, intro);
}

static bool ends_with(const struct sv_search *search, size_t i,
                      const char *const *endings)
{
	const char *key = sv_token_key(&search->names, i);
	size_t len = search->names.items[i].len;

	for (; *endings; endings++) {
		size_t n = strlen(*endings);

		if (len >= n + 2 * letter &&
		    !memcmp(key + len - n, *endings, n))
			return true;
	}
	return false;
}

static bool is_patronymic(const struct sv_search *search, size_t i)
{
	static const char *const endings[] = {
		"ович",   "евич",   "ильич", "овича", "евича", "овичу", "евичу",
		"овичем", "евичем", "овна",  "евна",  "ична",  "овны",  "евны",
		"овне",   "евне",   "овну",  "евну",  "овной", "евной", "ичны",
		"ичне",   "ичну",   "ичной", NULL
	};

	return word(search, i) == W_NONE && ends_with(search, i, endings);
}

static bool is_surname(const struct sv_search *search, size_t i)
{
	static const char *const endings[] = {
		"ов",    "ова",   "ову",  "овым", "ове",  "овой",  "ев",
		"ева",   "еву",   "евым", "еве",  "евой", "ин",    "ина",
		"ину",   "иным",  "ине",  "иной", "ский", "ская",  "ского",
		"скому", "скую",  "ским", "ской", "цкий", "цкая",  "енко",
		"чук",   "чука",  "чуку", "щук",  "янц",  "швили", "дзе",
		"оглы",  "енков", "хин",  "ян",   "яна",  "яну",   NULL
	};

	return word(search, i) == W_NONE &&
	       sv_token_word(&search->words, i) == W_NONE &&
	       ends_with(search, i, endings);
}

static bool is_word(const struct sv_search *search, size_t i)
{
	return search->names.items[i].kind == T_WORD &&
	       search->names.items[i].end - search->names.items[i].start > 2;
}

/* a word that nothing forbids to be a name */
static bool is_free(const struct sv_search *search, size_t i)
{
	if (!is_word(search, i))
		return false;
	if (word(search, i) == W_NAME)
		return true;
	return word(search, i) == W_NONE &&
	       sv_token_word(&search->words, i) == W_NONE;
}

static bool is_known(const struct sv_search *search, size_t i)
{
	const char *key = sv_token_key(&search->names, i);
	size_t len = search->names.items[i].len;

	return is_word(search, i) && word(search, i) != W_STOP &&
	       sv_redactor_knows(search->redactor, key, sv_name_stem(key, len));
}

/* "my name is john calling from": no surname, though no list has it */
static bool is_verb(const struct sv_search *search, size_t i)
{
	static const char *const endings[] = { "ing", "ed", NULL };

	return ends_with(search, i, endings);
}

/* whether the word at i goes on a name; in English any word may be a surname */
static bool goes_on(const struct sv_search *search, size_t i, bool strong)
{
	const struct sv_token *t = &search->names.items[i];

	if (t->kind != T_WORD || !t->spaced || !is_free(search, i))
		return false;
	if (word(search, i) == W_NAME)
		return strong || t->capital ||
		       !sv_token_value(&search->names, i);
	return t->capital || is_patronymic(search, i) ||
	       is_surname(search, i) || is_known(search, i) ||
	       (strong && !search->russian && !is_verb(search, i));
}

static bool put(const struct sv_search *search, size_t start, bool strong,
                struct sv_found *found)
{
	size_t len = 0;

	found->start = start;
	found->next = start + 1;
	while (found->next - start < WORDS_MAX &&
	       goes_on(search, found->next, strong))
		found->next++;
	for (size_t i = start; i < found->next; i++) {
		const char *key = sv_token_key(&search->names, i);
		size_t n = sv_name_stem(key, search->names.items[i].len);

		if (len + n + 2 > sizeof found->key)
			break;
		memcpy(found->key + len, key, n);
		len += n;
		found->key[len++] = ' ';
	}
	if (!len)
		return false;
	found->key[len - 1] = '\0';
	found->kind = SV_NAME;
	return true;
}

/* "вас зовут …" asks */
static bool is_question(const struct sv_search *search, size_t i)
{
	return i && (sv_token_is(&search->names, i - 1, "вас") ||
	             sv_token_is(&search->names, i - 1, "тебя") ||
	             sv_token_is(&search->names, i - 1, "your"));
}

/* "зовут её", "call me" */
static bool is_pronoun(const struct sv_search *search, size_t i)
{
	static const char *const pronouns[] = { "меня", "ее", "его", "me",
		                                NULL };

	for (const char *const *p = pronouns; *p; p++) {
		if (sv_token_is(&search->names, i, *p))
			return true;
	}
	return false;
}

/* how many tokens a strong announcement takes: "меня зовут", "my name is" */
static size_t strong_intro(const struct sv_search *search, size_t i)
{
	int64_t intro = sv_token_value(&search->names, i);
	size_t next = i + 1;

	if (word(search, i) != W_INTRO || intro > SV_INTRO_TITLE)
		return 0;
	if (i && (sv_token_is(&search->names, i - 1, "company") ||
	          sv_token_is(&search->names, i - 1, "business")))
		return 0;
	if (sv_token_is(&search->names, next, "is"))
		return 2;
	if (sv_token_is(&search->names, i, "name's"))
		return 1;
	if (intro == SV_INTRO_CALLED && is_pronoun(search, next))
		next++;
	if (sv_token_is(&search->names, next, "это") ||
	    search->names.items[next].sign == ':' ||
	    search->names.items[next].sign == '.')
		next++;
	/* "the name Smith" is no news, "last name John" is */
	if ((intro == SV_INTRO_NAME || !search->russian) &&
	    intro != SV_INTRO_TITLE && word(search, next) != W_NAME)
		return 0;
	return next - i;
}

/* a first name behind "это" or "I am" must be sure to be one */
static bool is_sure(const struct sv_search *search, size_t i)
{
	if (word(search, i) != W_NAME)
		return false;
	return !sv_token_value(&search->names, i) ||
	       is_patronymic(search, i + 1) || is_surname(search, i + 1) ||
	       sv_token_is(&search->names, i + 1, "from") ||
	       sv_token_is(&search->names, i + 1, "calling") ||
	       sv_token_is(&search->names, i + 1, "speaking");
}

static bool find_behind(const struct sv_search *search, size_t i,
                        struct sv_found *found)
{
	size_t strong = strong_intro(search, i);

	if (strong && is_free(search, i + strong) &&
	    (!is_question(search, i) || word(search, i + strong) == W_NAME))
		return put(search, i + strong, true, found);
	if (has(search, i, SV_INTRO_WEAK) && is_sure(search, i + 1))
		return put(search, i + 1, false, found);
	if (sv_token_is(&search->names, i, "call") &&
	    is_pronoun(search, i + 1) && is_sure(search, i + 2))
		return put(search, i + 2, true, found);
	if ((sv_token_is(&search->names, i, "this") ||
	     sv_token_is(&search->names, i, "it")) &&
	    sv_token_is(&search->names, i + 1, "is") && is_sure(search, i + 2))
		return put(search, i + 2, true, found);
	return false;
}

static bool is_plain(const struct sv_search *search, size_t i)
{
	return word(search, i) == W_NAME && !sv_token_value(&search->names, i);
}

/* "Иванов Иван Иванович", "Сергей Петров", "Петров Сергей": the latter two
 * only with capitals, for "анна готова" is no name */
static bool is_full(const struct sv_search *search, size_t i)
{
	const struct sv_token *t = &search->names.items[i];

	if (!search->russian)
		return false;
	if (is_surname(search, i) && word(search, i + 1) == W_NAME &&
	    is_patronymic(search, i + 2))
		return true;
	if (!t->capital || !t[1].capital || !t[1].spaced)
		return false;
	return (is_plain(search, i) && is_surname(search, i + 1)) ||
	       (is_surname(search, i) && is_plain(search, i + 1));
}

/* "И. И.", "А.": how many tokens */
static size_t initials(const struct sv_search *search, size_t i)
{
	const struct sv_token *items = search->names.items;
	size_t n = 0;

	while (n < 4 && items[i + n].kind == T_WORD && items[i + n].capital &&
	       items[i + n].end - items[i + n].start == letter &&
	       items[i + n + 1].sign == '.')
		n += 2;
	return n;
}

/* "Иванов И. И.", "И. И. Иванов" */
static bool find_initials(const struct sv_search *search, size_t i,
                          struct sv_found *found)
{
	size_t before = search->russian ? initials(search, i) : 0;
	size_t surname = i + before, behind;

	if (!search->russian || !search->names.items[surname].capital ||
	    !is_surname(search, surname))
		return false;
	behind = before ? 0 : initials(search, surname + 1);
	if (!before && !behind)
		return false;
	if (!put(search, surname, false, found))
		return false;
	found->start = i;
	if (behind)
		found->next = surname + 1 + behind;
	return true;
}

bool sv_find_name(const struct sv_search *search, size_t i,
                  struct sv_found *found)
{
	if (search->names.items[i].kind != T_WORD)
		return false;
	if (find_behind(search, i, found) || find_initials(search, i, found))
		return true;
	if (is_known(search, i) || is_full(search, i))
		return put(search, i, false, found);
	return word(search, i) == W_NAME &&
	       (is_patronymic(search, i + 1) ||
	        has(search, i + 1, SV_INTRO_CALLED) ||
	        (sv_token_is(&search->names, i + 1, "меня") &&
	         has(search, i + 2, SV_INTRO_CALLED))) &&
	       put(search, i, false, found);
}

/* Vowels, й, ь and м at the end are what cases change: Иван-ом, Анн-ой,
 * Петров-ым. Two letters stay. */
size_t sv_name_stem(const char *key, size_t len)
{
	static const char endings[] = "аеиоуыэюяйьм";

	while (len > 2 * letter && (unsigned char)key[len - 1] >= 0x80) {
		bool ending = false;

		for (size_t k = 0; k < sizeof endings - 1; k += letter)
			ending |= !memcmp(key + len - letter, endings + k,
			                  letter);
		if (!ending)
			break;
		len -= letter;
	}
	return len;
}
