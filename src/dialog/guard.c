/* guard.c: a sentence of a model's, before it is said */
#include "src/dialog/guard.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/text.h"
#include "lib/utf8.h"

enum { TEXT_MAX = 256 << 10, SUMS_MAX = 512 };

/* numbers of a text, and whether money is meant */
struct sum {
	double value;
	bool money;
};

struct sums {
	struct sum items[SUMS_MAX];
	size_t n;
};

const char *guard_unsure(const char *language)
{
	return strcmp(language, "ru")
	               ? "I do not know that for sure. I will have someone call "
	                 "you."
	               : "Этого я точно не знаю. Попрошу перезвонить вам.";
}

/* "полторы тысячи рублей" as 1500 рублей, in small letters; yours */
static char *written(const char *language, const char *text)
{
	struct sv_buf out;
	char *copy;

	sv_buf_init(&out, TEXT_MAX);
	if (sv_itn(language, SV_ITN_PROSE, NULL, text, &out)) {
		sv_buf_cut(&out, 0);
		sv_buf_puts(&out, text);
	}
	copy = sv_buf_take(&out);
	sv_buf_init(&out, TEXT_MAX);
	sv_utf8_lower(&out, copy, strlen(copy));
	free(copy);
	return sv_buf_take(&out);
}

/* what may stand within a number: 1 500, 1 500 (no-break), 1,500.50 */
static size_t gap(const char *at)
{
	static const char *const gaps[] = { " ", "\u00a0", "\u202f",
		                            ".", ",",      "'" };
	size_t i;

	for (i = 0; i < sizeof gaps / sizeof *gaps; i++) {
		size_t len = strlen(gaps[i]);

		if (!strncmp(at, gaps[i], len) && at[len] >= '0' &&
		    at[len] <= '9')
			return len;
	}
	return 0;
}

static size_t digits(const char *at)
{
	return strspn(at, "0123456789");
}

/* A number at *at, which moves behind it. A gap before three digits parts
 * thousands; a point or a comma before others begins the fraction. */
static double number(const char **at)
{
	double value = 0, place = 1;
	bool fraction = false;

	for (;;) {
		size_t n = digits(*at), len, i;

		for (i = 0; i < n; i++) {
			value = value * 10 + ((*at)[i] - '0');
			place *= fraction ? 10 : 1;
		}
		*at += n;
		len = gap(*at);
		if (!len || fraction)
			break;
		if (digits(*at + len) == 3)
			*at += len; /* thousands */
		else if (**at == '.' || **at == ',')
			fraction = true, *at += len;
		else
			break;
	}
	return value / place;
}

static bool begins(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (!strncmp(text, *words, strlen(*words)))
			return true;
	return false;
}

/* what multiplies a number: 5 тыс., 2 миллиона, 3k */
static double times(const char **at)
{
	static const char *const thousand[] = { "тыс", "thousand", "k ", NULL };
	static const char *const million[] = { "млн", "миллион", "million",
		                               NULL };
	const char *word = *at + strspn(*at, " ");
	double by = begins(word, thousand)  ? 1e3
	            : begins(word, million) ? 1e6
	                                    : 1;

	if (by > 1) {
		*at = word + strcspn(word, " ");
		*at += strspn(*at, " ");
	}
	return by;
}

static bool is_currency(const char *at)
{
	static const char *const words[] = { "руб",    "р.",   "р ",    "₽",
		                             "доллар", "евро", "$",     "€",
		                             "коп",    "rub",  "usd",   "eur",
		                             "dollar", "euro", "ruble", "cent",
		                             "тенге",  "юан",  NULL };

	at += strspn(at, " ");
	if (!strncmp(at, "\u00a0", 2))
		at += 2;
	return begins(at, words) || !strcmp(at, "р");
}

/* adds the numbers of a text */
static void find(struct sums *sums, const char *language, const char *text)
{
	char *plain = written(language, text);
	const char *at = plain;
	char before = ' ';

	while (*at && sums->n < SUMS_MAX) {
		struct sum *sum = &sums->items[sums->n];

		if (!digits(at)) {
			/* $ stands before its number; of € and ₽ the last byte
			 * does */
			before = *at == ' ' ? before : *at;
			at++;
			continue;
		}
		sum->value = number(&at);
		sum->value *= times(&at);
		sum->money = before == '$' || before == '\xac' ||
		             before == '\xbd' || is_currency(at);
		sums->n++;
		before = '0';
	}
	free(plain);
}

static bool has(const struct sums *sums, double value)
{
	size_t i;

	for (i = 0; i < sums->n; i++)
		if (fabs(sums->items[i].value - value) < 0.005)
			return true;
	return false;
}

/* what was said to it and by it, and what tools have answered */
static void find_history(struct sums *sums,
                         const struct conversation *conversation)
{
	json_t *messages = json_array();
	size_t i;

	history_messages(&conversation->history, messages);
	for (i = 0; i < json_array_size(messages); i++) {
		const char *text = json_string_value(json_object_get(
			json_array_get(messages, i), "content"));

		if (text)
			find(sums, conversation->scenario->language, text);
	}
	json_decref(messages);
	if (conversation->history.summary)
		find(sums, conversation->scenario->language,
		     conversation->history.summary);
}

static bool price_known(const struct conversation *conversation, double value)
{
	const struct scenario *scenario = conversation->scenario;
	const struct state *state = &scenario->states[conversation->state];
	struct sums known = { .n = 0 };
	size_t i;

	find(&known, scenario->language, scenario->model.prompt);
	if (state->talk)
		find(&known, scenario->language, state->talk);
	for (i = 0; i < scenario->n_slots; i++)
		if (conversation->slots[i].value)
			find(&known, scenario->language,
			     conversation->slots[i].value);
	find_history(&known, conversation);
	return has(&known, value);
}

const char *guard_speech(const struct conversation *conversation,
                         const char *sentence)
{
	const struct model *model = &conversation->scenario->model;
	struct sums said = { .n = 0 };
	struct words words;
	size_t i;

	words_init(&words, sentence);
	if (patterns_fit(&model->never, &words))
		return "never";
	if (!model->prices)
		return NULL;
	find(&said, conversation->scenario->language, sentence);
	for (i = 0; i < said.n; i++)
		if (said.items[i].money &&
		    !price_known(conversation, said.items[i].value))
			return "price";
	return NULL;
}
