/* One person's telephone number, found in any text and any spelling. */
#ifndef ADMIN_PERSON_H
#define ADMIN_PERSON_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/phone.h"

struct person {
	char e164[SV_E164];
	const char *country; /* of numbers without one; lent */
};

/* 0; EX_USAGE for what is no number one can dial from outside. */
int person_init(struct person *person, const char *number, const char *country);

/* Whether the number stands anywhere in the text: +7 (916) 123-45-67,
 * 8 916 1234567, tel:+7916…; in JSON, too. Not when it is spelled in words. */
bool person_in(const struct person *person, const char *text, size_t len);

#endif
