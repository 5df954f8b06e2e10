/*
 * Telephone numbers as people write and dial them, and the one form they have
 * inside: E.164, "+79161234567".
 */
#ifndef SV_PHONE_H
#define SV_PHONE_H

#include <stdbool.h>
#include <stddef.h>

enum {
	SV_E164 = 24,     /* bytes of a number or a spelling, NUL included */
	SV_EXTENSION = 8, /* of an extension */
	SV_PHONE_SPELLINGS = 20,  /* as many as there are at most */
	SV_PHONE_DIGITS_MAX = 15, /* E.164 has no more */
};

/* Whether these are the digits of a country, 1 to 3 of them, or "". */
bool sv_phone_country(const char *digits);

/*
 * Reads a number in any spelling: 8 (916) 123-45-67, +7 8 916…, 007…, 8 10 44…,
 * tel:+7…, sip:+7…@host, 9161234567, "тел. 8-916-123-45-67 доб. 12". country is
 * the digits of the home country ("7"), for who leaves them out; "": nobody
 * does. What follows the number (an extension, a second number, a remark after
 * a space) is not looked at. False when it cannot be a number one can dial from
 * outside: too short, too long, an internal one, a word.
 */
bool sv_phone_e164(const char *text, const char *country, char e164[SV_E164]);

/* The extension behind the number, its digits: "доб. 12", "ext 12", "x12",
 * "#12", ",12". False when there is none, with extension "". */
bool sv_phone_extension(const char *text, char extension[SV_EXTENSION]);

/* The spellings under which other systems may hold an E.164 number, the
 * likeliest first, all different; up to most; returns how many. */
size_t sv_phone_spellings(const char *e164, char (*spellings)[SV_E164],
                          size_t most);

#endif
