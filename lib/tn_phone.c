/* tn_phone.c: where a telephone number stands and how it is grouped */
#include <string.h>

#include "lib/tn.h"

enum { WRITTEN_MAX = 8, DIGITS_MAX = 15, DIGITS_MIN = 8 };

/* the groups as they are written */
struct written {
	int n;
	const char *groups[WRITTEN_MAX];
	size_t ends[WRITTEN_MAX];
	int marks[WRITTEN_MAX]; /* hyphens and brackets up to this group */
};

static bool is_mark(const struct tn *tn, size_t i, bool dots)
{
	return tn_is_dash(tn, i) || tn_is_sign(tn, i, '(') ||
	       tn_is_sign(tn, i, ')') || (dots && tn_is_sign(tn, i, '.'));
}

static void collect(const struct tn *tn, size_t i, bool dots,
                    struct written *written)
{
	int marks = 0, gap = 0;

	for (; written->n < WRITTEN_MAX && gap < 4; i++) {
		const struct tn_token *token = tn_at(tn, i);

		if (token->kind == TN_NUMBER) {
			written->groups[written->n] = token->lower;
			written->ends[written->n] = i + 1;
			written->marks[written->n++] = marks;
			gap = 0;
		} else if (is_mark(tn, i, dots)) {
			marks++;
			gap++;
		} else if (token->kind == TN_SPACE && token->len <= 3 &&
		           token->code != '\n') {
			gap++;
		} else {
			return;
		}
	}
}

/* "3-3-4" of the first n groups, up to 9 digits each */
static void shape(const struct written *written, int n, char *out)
{
	int i;

	for (i = 0; i < n; i++) {
		size_t len = strlen(written->groups[i]);

		*out++ = len > 9 ? '+' : (char)('0' + len);
	}
	*out = '\0';
}

static size_t digits_of(const struct written *written, int n, char *out)
{
	size_t len = 0;
	int i;

	for (i = 0; i < n; i++) {
		size_t more = strlen(written->groups[i]);

		if (len + more > DIGITS_MAX)
			return 0;
		memcpy(out + len, written->groups[i], more);
		len += more;
	}
	out[len] = '\0';
	return len;
}

static bool is_russian(const char *digits, size_t len, const char *form,
                       int marks)
{
	if (len == 11 && strchr("78", *digits))
		return form[1] == '\0' || tn_among(form, "13322 1334 1337 137 "
		                                         "1+ 13232 13223 1433 "
		                                         "14322 15222 1352");
	if (len == 10)
		return marks && tn_among(form, "3322 334 37 4222 433 5222 442");
	return marks >= 2 && tn_among(form, "322 222");
}

static bool is_american(const struct tn *tn, size_t i, const char *digits,
                        const char *form, int marks)
{
	if (tn_among(form, "334"))
		return marks > 0;
	if (tn_among(form, "1334"))
		return *digits == '1' || *digits == '7' || *digits == '8';
	return marks && tn_among(form, "34") &&
	       tn_in(tn, tn_before(tn, i),
	             "call phone tel dial at on number is");
}

static bool ends_well(const struct tn *tn, size_t end)
{
	const struct tn_token *next = tn_at(tn, end + 1);

	if (tn_is_word(tn, end) || tn_at(tn, end)->kind == TN_NUMBER)
		return false;
	return next->kind != TN_NUMBER ||
	       !strchr(".,:-/", tn_at(tn, end)->lower[0]);
}

static void group(struct tn_phone *phone, const char *digits, const char *sizes)
{
	for (; *sizes && *digits && phone->n < TN_GROUPS_MAX; sizes++) {
		size_t n = strnlen(digits, *sizes - '0');

		memcpy(phone->groups[phone->n], digits, n);
		phone->groups[phone->n++][n] = '\0';
		digits += n;
	}
}

/* The groups of a foreign number as they are written, fours as two pairs where
 * numerals are said; "" when they are of no use. */
static void as_written(const struct written *written, int n, bool russian,
                       char *sizes)
{
	char *at = sizes;
	int i;

	for (i = 0; i < n && at < sizes + TN_GROUPS_MAX - 1; i++) {
		size_t len = strlen(written->groups[i]);

		if (len > 4) {
			*sizes = '\0';
			return;
		}
		if (len == 4 && russian) {
			*at++ = '2';
			len = 2;
		}
		*at++ = (char)('0' + len);
	}
	*at = '\0';
	if (i < n)
		*sizes = '\0';
}

/* How len digits are said when nothing better is known. */
static const char *sizes_for(size_t len, const char *digits, bool russian,
                             const char *written)
{
	static const char *const plain[] = {
		[6] = "222",    [7] = "322",    [8] = "332",   [9] = "333",
		[10] = "3322",  [11] = "3332",  [12] = "3333", [13] = "33322",
		[14] = "33332", [15] = "33333",
	};

	if (len == 11 && (russian || *digits == '7') && strchr("78", *digits))
		return "13322";
	if (len == 11 && *digits == '1')
		return russian ? "13322" : "1334";
	if (*written)
		return written;
	if (len == 10 && !russian)
		return "334";
	return len == 7 && !russian ? "34" : plain[len];
}

bool tn_phone(const struct tn *tn, size_t i, bool russian,
              struct tn_phone *phone)
{
	struct written written = { 0 };
	char digits[DIGITS_MAX + 1] = "", form[WRITTEN_MAX + 1];
	char sizes[TN_GROUPS_MAX + 1] = "";
	int n;

	memset(phone, 0, sizeof *phone);
	phone->plus = tn_is_sign(tn, i, '+');
	collect(tn, i + phone->plus, !russian, &written);
	for (n = written.n; n > 0; n--) {
		size_t len = digits_of(&written, n, digits);
		int marks = written.marks[n - 1];
		bool fits;

		shape(&written, n, form);
		fits = phone->plus ? len >= DIGITS_MIN
		       : russian   ? is_russian(digits, len, form, marks)
		                   : is_american(tn, i, digits, form, marks);
		if (len < 6 || !fits || !ends_well(tn, written.ends[n - 1]))
			continue;
		if (phone->plus && n > 2)
			as_written(&written, n, russian, sizes);
		group(phone, digits, sizes_for(len, digits, russian, sizes));
		phone->end = written.ends[n - 1];
		return true;
	}
	return false;
}
