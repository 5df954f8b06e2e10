/* hide: telephone numbers and addresses in the log's sentences */
#include "lib/hide.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/option.h"

enum {
	SHOWN = 4, /* digits at either end */
	LEAST = 10,
	MOST = 15, /* of digits, as E.164 has it */
	RUSSIAN = 11,
	STARS = 3,
};

bool sv_hides(void)
{
	const char *set = getenv("SV_REDACT");
	bool hides = true;

	return !set || !*set || sv_flag(set, &hides) || hides;
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* what a word may go on with on its left */
static bool wordly(char c)
{
	return isalnum((unsigned char)c) || strchr("_+/.:=-", c);
}

/* With a plus there may be blanks, brackets and dashes within it. How many
 * bytes it has, 0 for none. */
static size_t international(const char *text)
{
	size_t i = 1, end = 0, digits = 0;

	if (*text != '+' || text[1] < '1' || text[1] > '9')
		return 0;
	for (; digits <= MOST && text[i] && strchr("0123456789 ()-", text[i]);
	     i++) {
		if (!digit(text[i]))
			continue;
		digits++;
		end = i + 1;
	}
	return digits >= LEAST && digits <= MOST ? end : 0;
}

/* 89161234567, 79161234567 */
static size_t russian(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits == RUSSIAN && (*text == '7' || *text == '8') &&
	                       !isalpha((unsigned char)text[digits]) &&
	                       text[digits] != '_'
	               ? digits
	               : 0;
}

/* ivan@mail.ru; not what a URL has before its host */
static size_t mail(const char *text)
{
	static const char of_words[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789._%+-";
	size_t name = strspn(text, of_words), host;

	if (!name || text[name] != '@')
		return 0;
	host = strspn(text + name + 1, of_words);
	while (host && text[name + host] == '.')
		host--;
	return memchr(text + name + 1, '.', host) ? name + 1 + host : 0;
}

/* Writes what is left of a number of len bytes; out is not behind text. */
static char *put_number(char *out, const char *text, size_t len)
{
	char digits[MOST + 1] = "";
	size_t n = 0, stars;

	for (size_t i = 0; i < len && n < MOST; i++) {
		if (digit(text[i]))
			digits[n++] = text[i];
	}
	stars = n - SHOWN - SHOWN;
	if (*text == '+')
		*out++ = '+';
	memcpy(out, digits, SHOWN);
	out += SHOWN;
	stars = stars > STARS ? STARS : stars;
	memset(out, '*', stars);
	memcpy(out + stars, digits + n - SHOWN, SHOWN);
	return out + stars + SHOWN;
}

static char *put_mail(char *out, const char *text, size_t len)
{
	size_t host = strcspn(text, "@");
	size_t stars = host > STARS ? STARS : host - 1;

	*out++ = *text;
	memset(out, '*', stars);
	out += stars;
	memmove(out, text + host, len - host);
	return out + len - host;
}

/* Hides what begins at text, if anything does: how many bytes of it, with
 * *out behind what stands for them. */
static size_t hide_here(const char *text, char **out)
{
	size_t number = international(text);
	size_t address = number ? 0 : mail(text);

	if (!number && !address)
		number = russian(text);
	if (number)
		*out = put_number(*out, text, number);
	else if (address)
		*out = put_mail(*out, text, address);
	return number ? number : address;
}

void sv_hide(char *text)
{
	char *out = text, before = ' ';

	while (*text) {
		char *behind = out;
		size_t len = wordly(before) ? 0 : hide_here(text, &behind);

		if (!len) {
			before = *text;
			*out++ = *text++;
			continue;
		}
		before = behind[-1];
		out = behind;
		text += len;
	}
	*out = '\0';
}
