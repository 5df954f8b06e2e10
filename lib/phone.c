/* phone.c: telephone numbers, from any spelling and back to many */
#include "lib/phone.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { DIGITS = 40 }; /* gathered at most: too many for any number */

struct written {
	bool plus;
	char digits[DIGITS + 1];
	size_t n;
	const char *rest; /* what stands behind the number */
};

/* words before a number, and what begins an extension; both cases of
 * Cyrillic, as nothing here knows how to fold it */
static const char *const before[] = {
	"tel:",    "sip:", "sips:", "callto:", "phone",   "tel", "mob",
	"телефон", "тел",  "моб",   "Телефон", "ТЕЛЕФОН", "Тел", "ТЕЛ",
	"Моб",     "МОБ",  "т.",    "m.",      "м.",      "№",   NULL
};
static const char *const extensions[] = {
	"extension", "ext",        "x",   "#",   ",",   ";ext=",
	";",         "добавочный", "доб", "Доб", "ДОБ", "внутренний",
	"внутр",     "вн",         "х",   "w",   "p",   NULL
};

/* what may stand between digits, besides ASCII: spaces and dashes */
static const char *const between[] = {
	"\xc2\xa0",                                     /* no-break space */
	"\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xaf", /* thin, hair, narrow */
	"\xe2\x80\x90", "\xe2\x80\x91", "\xe2\x80\x92", /* hyphens, figure */
	"\xe2\x80\x93", "\xe2\x80\x94", "\xe2\x88\x92", /* en, em, minus */
	"\xc2\xad",     NULL,                           /* soft hyphen */
};

/* the length of the word of the list that the text begins with, 0: none */
static size_t begins(const char *text, const char *const *words)
{
	for (; *words; words++) {
		size_t len = strlen(*words);

		if (!strncasecmp(text, *words, len))
			return len;
	}
	return 0;
}

static const char *skip_gaps(const char *text)
{
	for (;;) {
		size_t len = begins(text, between);

		if (!len && *text && strchr(" \t.:-()", *text))
			len = 1;
		if (!len)
			return text;
		text += len;
	}
}

/* +44 (0)20 …: the zero is for who dials at home */
static bool is_trunk_zero(const struct written *written, const char *text)
{
	return written->plus && written->n && !strncmp(text, "(0)", 3);
}

/* one step: how many bytes of the number stand here, 0 at its end */
static size_t step(struct written *written, const char *text)
{
	size_t len;

	if (isdigit((unsigned char)*text)) {
		if (written->n < DIGITS)
			written->digits[written->n++] = *text;
		return 1;
	}
	if (is_trunk_zero(written, text))
		return 3;
	if (*text == '/' && written->n >= 10)
		return 0; /* a second number */
	if (*text && strchr(" \t.-()/", *text))
		return 1;
	len = begins(text, between);
	return len;
}

static void read_number(struct written *written, const char *text)
{
	size_t len;

	memset(written, 0, sizeof *written);
	text = skip_gaps(text);
	text = skip_gaps(text + begins(text, before));
	text = skip_gaps(text);
	if (*text == '+') {
		written->plus = true;
		text++;
	}
	while ((len = step(written, text)) > 0)
		text += len;
	written->rest = text;
}

/* Whether what follows lets it be a number: a name glued to digits is none. */
static bool ends_well(const struct written *written)
{
	const char *rest = written->rest;

	if (!*rest || begins(rest, extensions) || strchr("@/<>\"';|", *rest))
		return true;
	return rest[-1] == ' ' || rest[-1] == ')' || rest[-1] == '(';
}

static bool starts(const char *text, const char *with)
{
	return *with && !strncmp(text, with, strlen(with));
}

/* what the Russian way of dialling makes of it */
static const char *from_russia(const char *digits, size_t n, const char **code)
{
	*code = "";
	if (starts(digits, "810") && n >= 12)
		return digits + 3;
	if (n == 11 && *digits == '8')
		*code = "7";
	if (n == 11)
		return *digits == '8' ? digits + 1 : digits;
	if (n == 10 && strchr("34789", *digits)) {
		*code = "7";
		return digits;
	}
	return n > 10 ? digits : "";
}

static const char *from_abroad(const char *digits, size_t n,
                               const char *country, const char **code)
{
	size_t len = strlen(country);

	*code = "";
	if (!strcmp(country, "1") && starts(digits, "011"))
		return digits + 3;
	if (len && *digits == '0') {
		*code = country;
		return strcmp(country, "39") ? digits + 1 : digits;
	}
	if (n > 10 || (starts(digits, country) && n >= len + 9))
		return digits;
	if (!len || n < 8)
		return "";
	*code = country;
	return digits;
}

