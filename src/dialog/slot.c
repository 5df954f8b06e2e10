/* slot.c: fills a slot from what was said or keyed */
#include "src/dialog/slot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "lib/utf8.h"

#include "src/dialog/answer.h"
#include "src/dialog/intent.h"

static const double choice_enough = 0.7;

static void keep(char value[SLOT_VALUE], const char *text)
{
	size_t len = sv_utf8_cut(text, strlen(text), SLOT_VALUE - 1);

	memcpy(value, text, len);
	value[len] = '\0';
}

static bool written(const struct hearing *hearing, enum sv_itn_mode mode,
                    char value[SLOT_VALUE])
{
	struct sv_buf out;
	bool found;

	sv_buf_init(&out, SLOT_VALUE - 1);
	found = !sv_itn(hearing->language, mode, hearing->today, hearing->text,
	                &out) &&
	        out.len;
	if (found)
		keep(value, sv_buf_str(&out));
	sv_buf_release(&out);
	return found;
}

static bool take_yesno(const struct words *words, char value[SLOT_VALUE])
{
	enum answer answer = answer_from(words);

	keep(value, answer == ANSWER_YES ? "yes" : "no");
	return answer != ANSWER_NONE;
}

/* Two choices that fit equally well are no answer. */
static bool take_choice(const struct slot *slot, const struct words *words,
                        bool asked, char value[SLOT_VALUE])
{
	double enough = asked ? choice_enough : 0.9;
	double best = 0;
	bool tie = false;
	size_t i;
	size_t k;

	for (i = 0; i < slot->n_choices; i++) {
		double score = 0;

		for (k = 0; k < slot->choices[i].n; k++) {
			double one = phrase_score(&slot->choices[i].phrases[k],
			                          words);

			score = one > score ? one : score;
		}
		tie = score == best ? best > 0 : (score > best ? false : tie);
		if (score <= best)
			continue;
		best = score;
		keep(value, slot->choices[i].value);
	}
	return best >= enough && !tie;
}

/* an answer in one's own words: at least one that means something */
static bool take_text(const struct hearing *hearing, const struct words *words,
                      char value[SLOT_VALUE])
{
	const char *text = hearing->text + strspn(hearing->text, " \t");
	double weight = 0;
	size_t i;

	for (i = 0; i < words->n; i++)
		if (!answer_word(words->word[i]))
			weight += word_weight(words->word[i]);
	keep(value, text);
	return weight >= 1;
}

static size_t digits_in(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text >= '0' && *text <= '9';
	return n;
}

static bool take_digits(const struct slot *slot, const struct hearing *hearing,
                        char value[SLOT_VALUE])
{
	size_t n;

	if (!written(hearing, SV_ITN_DIGITS, value))
		return false;
	n = digits_in(value);
	return n && (!slot->digits_max || (n >= (size_t)slot->digits_min &&
	                                   n <= (size_t)slot->digits_max));
}

/* A number is money that nobody asked for only when it is said to be. */
static bool tells_money(const struct words *words)
{
	static const char *const stems[] = { "руб",     "тысяч",  "тыщ",
		                             "миллион", "бюджет", "доллар",
		                             "евро",    "dollar", "buck",
		                             "euro",    "budget" };
	size_t i;
	size_t k;

	for (i = 0; i < words->n; i++)
		for (k = 0; k < sizeof stems / sizeof *stems; k++)
			if (!strncmp(words->word[i], stems[k],
			             strlen(stems[k])))
				return true;
	return false;
}

/* "сто двадцать три" is the beginning of a number to call, or its end */
static bool take_phone(const struct hearing *hearing, char value[SLOT_VALUE])
{
	enum { SHORTEST = 5, WITH_CODE = 6 };

	if (!written(hearing, SV_ITN_PHONE, value) ||
	    digits_in(value) < SHORTEST)
		return false;
	/* 930 412: a mobile's code, and the number goes on */
	return digits_in(value) != WITH_CODE || value[0] != '9';
}

static bool take_spoken(const struct slot *slot, const struct hearing *hearing,
                        char value[SLOT_VALUE])
{
	switch (slot->kind) {
	case SLOT_NUMBER:
		return written(hearing, SV_ITN_NUMBER, value);
	case SLOT_MONEY:
		/* "пятьдесят тысяч": nobody says the currency each time */
		return written(hearing, SV_ITN_MONEY, value) ||
		       written(hearing, SV_ITN_NUMBER, value);
	case SLOT_PHONE:
		return take_phone(hearing, value);
	case SLOT_EMAIL:
		return written(hearing, SV_ITN_EMAIL, value);
	case SLOT_DATE:
		return written(hearing, SV_ITN_DATE, value);
	case SLOT_TIME:
		return written(hearing, SV_ITN_TIME, value);
	default:
		return take_digits(slot, hearing, value);
	}
}

/* where "а Игорь" begins in "нет не Иван а Игорь": the words after; 0 when the
 * caller did not set one against the other */
static size_t contrast(const struct words *words)
{
	static const char *const turns[] = { "а", "but", "its", "it", "is" };
	size_t at = 0;
	bool denied = false;
	size_t i;
	size_t k;

	for (i = 0; i + 1 < words->n; i++) {
		for (k = 0; denied && k < sizeof turns / sizeof *turns; k++)
			if (!strcmp(words->word[i], turns[k]))
				at = i + 1;
		denied |= word_negates(words->word[i]) ||
		          !strcmp(words->word[i], "no") ||
		          !strcmp(words->word[i], "нет");
	}
	return at;
}

/* "не Иван а Игорь": what is set against it counts */
static void turn_to_contrast(struct words *words)
{
	char text[WORDS_BYTES];
	size_t from = contrast(words);

	if (!from)
		return;
	words_join(words, from, words->n, text, sizeof text);
	words_init(words, text);
}

enum sureness slot_take(const struct slot *slot, const struct hearing *hearing,
                        bool asked, char value[SLOT_VALUE])
{
	enum sureness sureness = SLOT_SURE;
	struct words words;
	bool found;

	if (hearing->keys)
		return asked ? keys_take(slot, hearing, value) : SLOT_NOTHING;
	words_init(&words, hearing->text);
	switch (slot->kind) {
	case SLOT_NAME:
		turn_to_contrast(&words);
		return name_take(&words, asked, value);
	case SLOT_YESNO:
		found = take_yesno(&words, value);
		break;
	case SLOT_CHOICE:
		found = take_choice(slot, &words, asked, value);
		break;
	case SLOT_TEXT:
		found = take_text(hearing, &words, value);
		sureness = SLOT_GUESSED;
		break;
	case SLOT_MONEY:
		found = (asked || tells_money(&words)) &&
		        take_spoken(slot, hearing, value);
		break;
	default:
		found = take_spoken(slot, hearing, value);
	}
	if (!found)
		return SLOT_NOTHING;
	return slot_within(slot, value, hearing->today) ? sureness
	                                                : SLOT_INVALID;
}

enum sureness slot_correct(const struct slot *slot,
                           const struct hearing *hearing,
                           char value[SLOT_VALUE])
{
	struct hearing rest = *hearing;
	struct words words;
	char text[WORDS_BYTES];
	size_t from;

	if (slot->kind == SLOT_YESNO || hearing->keys)
		return SLOT_NOTHING;
	words_init(&words, hearing->text);
	from = contrast(&words);
	if (from) {
		words_join(&words, from, words.n, text, sizeof text);
		rest.text = text;
	}
	return slot_take(slot, &rest, true, value);
}
