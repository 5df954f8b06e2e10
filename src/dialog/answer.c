/* answer.c: yes, no, and go on */
#include "src/dialog/answer.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

enum { LOOKED_AT = 6 }; /* an answer stands at the beginning */

static const char *const yes_words[] = {
	"да",         "ага",       "угу",        "конечно",    "верно",
	"правильно",  "точно",     "давайте",    "давай",      "хорошо",
	"ладно",      "можно",     "согласен",   "согласна",   "именно",
	"разумеется", "ок",        "окей",       "подходит",   "удобно",
	"хочу",       "интересно", "нужно",      "есть",       "естественно",
	"отлично",    "прекрасно", "супер",      "годится",    "perfect",
	"great",      "да-да",     "yes",        "yeah",       "yep",
	"yup",        "sure",      "ok",         "okay",       "correct",
	"right",      "certainly", "absolutely", "definitely", "exactly",
	"fine",       "alright",   "uh-huh",     "mhm",        "mm-hm",
	"mm-hmm",
};

static const char *const no_words[] = {
	"нет",      "неа",         "нету",      "никогда",
	"неверно",  "неправильно", "ненадо",    "неинтересно",
	"неудобно", "no",          "nope",      "nah",
	"never",    "wrong",       "incorrect", "negative",
};

/* whole answers that their first word would get wrong */
static const char *const yes_phrases[] = {
	"почему бы и нет", "почему нет", "не против", "не возражаю", "why not",
	"dont mind",       "no problem", "of course", "go ahead",
};

static const char *const no_phrases[] = {
	"да нет",      "конечно нет", "конечно не", "of course not",
	"так неверно", "не надо",     "не нужно",
};

static const char *const unsure[] = {
	"не знаю",   "не понял",     "не поняла",       "не слышу",
	"не слышно", "не расслышал", "не расслышала",   "не помню",
	"dont know", "not sure",     "dont understand", "cant hear",
};

static const char *const backchannels[] = {
	"угу",  "ага", "мгм", "хм",     "ммм",   "мм",   "да-да", "понятно",
	"ясно", "ну",  "так", "uh-huh", "mhm",   "aha",  "hm",    "hmm",
	"mm",   "mmm", "uh",  "huh",    "mm-hm", "m-hm", "mhmm",  "mm-hmm",
	"ah",   "oh",  "э",   "эм",     "м",     "а",    "ого",   "угум",
};

static bool one_of(const char *word, const char *const *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strcmp(word, list[i]))
			return true;
	return false;
}

static bool has_one(const struct words *words, const char *const *list,
                    size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (words_have(words, list[i]))
			return true;
	return false;
}

enum answer answer_from(const struct words *words)
{
	size_t i;

	if (has_one(words, unsure, COUNT(unsure)))
		return ANSWER_NONE;
	if (has_one(words, no_phrases, COUNT(no_phrases)))
		return ANSWER_NO;
	if (has_one(words, yes_phrases, COUNT(yes_phrases)))
		return ANSWER_YES;
	for (i = 0; i < words->n && i < LOOKED_AT; i++) {
		if (one_of(words->word[i], no_words, COUNT(no_words)) ||
		    word_negates(words->word[i]))
			return ANSWER_NO;
		if (one_of(words->word[i], yes_words, COUNT(yes_words)))
			return ANSWER_YES;
	}
	/* "так" is a filler in speech, and a yes when it is all there is */
	return words->n == 1 && !strcmp(words->word[0], "так") ? ANSWER_YES
	                                                       : ANSWER_NONE;
}

bool answer_is_backchannel(const struct words *words)
{
	size_t i;

	for (i = 0; i < words->n; i++)
		if (!one_of(words->word[i], backchannels, COUNT(backchannels)))
			break;
	if (i == words->n)
		return true;
	/* "да" alone is an answer, "да да" is not */
	for (i = 0; i < words->n && !strcmp(words->word[i], "да"); i++)
		;
	return words->n > 1 && i == words->n;
}

bool answer_word(const char *word)
{
	return one_of(word, yes_words, COUNT(yes_words)) ||
	       one_of(word, no_words, COUNT(no_words)) ||
	       one_of(word, backchannels, COUNT(backchannels)) ||
	       word_negates(word);
}

const char *const *answer_hints(const char *language)
{
	static const char *const russian[] = { "да",      "нет",     "конечно",
		                               "верно",   "неверно", "хорошо",
		                               "не надо", NULL };
	static const char *const english[] = { "yes",   "no",        "yeah",
		                               "sure",  "okay",      "right",
		                               "wrong", "no thanks", NULL };

	return !strcmp(language, "ru") ? russian : english;
}