/* digits after a plus, with what people get wrong there */
static const char *from_plus(const char *digits, size_t n, const char *country,
                             const char **code)
{
	*code = "";
	if (strcmp(country, "7") != 0)
		return digits;
	if (n == 11 && starts(digits, "89")) { /* no country has 89 */
		*code = "7";
		return digits + 1;
	}
	if (n == 12 && starts(digits, "78")) { /* +7 8 (916) … */
		*code = "7";
		return digits + 2;
	}
	return digits;
}

/* E.164's limits, and those of the two plans that we know for sure */
static bool is_dialable(const char *digits)
{
	size_t n = strlen(digits);

	if (n < 8 || n > SV_PHONE_DIGITS_MAX || *digits == '0')
		return false;
	if (*digits == '7')
		return n == 11 && strchr("34789", digits[1]);
	if (*digits == '1')
		return n == 11 && digits[1] > '1';
	return true;
}

bool sv_phone_country(const char *digits)
{
	size_t len = strspn(digits, "0123456789");

	return !digits[len] && len <= 3 && *digits != '0';
}

bool sv_phone_e164(const char *text, const char *country, char e164[SV_E164])
{
	struct written written;
	const char *digits, *code;
	int len;

	*e164 = '\0';
	read_number(&written, text);
	digits = written.digits;
	code = "";
	if (!written.n || !ends_well(&written))
		return false;
	if (written.plus)
		digits = from_plus(digits, written.n, country, &code);
	else if (starts(digits, "00"))
		digits = from_plus(digits + 2, written.n - 2, country, &code);
	else if (!strcmp(country, "7"))
		digits = from_russia(digits, written.n, &code);
	else
		digits = from_abroad(digits, written.n, country, &code);
	len = snprintf(e164, SV_E164, "+%s%s", code, digits);
	if (len < SV_E164 && is_dialable(e164 + 1))
		return true;
	*e164 = '\0';
	return false;
}

bool sv_phone_extension(const char *text, char extension[SV_EXTENSION])
{
	struct written written;
	const char *rest;
	size_t len, n;

	*extension = '\0';
	read_number(&written, text);
	rest = written.rest;
	if (!written.n)
		return false;
	len = begins(rest, extensions);
	if (!len)
		return false;
	rest = skip_gaps(rest + len);
	n = strspn(rest, "0123456789");
	if (!n || n >= SV_EXTENSION || isalpha((unsigned char)rest[n]))
		return false;
	if (isdigit((unsigned char)*skip_gaps(rest + n)))
		return false; /* the beginning of a second number */
	memcpy(extension, rest, n);
	extension[n] = '\0';
	return true;
}

/* how numbers are written: d is the next digit behind the country's, D all
 * that are left */
static const char *const russian[] = {
	"+7D",
	"8D",
	"7D",
	"D",
	"+7 (ddd) ddd-dd-dd",
	"8 (ddd) ddd-dd-dd",
	"+7 ddd ddd-dd-dd",
	"8 ddd ddd-dd-dd",
	"8-ddd-ddd-dd-dd",
	"+7-ddd-ddd-dd-dd",
	"8(ddd)ddd-dd-dd",
	"+7(ddd)ddd-dd-dd",
	"+7 ddd ddd dd dd",
	"8 ddd ddd dd dd",
	"8(ddd)D",
	"+7(ddd)D",
	"8 (dddd) dd-dd-dd", /* an area code of four digits */
	"+7 (dddd) dd-dd-dd",
	"(ddd) ddd-dd-dd",
	"007D",
	NULL
};
static const char *const american[] = { "+1D",
	                                "1D",
	                                "D",
	                                "+1 (ddd) ddd-dddd",
	                                "(ddd) ddd-dddd",
	                                "+1 ddd-ddd-dddd",
	                                "+1-ddd-ddd-dddd",
	                                "ddd-ddd-dddd",
	                                "1-ddd-ddd-dddd",
	                                "ddd.ddd.dddd",
	                                "+1 ddd ddd dddd",
	                                "001D",
	                                NULL };
static const char *const others[] = { "+D", "D", "00D", "810D", NULL };

static void spell(const char *shape, const char *digits, char out[SV_E164])
{
	size_t len = 0;

	for (; *shape && len + 1 < SV_E164; shape++) {
		if (*shape == 'd')
			out[len++] = *digits++;
		else if (*shape != 'D')
			out[len++] = *shape;
		for (; *shape == 'D' && *digits && len + 1 < SV_E164; digits++)
			out[len++] = *digits;
	}
	out[len] = '\0';
}

size_t sv_phone_spellings(const char *e164, char (*spellings)[SV_E164],
                          size_t most)
{
	const char *const *shapes = others;
	const char *digits = e164 + (*e164 == '+');
	size_t n = 0;

	if (!is_dialable(digits) ||
	    strspn(digits, "0123456789") != strlen(digits))
		return 0;
	if (*digits == '7')
		shapes = russian;
	if (*digits == '1')
		shapes = american;
	for (; n < most && shapes[n]; n++)
		spell(shapes[n], digits + (shapes != others), spellings[n]);
	return n;
}
