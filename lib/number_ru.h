/*
 * Russian numerals in words, by case and gender. Words are added to a buffer
 * with a space between them; one number takes less than RU_NUMBER_MAX bytes.
 */
#ifndef SV_NUMBER_RU_H
#define SV_NUMBER_RU_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/buf.h"

enum { RU_NUMBER_MAX = 1024 };

enum ru_case { RU_NOM, RU_GEN, RU_DAT, RU_ACC, RU_INS, RU_PRE };

enum ru_gender { RU_M, RU_F, RU_N, RU_PL };

/* what a numeral agrees with */
struct ru_form {
	enum ru_case which;
	enum ru_gender gender;
	bool animate; /* "двух клиентов", not "два клиента", in RU_ACC */
};

/* the largest number that has a name here; beyond, read digits */
#define RU_CARDINAL_MAX UINT64_C(999999999999999)

/* двадцать одна; n <= RU_CARDINAL_MAX */
void ru_cardinal(struct sv_buf *words, uint64_t n, struct ru_form form);

/* двадцать первая; n <= RU_CARDINAL_MAX */
void ru_ordinal(struct sv_buf *words, uint64_t n, struct ru_form form);

/* What stands before an adjective: 24 -> "двадцатичетырёх" (-часовой);
 * n < 1000. */
void ru_compound(struct sv_buf *words, unsigned int n);

/* Which form a counted noun takes after n: 0 to 5 are the cases of the
 * singular, 6 to 11 those of the plural, RU_FEW what follows два, три, четыре:
 * a noun in the genitive singular, an adjective in the genitive plural. */
enum { RU_PLURAL = 6, RU_FEW = 12 };

int ru_counted(uint64_t n, enum ru_case which);

/* Adds stem + the k-th of twelve endings, separated by spaces, "-" being
 * none; RU_FEW is taken for a noun. endings NULL: the stem never changes. */
void ru_noun(struct sv_buf *words, const char *stem, const char *endings,
             int k);

/* the k-th of words separated by single spaces, and its length */
const char *ru_pick(const char *list, int k, size_t *len);

/* adds a word behind a space */
void ru_add(struct sv_buf *words, const char *word, size_t len);

#endif
