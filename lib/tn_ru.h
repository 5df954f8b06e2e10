/*
 * Inside of the Russian half of sv_tn(): agreement, units, rules. Each ru_*
 * rule is called as tn.h says.
 */
#ifndef SV_TN_RU_H
#define SV_TN_RU_H

#include "lib/number_ru.h"
#include "lib/tn.h"

/* The case that the words before token i ask for; -1 when none does. */
int ru_governor(const struct tn *tn, size_t i);

/* The form of the number n from token i to before end, by the preposition
 * before it and the noun behind it. */
struct ru_form ru_agree(const struct tn *tn, size_t i, size_t end, uint64_t n);

/* A unit of measure, a currency, a multiplier. */
struct ru_unit {
	const char *names; /* as written, '|' between: tn_match() phrases */
	const char *stem;
	const char *endings; /* as ru_noun() wants them */
	enum ru_gender gender;
	const char *before; /* stem of an adjective ("квадратн") or NULL */
	const char *after; /* what never changes ("в секунду") or NULL */
	const struct ru_unit *minor; /* of a currency: the hundredth */
};

/* The unit at i (a space before it is skipped), and the token behind it. */
const struct ru_unit *ru_unit_at(const struct tn *tn, size_t i, size_t *end);
const struct ru_unit *ru_multiplier_at(const struct tn *tn, size_t i,
                                       size_t *end);

/* the currency of a sign before the number: $, €, ₽ … or NULL */
const struct ru_unit *ru_currency_at(const struct tn *tn, size_t i);

/* says the unit in the k-th of its forms (see ru_noun()) */
void ru_say_unit(struct tn *tn, const struct ru_unit *unit, int k);

struct ru_form ru_form_of(enum ru_case which, enum ru_gender gender);

/* x,5: полтора, два с половиной */
bool ru_is_half(const struct tn_number *number);

/* 007, and what is longer than numerals go: read by the digit */
bool ru_is_code(const struct tn_number *number);

/* Says the number; half when 1,5 may be "полтора". Gives the form of what it
 * counts, as ru_counted() does. */
int ru_say_number(struct tn *tn, const struct tn_number *number,
                  struct ru_form form, bool half);

/* whether a number begins at i: no word, sum or other number touches it */
bool ru_starts(const struct tn *tn, size_t i);

/* Says n as digits in short groups: ИНН, card and order numbers. */
void ru_say_digits(struct tn *tn, const char *digits);

/* Says a group of a telephone number or of an address: 05 is "ноль пять". */
void ru_say_group(struct tn *tn, const char *digits);

void ru_say_cardinal(struct tn *tn, uint64_t n, struct ru_form form);
void ru_say_ordinal(struct tn *tn, uint64_t n, struct ru_form form);

/* a word of Latin letters as a Russian voice can say it */
void ru_say_latin(struct tn *tn, const struct tn_token *token, bool spelt);

/* one letter's name after the other */
void ru_spell(struct tn *tn, const struct tn_token *token);

/* rules */
size_t ru_web(struct tn *tn, size_t i);
size_t ru_brand(struct tn *tn, size_t i);
size_t ru_phone(struct tn *tn, size_t i);
size_t ru_date(struct tn *tn, size_t i);
size_t ru_day(struct tn *tn, size_t i);
size_t ru_year(struct tn *tn, size_t i);
size_t ru_time(struct tn *tn, size_t i);
size_t ru_ordinals(struct tn *tn, size_t i);
size_t ru_storey(struct tn *tn, size_t i);
size_t ru_roman(struct tn *tn, size_t i);
size_t ru_identifier(struct tn *tn, size_t i);
size_t ru_section(struct tn *tn, size_t i);
size_t ru_fraction(struct tn *tn, size_t i);
size_t ru_range(struct tn *tn, size_t i);
size_t ru_quantity(struct tn *tn, size_t i);
size_t ru_code(struct tn *tn, size_t i);
size_t ru_weekday(struct tn *tn, size_t i); /* "в пт" */
size_t ru_abbreviation(struct tn *tn, size_t i);
size_t ru_caps(struct tn *tn, size_t i);
size_t ru_latin(struct tn *tn, size_t i);
size_t ru_sign(struct tn *tn, size_t i);

#endif
