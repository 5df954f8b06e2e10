/* expect.c: what a question expects, and whether a text answers it in full */
#include "src/asr/expect.h"

#include <ctype.h>
#include <string.h>

#include "lib/text.h"

enum { TEXT_MAX = 16384 };

static const char *const names[EXPECT_KINDS] = {
	[EXPECT_FREE] = "free",     [EXPECT_YESNO] = "yesno",
	[EXPECT_NUMBER] = "number", [EXPECT_PHONE] = "phone",
	[EXPECT_EMAIL] = "email",   [EXPECT_NAME] = "name",
	[EXPECT_DATE] = "date",     [EXPECT_TIME] = "time",
	[EXPECT_CHOICE] = "choice", [EXPECT_DIGITS] = "digits",
};

const char *expect_name(enum expect_kind kind)
{
	return names[kind];
}

enum expect_kind expect_find(const char *name)
{
	int kind = 0;

	while (kind < EXPECT_KINDS && strcmp(names[kind], name) != 0)
		kind++;
	return (enum expect_kind)kind;
}

/* the strings among the hints, an array of our own; NULL when there are none */
static json_t *read_hints(const json_t *fields)
{
	const json_t *given = json_object_get(fields, "hints");
	json_t *hints = json_array();
	json_t *hint;
	size_t i;

	json_array_foreach (given, i, hint) {
		if (json_is_string(hint) && *json_string_value(hint))
			json_array_append(hints, hint);
	}
	if (json_array_size(hints))
		return hints;
	json_decref(hints);
	return NULL;
}

void expect_read(struct expect *expect, const json_t *fields)
{
	const char *kind = json_string_value(json_object_get(fields, "expect"));
	const char *language =
		json_string_value(json_object_get(fields, "language"));
	json_int_t digits =
		json_integer_value(json_object_get(fields, "digits"));

	expect->kind = kind ? expect_find(kind) : EXPECT_FREE;
	if (expect->kind == EXPECT_KINDS)
		expect->kind = EXPECT_FREE;
	expect->digits = digits > 0 && digits < 100 ? (int)digits : 0;
	json_decref(expect->hints);
	expect->hints = read_hints(fields);
	expect->closed = json_is_true(json_object_get(fields, "closed")) &&
	                 expect->hints;
	if (language && (!strcmp(language, "ru") || !strcmp(language, "en")))
		memcpy(expect->language, language, sizeof expect->language);
}

void expect_release(struct expect *expect)
{
	json_decref(expect->hints);
	expect->hints = NULL;
}

/* The digits said, by the text layer; "" when there are none. Lent by buf. */
static const char *digits_in(const struct expect *expect, const char *text,
                             struct sv_buf *buf)
{
	sv_buf_init(buf, TEXT_MAX);
	if (sv_itn(expect->language, SV_ITN_DIGITS, NULL, text, buf))
		sv_buf_cut(buf, 0);
	return sv_buf_str(buf);
}

/* A national number: Russia's has ten digits after 8 or 7, North America's ten
 * after an optional 1. */
static size_t phone_length(const struct expect *expect, const char *digits)
{
	if (!strcmp(expect->language, "ru"))
		return *digits == '7' || *digits == '8' ? 11 : 10;
	return *digits == '1' ? 11 : 10;
}

static bool enough_digits(const struct expect *expect, const char *text)
{
	struct sv_buf buf;
	const char *digits = digits_in(expect, text, &buf);
	size_t n = 0;
	size_t want = (size_t)expect->digits;
	const char *at;

	for (at = digits; *at; at++)
		n += isdigit((unsigned char)*at) != 0;
	if (!want && expect->kind == EXPECT_PHONE)
		want = phone_length(expect, digits);
	sv_buf_release(&buf);
	return want && n >= want;
}

bool expect_complete(const struct expect *expect, const char *text)
{
	if (expect->kind != EXPECT_PHONE && expect->kind != EXPECT_DIGITS)
		return false;
	return *text && enough_digits(expect, text);
}
