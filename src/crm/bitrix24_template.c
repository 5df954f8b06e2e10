/* bitrix24_template.c: values filled from an entry's payload */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/buf.h"

#include "src/crm/bitrix24_map.h"

enum { TEXT_MAX = 1 << 20, PATH_MAX_LEN = 128 };

/* what payloads have, see record.c; slots and handoff have members */
static const char *const known[] = {
	"name",      "phone",   "email",  "company", "need",     "budget",
	"callback",  "outcome", "caller", "callee",  "scenario", "version",
	"language",  "handoff", "slots",  "time",    "status",   "source",
	"direction", "started", "text",   "title",   "reason",   "duration_ms",
	"recording", "said",    "turns",  "call",    "key",      "utm",
	NULL,
};

static void check_name(const char *name, size_t len, struct sv_place place,
                       struct sv_problems *problems)
{
	char first[PATH_MAX_LEN], hint[96];
	struct sv_guess guess = { .typed = first };
	const char *const *one;

	if (len >= sizeof first) {
		sv_problem_error(problems, place, "a name that is too long");
		return;
	}
	memcpy(first, name, len);
	first[len] = '\0';
	first[strcspn(first, ".")] = '\0';
	for (one = known; *one && strcmp(*one, first) != 0; one++)
		sv_guess_offer(&guess, *one);
	if (!*one)
		sv_problem_error(problems, place,
		                 "nothing is called '%s' here%s", first,
		                 sv_guess_hint(&guess, hint));
}

void bx_template_check(const char *text, struct sv_place place,
                       struct sv_problems *problems)
{
	size_t len;

	while (*(text += strcspn(text, "{}"))) {
		len = strcspn(text + 1, "{}");
		if (*text == '}' || text[1 + len] != '}') {
			sv_problem_error(problems, place,
			                 "a brace that has no other");
			return;
		}
		for (text++; *text != '}'; text += *text == '|') {
			len = strcspn(text, "|}");
			check_name(text, len, place, problems);
			text += len;
		}
		text++;
	}
}

static bool is_there(const json_t *value)
{
	if (json_is_string(value))
		return json_string_length(value) > 0;
	return json_is_number(value) || json_is_boolean(value);
}

/* the value at a path "slots.floor"; NULL when nothing is there */
static const json_t *at_path(const json_t *payload, const char *path,
                             size_t len)
{
	char name[PATH_MAX_LEN], *rest = name, *part;

	if (len >= sizeof name)
		return NULL;
	memcpy(name, path, len);
	name[len] = '\0';
	while ((part = strsep(&rest, ".")) && payload)
		payload = json_object_get(payload, part);
	return is_there(payload) || json_is_array(payload) ? payload : NULL;
}

/* the first of "a|b|c" that is there; *end at the closing brace */
static const json_t *first_of(const json_t *payload, const char *text,
                              const char **end)
{
	const json_t *found = NULL;

	for (;;) {
		size_t len = strcspn(text, "|}");

		if (!found)
			found = at_path(payload, text, len);
		text += len;
		if (*text != '|')
			break;
		text++;
	}
	*end = text;
	return found;
}

/* A value that would be taken for a reference to another one of a batch is
 * broken up: it comes from outside. */
static void add_outside(struct sv_buf *out, const char *text)
{
	static const char mark[] = "$result[";
	const char *at;

	while ((at = strcasestr(text, mark))) {
		sv_buf_add(out, text, (size_t)(at - text) + 1);
		sv_buf_putc(out, ' ');
		text = at + 1;
	}
	sv_buf_puts(out, text);
}

json_t *bx_outside(const json_t *value)
{
	json_t *copy, *part;
	struct sv_buf text;
	const char *key;
	size_t i;

	if (json_is_string(value)) {
		sv_buf_init(&text, TEXT_MAX);
		add_outside(&text, json_string_value(value));
		copy = json_string(sv_buf_str(&text));
		sv_buf_release(&text);
		return copy;
	}
	if (!json_is_object(value) && !json_is_array(value))
		return json_deep_copy(value);
	copy = json_is_object(value) ? json_object() : json_array();
	json_array_foreach (value, i, part) {
		json_array_append_new(copy, bx_outside(part));
	}
	json_object_foreach ((json_t *)(uintptr_t)value, key, part) {
		json_object_set_new(copy, key, bx_outside(part));
	}
	return copy;
}

static void add_one(struct sv_buf *out, const json_t *value)
{
	if (json_is_string(value))
		add_outside(out, json_string_value(value));
	else if (json_is_integer(value))
		sv_buf_printf(out, "%lld",
		              (long long)json_integer_value(value));
	else if (json_is_real(value))
		sv_buf_printf(out, "%.12g", json_real_value(value));
	else if (json_is_boolean(value))
		sv_buf_puts(out, json_is_true(value) ? "Y" : "N");
}

/* a value, or those of a list */
static void add_value(struct sv_buf *out, const json_t *value)
{
	size_t i;

	if (!json_is_array(value))
		add_one(out, value);
	for (i = 0; i < json_array_size(value); i++) {
		if (i)
			sv_buf_puts(out, ", ");
		add_one(out, json_array_get(value, i));
	}
}

/* what stood between two names one of which is not there */
static char *trimmed(const char *text)
{
	static const char ends[] = " \t:,;-|/";
	size_t start = strspn(text, ends), len = strlen(text);

	while (len > start && strchr(ends, text[len - 1]))
		len--;
	return sv_strndup(text + start, len - start);
}

/* how many were filled and how many were not there */
static void fill(struct sv_buf *out, const char *text, const json_t *payload,
                 int counts[2])
{
	size_t len;

	for (;;) {
		const json_t *value;

		len = strcspn(text, "{");
		sv_buf_add(out, text, len);
		text += len;
		if (!*text)
			return;
		value = first_of(payload, text + 1, &text);
		counts[value != NULL]++;
		if (value)
			add_value(out, value);
		text += *text == '}';
	}
}

static char *filled(const char *text, const json_t *payload, int counts[2])
{
	struct sv_buf out;
	char *trim;

	sv_buf_init(&out, TEXT_MAX);
	fill(&out, text, payload, counts);
	if (!counts[0])
		return sv_buf_take(&out);
	trim = trimmed(sv_buf_str(&out));
	sv_buf_release(&out);
	return trim;
}

char *bx_template_text(const char *text, const json_t *payload)
{
	int counts[2] = { 0 };

	return filled(text, payload, counts);
}

/* of "{a|b}" and nothing around it: what it names, as it is */
static const json_t *alone(const char *text, const json_t *payload)
{
	const json_t *value;
	const char *end;

	if (*text != '{')
		return NULL;
	value = first_of(payload, text + 1, &end);
	return !strcmp(end, "}") && !json_is_string(value) ? value : NULL;
}

json_t *bx_template(const char *text, const json_t *payload)
{
	const json_t *value = alone(text, payload);
	int counts[2] = { 0 };
	json_t *made = NULL;
	char *out;

	if (json_is_number(value) || json_is_boolean(value))
		return json_deep_copy(value);
	out = filled(text, payload, counts);
	if (*out && (counts[1] || !counts[0]))
		made = json_string(out);
	free(out);
	return made;
}
