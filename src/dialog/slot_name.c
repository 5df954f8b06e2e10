/* slot_name.c: the name in an utterance */
#include <stdint.h>
#include <string.h>

#include "lib/text.h"
#include "lib/utf8.h"

#include "src/dialog/answer.h"
#include "src/dialog/slot.h"

enum { NAME_WORDS = 3 };

/* What introduces a name. The weak ones mean it only in an answer to the
 * question for the name. The longer stand first. */
static const struct {
	const char *words;
	size_t n;
	bool strong;
} openings[] = {
	{ "you can call me", 4, true },
	{ "зовите меня", 2, true },
	{ "просто", 1, false },
	{ "меня зовут", 2, true },
	{ "мое имя", 2, true },
	{ "my name is", 3, true },
	{ "my names", 2, true },
	{ "my name", 2, true },
	{ "name is", 2, false },
	{ "зовут", 1, false },
	{ "имя", 1, false },
	{ "this is", 2, false },
	{ "call me", 2, false },
	{ "i am", 2, false },
	{ "it is", 2, false },
	{ "im", 1, false },
	{ "its", 1, false },
	{ "это", 1, false },
	{ "я", 1, false },
};

/* words that end a name, or show that there is none */
static const char *const others[] = {
	"телефон",      "номер",   "звоню",     "компания", "фирма",
	"почта",        "какой",   "какая",     "какие",    "сколько",
	"зачем",        "почему",  "кто",       "где",      "когда",
	"алло",         "але",     "повторите", "извините", "простите",
	"здравствуйте", "слушаю",  "привет",    "добрый",   "день",
	"вечер",        "утро",    "не",        "нет",      "phone",
	"number",       "calling", "from",      "looking",  "interested",
	"what",         "why",     "who",       "how",      "when",
	"where",        "repeat",  "sorry",     "hello",    "hi",
	"good",         "morning", "company",   "email",    "mail",
	"name",         "excuse",  "pardon",    "имени",    "скажу",
	"думаю",        "подумаю", "хочу",      "нужен",    "нужна",
	"want",         "need",    "again",     "say",      "ничего",
	"надо",         "чего",    "слышно",    "слышите",  "неважно",
	"говорить",     "потом",   "позже",     "later",
};

static bool is_digit(const char *word)
{
	return strpbrk(word, "0123456789") != NULL;
}

/* "пять", "five": nobody is called that */
static bool is_number(const char *word)
{
	const char *languages[] = { "ru", "en" };
	struct sv_buf out;
	bool number = false;
	size_t i;

	sv_buf_init(&out, SLOT_VALUE);
	for (i = 0; i < 2 && !number; i++) {
		number = !sv_itn(languages[i], SV_ITN_NUMBER, NULL, word,
		                 &out) &&
		         out.len;
		sv_buf_cut(&out, 0);
	}
	sv_buf_release(&out);
	return number;
}

static bool can_be_name(const char *word)
{
	size_t i;

	if (is_digit(word) || word_weight(word) < 1 || answer_word(word))
		return false;
	for (i = 0; i < sizeof others / sizeof *others; i++)
		if (!strcmp(others[i], word))
			return false;
	return !is_number(word);
}

static bool opens(const struct words *words, size_t at, size_t opening)
{
	char text[64];

	words_join(words, at, openings[opening].n, text, sizeof text);
	return !strcmp(text, openings[opening].words);
}

/* "да, здравствуйте, " */
static size_t after_greeting(const struct words *words)
{
	static const char *const greetings[] = {
		"добрый",  "день",         "вечер", "утро",   "доброе", "good",
		"morning", "здравствуйте", "алло",  "привет", "hello",  "hi"
	};
	size_t i;
	size_t k;

	for (i = 0; i < words->n; i++) {
		for (k = 0; k < sizeof greetings / sizeof *greetings; k++)
			if (!strcmp(words->word[i], greetings[k]))
				break;
		if (k == sizeof greetings / sizeof *greetings &&
		    word_weight(words->word[i]) > 0 &&
		    !answer_word(words->word[i]))
			break;
	}
	return i;
}

/* the word after an opening; words->n when there is none */
static size_t after_opening(const struct words *words, bool asked)
{
	size_t start = after_greeting(words);
	size_t i;
	size_t k;

	for (k = 0; k < sizeof openings / sizeof *openings; k++) {
		if (!openings[k].strong && !asked)
			continue;
		for (i = 0; i < words->n; i++)
			if (opens(words, i, k) &&
			    (openings[k].strong || i == start))
				return i + openings[k].n;
	}
	return words->n;
}

/* "анна-мария петрова" to "Анна-Мария Петрова" */
static void capitalise(const char *text, char value[SLOT_VALUE])
{
	const char *end = text + strlen(text);
	bool first = true;
	size_t len = 0;

	while (text < end && len < SLOT_VALUE - 4) {
		uint32_t code = sv_utf8_next(&text, end);

		len += sv_utf8_put(value + len, first ? sv_upper(code) : code);
		first = code == ' ' || code == '-';
	}
	value[len] = '\0';
}

/* "меня Илья зовут": where the name begins; words->n when it is not so */
static size_t between(const struct words *words, size_t *n)
{
	size_t i;

	for (i = 0; i + 2 < words->n; i++) {
		if (strcmp(words->word[i], "меня") != 0)
			continue;
		*n = 0;
		while (*n < NAME_WORDS && i + 1 + *n < words->n &&
		       strcmp(words->word[i + 1 + *n], "зовут") != 0 &&
		       can_be_name(words->word[i + 1 + *n]))
			++*n;
		if (*n && i + 1 + *n < words->n &&
		    !strcmp(words->word[i + 1 + *n], "зовут"))
			return i + 1;
	}
	return words->n;
}

/* The words come without ё, and a voice would say "Петр" as it stands. */
static void restore_yo(char *text, size_t size)
{
	static const char *const names[][2] = {
		{ "петр", "пётр" },   { "семен", "семён" },
		{ "артем", "артём" }, { "федор", "фёдор" },
		{ "алена", "алёна" },
	};
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		size_t len = strlen(names[i][0]);

		/* as long in UTF-8 with ё as with е */
		if (!strncmp(text, names[i][0], len) && len < size &&
		    (!text[len] || text[len] == ' '))
			memcpy(text, names[i][1], len);
	}
}

enum sureness name_take(const struct words *words, bool asked,
                        char value[SLOT_VALUE])
{
	size_t n = 0;
	size_t from = between(words, &n);
	bool opened;
	char text[SLOT_VALUE];

	if (from == words->n)
		from = after_opening(words, asked);
	opened = from < words->n;
	n = 0;
	if (!opened && !asked)
		return SLOT_NOTHING;
	if (!opened)
		from = after_greeting(words);
	while (n < NAME_WORDS && from + n < words->n &&
	       strcmp(words->word[from + n], "зовут") != 0 &&
	       can_be_name(words->word[from + n]))
		n++;
	/* without an opening the name is all that was said */
	if (!n || (!opened && from + n < words->n))
		return SLOT_NOTHING;
	words_join(words, from, n, text, sizeof text);
	restore_yo(text, sizeof text);
	capitalise(text, value);
	return opened ? SLOT_SURE : SLOT_GUESSED;
}
