/*
 * itn_phone: a run of digits as a telephone number. Words do not say where
 * a group ends ("двадцать пять" is 25, or 20 and 5); when the number comes out
 * too short that way, groups are divided where a number of that shape is
 * spoken with a pause.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "lib/itn.h"

enum { LONG = 11, COST_NONE = INT_MAX / 2 };

/* cheapest way to make so many digits of so many atoms, and how it ended */
struct cell {
	int cost;
	uint8_t atoms, len;
	uint16_t value;
};

struct table {
	struct cell cells[SV_RUN_MAX + 1][LONG + 1];
};

/* where 8 916 123 45 67 has its pauses; without the 8 one digit earlier */
static bool crosses(size_t from, size_t to, size_t total)
{
	static const size_t pauses[] = { 1, 4, 7, 9 };

	for (size_t i = 0; i < 4; i++) {
		size_t pause = pauses[i] - (LONG - total);

		if (from < pause && pause < to)
			return true;
	}
	return false;
}

/* Words that could be one group are divided behind the area code or the
 * three digits after it, and never so that a hundred leaves its ten. */
static bool may_divide(const struct sv_run *run, size_t next, size_t to,
                       size_t total)
{
	size_t pause = to + (LONG - total);

	return (pause == 4 || pause == 7) && run->atoms[next].len == 1;
}

static void extend(struct table *table, const struct sv_run *run, size_t i,
                   size_t total)
{
	struct sv_atom groups[3];
	size_t n = sv_run_group(run, i, groups);

	for (size_t k = 1; k <= n; k++) {
		const struct sv_atom *group = &groups[k - 1];

		for (size_t d = 0; d + group->len <= total; d++) {
			size_t end = d + group->len;
			struct cell *to = &table->cells[i + k][end];
			int cost = table->cells[i][d].cost + (k < n);

			if (cost >= to->cost || crosses(d, end, total) ||
			    (k < n && !may_divide(run, i + k, end, total)))
				continue;
			*to = (struct cell){ cost, (uint8_t)k, group->len,
				             group->value };
		}
	}
}

/* the run as exactly total digits, if it can be read so */
static bool fit(const struct sv_run *run, size_t total, char *out)
{
	struct table table;
	size_t i = run->n, d = total;

	if (run->n > total)
		return false;
	for (size_t k = 0; k <= run->n; k++) {
		for (size_t j = 0; j <= total; j++)
			table.cells[k][j] = (struct cell){ COST_NONE, 0, 0, 0 };
	}
	table.cells[0][0].cost = 0;
	for (size_t k = 0; k < run->n; k++)
		extend(&table, run, k, total);
	if (table.cells[i][d].cost >= COST_NONE)
		return false;
	out[total] = '\0';
	while (i) {
		const struct cell *c = &table.cells[i][d];
		int value = c->value;

		for (int k = c->len; k > 0; k--, value /= 10)
			out[d - c->len + k - 1] = (char)('0' + value % 10);
		i -= c->atoms;
		d -= c->len;
	}
	return true;
}

/* country codes of numbers said without a plus */
static bool is_neighbour(const char *digits, size_t len)
{
	static const char *const codes[] = {
		"375", "380", "374", "994", "995",
		"996", "998", "992", "993", "373"
	};

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		if (len == 12 && !strncmp(digits, codes[i], 3))
			return true;
	}
	return false;
}

/* 8 or 7 and ten digits whose area code can be one */
static bool is_russian(const char *digits, size_t len)
{
	return len == LONG && (digits[0] == '7' || digits[0] == '8') &&
	       strchr("34789", digits[1]);
}

static enum sv_phone put(char *out, const char *prefix, const char *digits)
{
	snprintf(out, SV_PHONE_TEXT, "%s%s", prefix, digits);
	return SV_PHONE_FULL;
}

/* "8 916 1…" was cut short, "8 12 15" was not */
static bool is_cut(const struct sv_run *run, const char *digits)
{
	if (run->atoms[0].len != 1 || run->n < 2)
		return false;
	if (run->atoms[1].len == 3)
		return digits[0] == '8' || digits[0] == '7';
	return digits[0] == '8' && digits[1] == '9';
}

static enum sv_phone full_russian(const struct sv_run *run, const char *digits,
                                  char *out)
{
	size_t len = strlen(digits);

	if (is_russian(digits, len))
		return put(out, "+7", digits + 1);
	if (len == 10 && strchr("3489", digits[0]) && !is_cut(run, digits))
		return put(out, "+7", digits);
	if (is_neighbour(digits, len))
		return put(out, "+", digits);
	if (len == 11 && digits[0] == '1' && digits[1] > '1')
		return put(out, "+", digits);
	return SV_PHONE_NONE;
}

static enum sv_phone full_english(const char *digits, size_t len, char *out)
{
	if (len == 10 && digits[0] > '1' && digits[3] > '1')
		return put(out, "+1", digits);
	if (len == 11 && digits[0] == '1' && digits[1] > '1')
		return put(out, "+", digits);
	if ((len == 10 || len == 11) && digits[0] == '0' && digits[1] > '0')
		return put(out, "", digits); /* national, of some country */
	if (is_russian(digits, len))
		return put(out, "+7", digits + 1);
	return SV_PHONE_NONE;
}

static enum sv_phone classify(const struct sv_run *run, bool russian,
                              const char *digits, char *out)
{
	size_t len = strlen(digits);
	enum sv_phone phone;

	if (run->plus) {
		if (len < 8 || len > 15 || digits[0] == '0' ||
		    (digits[0] == '7' && len != LONG) ||
		    (digits[0] == '8' && len == LONG && russian))
			return SV_PHONE_NONE;
		return put(out, "+", digits);
	}
	if (!strncmp(digits, "00", 2) && len >= 12 && len <= 17 &&
	    digits[2] != '0')
		return put(out, "+", digits + 2);
	phone = russian ? full_russian(run, digits, out)
	                : full_english(digits, len, out);
	if (phone || len < 3 || len > 7)
		return phone;
	if (russian ? is_cut(run, digits) : len == 6)
		return SV_PHONE_NONE;
	put(out, "", digits);
	return len < 5 ? SV_PHONE_SHORT : SV_PHONE_LOCAL;
}

/* whether the first thing said was one digit, the trunk prefix or country */
static bool has_prefix(const struct sv_run *run, bool russian)
{
	int digit = run->atoms[0].len == 1 ? run->atoms[0].value : 0;

	return russian ? digit == 7 || digit == 8 : digit == 1;
}

/* the same words divided otherwise, where that makes a number of them */
static enum sv_phone divide(const struct sv_run *run, bool russian, char *out)
{
	char digits[LONG + 1];

	if (!fit(run, LONG - !has_prefix(run, russian), digits))
		return SV_PHONE_NONE;
	return classify(run, russian, digits, out);
}

enum sv_phone sv_phone_text(const struct sv_run *run, bool russian,
                            char out[SV_PHONE_TEXT])
{
	char digits[SV_RUN_TEXT];
	size_t len = sv_run_text(run, digits);
	enum sv_phone phone = SV_PHONE_NONE;

	out[0] = '\0';
	if (!run->n || run->scaled || run->too_long || len > 17)
		return SV_PHONE_NONE;
	if (len > 7 && len < LONG && !run->plus)
		phone = divide(run, russian, out);
	return phone ? phone : classify(run, russian, digits, out);
}
