/*
 * English numerals in words, added to a buffer with a space between words;
 * one number takes less than EN_NUMBER_MAX bytes.
 */
#ifndef SV_NUMBER_EN_H
#define SV_NUMBER_EN_H

#include <stdint.h>

#include "lib/buf.h"

enum { EN_NUMBER_MAX = 512 };

/* the largest number that has a name here; beyond, read digits */
#define EN_CARDINAL_MAX UINT64_C(999999999999999)

/* one hundred twenty-three */
void en_cardinal(struct sv_buf *words, uint64_t n);

/* one hundred twenty-third */
void en_ordinal(struct sv_buf *words, uint64_t n);

/* 1985: nineteen eighty-five; 2005: two thousand five; 1000 to 2999 */
void en_year(struct sv_buf *words, unsigned int year);

/* twenty -> twenties, sixth -> sixths */
void en_plural(struct sv_buf *words);

#endif
