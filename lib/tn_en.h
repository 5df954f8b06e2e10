/*
 * Inside of the English half of sv_tn(). Each en_* rule is called as tn.h
 * says.
 */
#ifndef SV_TN_EN_H
#define SV_TN_EN_H

#include "lib/number_en.h"
#include "lib/tn.h"

/* A unit of measure or a currency. */
struct en_unit {
	const char *names; /* as written, '|' between: tn_match() phrases */
	const char *one;
	const char *many;
	const char *minor_one; /* of a currency: its hundredth, or NULL */
	const char *minor_many;
};

/* The unit behind a number that ends before i, and the token behind it. */
const struct en_unit *en_unit_at(const struct tn *tn, size_t i, size_t *end);

/* the currency of a sign before a number: $, £ … or NULL */
const struct en_unit *en_currency_at(const struct tn *tn, size_t i);

/* k, M, bn, million …: how it is said; NULL when there is none */
const char *en_multiplier_at(const struct tn *tn, size_t i, size_t *end);

void en_say_cardinal(struct tn *tn, uint64_t n);
void en_say_ordinal(struct tn *tn, uint64_t n);
void en_say_year(struct tn *tn, unsigned int year);

/* digit after digit, as telephones and decimals are */
void en_say_digits(struct tn *tn, const char *digits);

/* Says a number as it stands, with its sign and fraction. */
void en_say_number(struct tn *tn, const struct tn_number *number);

/* letters one by one, as capitals */
void en_spell(struct tn *tn, const struct tn_token *token);

/* rules */
size_t en_web(struct tn *tn, size_t i);
size_t en_term(struct tn *tn, size_t i);
size_t en_phone(struct tn *tn, size_t i);
size_t en_date(struct tn *tn, size_t i);
size_t en_month(struct tn *tn, size_t i);
size_t en_day(struct tn *tn, size_t i);
size_t en_years(struct tn *tn, size_t i);
size_t en_time(struct tn *tn, size_t i);
size_t en_ordinals(struct tn *tn, size_t i);
size_t en_identifier(struct tn *tn, size_t i);
size_t en_fraction(struct tn *tn, size_t i);
size_t en_range(struct tn *tn, size_t i);
size_t en_quantity(struct tn *tn, size_t i);
size_t en_abbreviation(struct tn *tn, size_t i);
size_t en_caps(struct tn *tn, size_t i);
size_t en_cyrillic(struct tn *tn, size_t i);
size_t en_sign(struct tn *tn, size_t i);

#endif
