/* person: a telephone number in any text */
#include "src/admin/person.h"

#include <string.h>

#include "lib/fail.h"

enum { WINDOW = 48 };

int person_init(struct person *person, const char *number, const char *country)
{
	person->country = country;
	if (!sv_phone_e164(number, country, person->e164))
		return sv_fail(EX_USAGE,
		               "%s: not a number one can dial from outside: "
		               "say +79161234567",
		               number);
	return 0;
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* whether a number may begin at text[i] */
static bool begins(const char *text, size_t i)
{
	if (text[i] == '+' || text[i] == '(')
		return true;
	return digit(text[i]) && (!i || !digit(text[i - 1]));
}

/* Whether text, cut behind the digit at n, is the number: so that digits of
 * something else may follow. */
static bool ends_at(const struct person *person, char *text, size_t n)
{
	char e164[SV_E164], behind = text[n + 1];
	bool same;

	if (text[n] != person->e164[strlen(person->e164) - 1] || digit(behind))
		return false;
	text[n + 1] = '\0';
	same = sv_phone_e164(text, person->country, e164) &&
	       !strcmp(e164, person->e164);
	text[n + 1] = behind;
	return same;
}

/* Whether it does: the window ends in a NUL, and where a second number might
 * begin what is behind does not matter. */
static bool stands_at(const struct person *person, const char *text, size_t len)
{
	char window[WINDOW + 1], e164[SV_E164];
	size_t n = len < WINDOW ? len : WINDOW;

	memcpy(window, text, n);
	window[n] = '\0';
	n = strcspn(window, "\"\\<>{}[]=&;,|_@");
	window[n] = '\0';
	if (sv_phone_e164(window, person->country, e164) &&
	    !strcmp(e164, person->e164))
		return true;
	for (size_t i = 0; i < n; i++) {
		if (ends_at(person, window, i))
			return true;
	}
	return false;
}

bool person_in(const struct person *person, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (begins(text, i) && stands_at(person, text + i, len - i))
			return true;
	}
	return false;
}
