/* number_en.c: English numerals in words */
#include "lib/number_en.h"

#include <stdbool.h>
#include <string.h>

static const char *const small[] = {
	"zero",    "one",     "two",       "three",    "four",
	"five",    "six",     "seven",     "eight",    "nine",
	"ten",     "eleven",  "twelve",    "thirteen", "fourteen",
	"fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
};

static const char *const tens[] = { "twenty", "thirty",  "forty",  "fifty",
	                            "sixty",  "seventy", "eighty", "ninety" };

static const char *const scales[] = { "thousand", "million", "billion",
	                              "trillion" };

/* what does not just take "th" */
static const struct {
	const char *cardinal;
	const char *ordinal;
} ordinals[] = {
	{ "one", "first" },      { "two", "second" },   { "three", "third" },
	{ "five", "fifth" },     { "eight", "eighth" }, { "nine", "ninth" },
	{ "twelve", "twelfth" },
};

static void add(struct sv_buf *words, const char *word)
{
	if (words->len)
		(void)sv_buf_putc(words, ' ');
	(void)sv_buf_puts(words, word);
}

static void below_1000(struct sv_buf *words, unsigned int n)
{
	if (n >= 100) {
		add(words, small[n / 100]);
		add(words, "hundred");
		n %= 100;
		if (!n)
			return;
	}
	if (n < 20) {
		add(words, small[n]);
		return;
	}
	add(words, tens[n / 10 - 2]);
	if (n % 10)
		(void)sv_buf_printf(words, "-%s", small[n % 10]);
}

static uint64_t power_1000(int exponent)
{
	uint64_t value = 1;

	while (exponent-- > 0)
		value *= 1000;
	return value;
}

void en_cardinal(struct sv_buf *words, uint64_t n)
{
	int scale;

	for (scale = 3; scale >= 0; scale--) {
		unsigned int part = n / power_1000(scale + 1) % 1000;

		if (!part)
			continue;
		below_1000(words, part);
		add(words, scales[scale]);
	}
	if (n % 1000 || n == 0)
		below_1000(words, n % 1000);
}

/* the beginning of the last word, behind a space or a hyphen */
static size_t last_word(const struct sv_buf *words)
{
	size_t at = words->len;

	while (at > 0 && !strchr(" -", words->data[at - 1]))
		at--;
	return at;
}

void en_ordinal(struct sv_buf *words, uint64_t n)
{
	size_t at, i;

	en_cardinal(words, n);
	at = last_word(words);
	for (i = 0; i < sizeof ordinals / sizeof *ordinals; i++) {
		if (strcmp(words->data + at, ordinals[i].cardinal) != 0)
			continue;
		sv_buf_cut(words, at);
		(void)sv_buf_puts(words, ordinals[i].ordinal);
		return;
	}
	if (words->data[words->len - 1] == 'y') {
		sv_buf_cut(words, words->len - 1);
		(void)sv_buf_puts(words, "ie");
	}
	(void)sv_buf_puts(words, "th");
}

void en_year(struct sv_buf *words, unsigned int year)
{
	unsigned int century = year / 100, rest = year % 100;

	if (year % 1000 < 10 || year < 1100) {
		en_cardinal(words, year);
		return;
	}
	below_1000(words, century);
	if (rest == 0)
		add(words, "hundred");
	else if (rest < 10)
		add(words, "oh");
	if (rest)
		below_1000(words, rest);
}

void en_plural(struct sv_buf *words)
{
	char last = words->len ? words->data[words->len - 1] : '\0';

	if (last == 'y') {
		sv_buf_cut(words, words->len - 1);
		(void)sv_buf_puts(words, "ie");
	} else if (last == 'x') {
		(void)sv_buf_putc(words, 'e');
	}
	(void)sv_buf_putc(words, 's');
}
