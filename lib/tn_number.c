/* tn_number.c: numbers as people type them: 1 250,50; 1,250.50; -5 */
#include <string.h>

#include "lib/tn.h"

enum { DIGITS_MAX = 18 };

static uint64_t append(uint64_t n, const char *digits)
{
	size_t len = strlen(digits);
	uint64_t limit = UINT64_C(1000000000000000000);

	if (n == UINT64_MAX || len > DIGITS_MAX)
		return UINT64_MAX;
	for (; *digits; digits++) {
		if (n >= limit / 10)
			return UINT64_MAX;
		n = n * 10 + (*digits - '0');
	}
	return n;
}

/* one blank, of whatever width */
static bool is_blank(const struct tn_token *token)
{
	return token->kind == TN_SPACE && token->code != '\n' &&
	       token->code != '\t' &&
	       token->len == (token->code < 0x80    ? 1u
	                      : token->code < 0x800 ? 2u
	                                            : 3u);
}

static bool is_group(const struct tn *tn, size_t i)
{
	return tn_at(tn, i + 1)->kind == TN_NUMBER &&
	       strlen(tn_at(tn, i + 1)->lower) == 3;
}

static bool is_separator(const struct tn *tn, size_t i, uint32_t sign)
{
	return sign == ' ' ? is_blank(tn_at(tn, i)) : tn_is_sign(tn, i, sign);
}

/* the token behind the groups of three that follow i with such a sign */
static size_t group_end(const struct tn *tn, size_t i, uint32_t sign)
{
	while (is_separator(tn, i, sign) && is_group(tn, i))
		i += 2;
	return i;
}

static void read_groups(const struct tn *tn, size_t i, char point,
                        struct tn_number *number)
{
	size_t end, first = i + 1;
	const char *head = tn_at(tn, i)->lower;

	number->end = first;
	if (strlen(head) > 3 || *head == '0')
		return;
	end = group_end(tn, first, point == ',' ? ' ' : ',');
	if (end == first && point == ',')
		end = group_end(tn, first, 0xa0);
	/* 1.250.000: two dots at least, one would be a decimal point */
	if (end == first && point == ',' &&
	    group_end(tn, first, '.') > first + 2)
		end = group_end(tn, first, '.');
	for (; first < end; first += 2)
		number->n = append(number->n, tn_at(tn, first + 1)->lower);
	number->grouped = end > i + 1;
	number->end = end;
}

static bool is_point(const struct tn *tn, size_t i, char point)
{
	return tn_is_sign(tn, i, '.') ||
	       (point == ',' && tn_is_sign(tn, i, ','));
}

static void read_fraction(const struct tn *tn, char point,
                          struct tn_number *number)
{
	size_t i = number->end;

	if (!is_point(tn, i, point) || tn_at(tn, i + 1)->kind != TN_NUMBER)
		return;
	/* 1.2.3 and 1,2,3 are no decimals, from wherever they are read */
	if (is_point(tn, i + 2, point) && tn_at(tn, i + 3)->kind == TN_NUMBER)
		return;
	if (i >= 2 && is_point(tn, i - 2, point) &&
	    tn_at(tn, i - 3)->kind == TN_NUMBER)
		return;
	number->fraction = tn_at(tn, i + 1)->lower;
	number->end = i + 2;
}

static bool starts_alone(const struct tn *tn, size_t i)
{
	const struct tn_token *before = tn_at(tn, i - 1);

	return before->kind == TN_END || before->kind == TN_SPACE ||
	       before->code == '(';
}

uint64_t tn_value(const char *digits)
{
	uint64_t n = 0;

	for (; *digits; digits++)
		n = n * 10 + (*digits - '0');
	return n;
}

bool tn_is_t(const struct tn *tn, size_t i)
{
	return tn_is(tn, i, "t") && tn_at(tn, i - 1)->kind == TN_NUMBER &&
	       tn_at(tn, i + 1)->kind == TN_NUMBER &&
	       tn_is_sign(tn, i + 2, ':');
}

int tn_field(const struct tn *tn, size_t i, const char *lengths, int max)
{
	const struct tn_token *token = tn_at(tn, i);
	size_t len = strlen(token->lower);

	if (token->kind != TN_NUMBER || len > 4 ||
	    !strchr(lengths, '0' + (int)len) ||
	    tn_value(token->lower) > (uint64_t)max)
		return -1;
	return (int)tn_value(token->lower);
}

bool tn_number(const struct tn *tn, size_t i, char point,
               struct tn_number *number)
{
	memset(number, 0, sizeof *number);
	if (tn_at(tn, i)->kind == TN_SIGN && starts_alone(tn, i)) {
		number->plus = tn_is_sign(tn, i, '+');
		number->minus = tn_is_dash(tn, i);
		i += number->plus || number->minus;
	}
	if (tn_at(tn, i)->kind != TN_NUMBER)
		return false;
	number->digits = tn_at(tn, i)->lower;
	number->n = append(0, number->digits);
	read_groups(tn, i, point, number);
	read_fraction(tn, point, number);
	return true;
}
