/* conform_schema: whether a schema is one */
#include <stdio.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/conform.h"
#include "lib/conform_inside.h"
#include "lib/fail.h"

enum { DEPTH = 64, PATTERN_MAX = 1024 };

/* --- what schemas point at --- */

/* POSIX has other names for \d, \w and \s; NULL: for this letter there is
 * none. within: of brackets */
static const char *class_of(char letter, bool within)
{
	switch (letter) {
	case 'd':
		return within ? "0-9" : "[0-9]";
	case 'w':
		return within ? "0-9A-Za-z_" : "[0-9A-Za-z_]";
	case 's':
		return within ? "[:space:]" : "[[:space:]]";
	default:
		return NULL;
	}
}

/* what stands behind a backslash, which within brackets is itself there */
static int add_escape(struct sv_buf *out, char letter, bool within)
{
	const char *class = class_of(letter, within);
	int rc = 0;

	if (class)
		return sv_buf_puts(out, class);
	if (!within)
		rc = sv_buf_putc(out, '\\');
	return rc ? rc : sv_buf_putc(out, letter);
}

static int translate(struct sv_buf *out, const char *pattern)
{
	bool within = false;
	int rc = 0;

	for (const char *p = pattern; *p && !rc; p++) {
		if (*p == '\\' && p[1]) {
			rc = add_escape(out, *++p, within);
			continue;
		}
		/* a class of bytes would be none of letters */
		if (within && (unsigned char)*p >= 0x80)
			return EX_DATAERR;
		if (*p == '(' && p[1] == '?')
			return EX_DATAERR;
		within = (*p == '[' || within) && *p != ']';
		rc = sv_buf_putc(out, *p);
	}
	return rc;
}

/* "(?:" and lookahead POSIX has not. */
bool conform_pattern(regex_t *regex, const char *pattern)
{
	struct sv_buf out;
	int rc;

	sv_buf_init(&out, PATTERN_MAX);
	rc = translate(&out, pattern);
	if (!rc)
		rc = regcomp(regex, sv_buf_str(&out), REG_EXTENDED | REG_NOSUB);
	sv_buf_release(&out);
	return !rc;
}

const json_t *conform_ref(const json_t *root, const char *ref)
{
	const json_t *at = root;
	char name[128];

	if (*ref++ != '#')
		return NULL;
	while (*ref == '/' && at) {
		size_t len = strcspn(++ref, "/");

		snprintf(name, sizeof name, "%.*s", (int)len, ref);
		at = len < sizeof name ? json_object_get(at, name) : NULL;
		ref += len;
	}
	return *ref ? NULL : at;
}

/* --- is it one? --- */

static int check(const json_t *root, const json_t *schema, int depth);

static int bad(const char *key, const char *what)
{
	return sv_fail(EX_CONFIG, "the schema's \"%s\" %s", key, what);
}

static bool is_type(const json_t *value)
{
	static const char *const types[] = { "object",  "array",  "string",
		                             "integer", "number", "boolean",
		                             "null" };

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (json_is_string(value) &&
		    !strcmp(json_string_value(value), types[i]))
			return true;
	return false;
}

static int check_type(const json_t *types)
{
	json_t *type;
	size_t i;

	if (!types || is_type(types))
		return 0;
	if (!json_array_size(types))
		return bad("type", "is no type");
	json_array_foreach (types, i, type) {
		if (!is_type(type))
			return bad("type", "has something that is no type");
	}
	return 0;
}

static const struct {
	const char *key;
	json_type type;
	const char *is_not;
} shapes[] = {
	{ "enum", JSON_ARRAY, "is no list" },
	{ "required", JSON_ARRAY, "is no list" },
	{ "properties", JSON_OBJECT, "is no object" },
	{ "$defs", JSON_OBJECT, "is no object" },
	{ "definitions", JSON_OBJECT, "is no object" },
	{ "anyOf", JSON_ARRAY, "is no list" },
	{ "oneOf", JSON_ARRAY, "is no list" },
	{ "allOf", JSON_ARRAY, "is no list" },
	{ "pattern", JSON_STRING, "is no text" },
	{ "$ref", JSON_STRING, "is no text" },
};

static int check_shapes(const json_t *schema)
{
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		const json_t *value = json_object_get(schema, shapes[i].key);

		if (value && json_typeof(value) != shapes[i].type)
			return bad(shapes[i].key, shapes[i].is_not);
	}
	return 0;
}

static int check_pointers(const json_t *root, const json_t *schema)
{
	const char *ref = json_string_value(json_object_get(schema, "$ref"));
	const char *pattern =
		json_string_value(json_object_get(schema, "pattern"));
	regex_t regex;

	if (ref && !conform_ref(root, ref))
		return bad("$ref", "leads nowhere within the schema");
	if (pattern && !conform_pattern(&regex, pattern))
		return bad("pattern", "is no POSIX extended expression");
	if (pattern)
		regfree(&regex);
	return 0;
}

static int check_members(const json_t *root, json_t *members, int depth)
{
	const char *name;
	json_t *member;
	size_t i;
	int rc = 0;

	json_object_foreach (members, name, member) {
		if (!rc)
			rc = check(root, member, depth);
	}
	json_array_foreach (members, i, member) {
		if (!rc)
			rc = check(root, member, depth);
	}
	return rc;
}

static int check(const json_t *root, const json_t *schema, int depth)
{
	static const char *const many[] = { "properties",  "$defs",
		                            "definitions", "anyOf",
		                            "oneOf",       "allOf" };
	static const char *const one[] = { "items", "not",
		                           "additionalProperties" };
	int rc;

	if (json_is_boolean(schema))
		return 0;
	if (!json_is_object(schema))
		return sv_fail(EX_CONFIG, "a schema is an object");
	if (depth == DEPTH)
		return sv_fail(EX_CONFIG, "the schema is too deep");
	rc = check_type(json_object_get(schema, "type"));
	if (!rc)
		rc = check_shapes(schema);
	if (!rc)
		rc = check_pointers(root, schema);
	for (size_t i = 0; !rc && i < sizeof many / sizeof *many; i++)
		rc = check_members(root, json_object_get(schema, many[i]),
		                   depth + 1);
	for (size_t i = 0; !rc && i < sizeof one / sizeof *one; i++) {
		const json_t *inner = json_object_get(schema, one[i]);

		if (inner)
			rc = check(root, inner, depth + 1);
	}
	return rc;
}

int sv_conform_check(const json_t *schema)
{
	return check(schema, schema, 0);
}

/* --- is it strict? --- */

static bool is_strict(json_t *schema, int depth);

static bool are_strict(json_t *members, int depth)
{
	const char *name;
	json_t *member;
	size_t i;

	json_object_foreach (members, name, member) {
		if (!is_strict(member, depth))
			return false;
	}
	json_array_foreach (members, i, member) {
		if (!is_strict(member, depth))
			return false;
	}
	return true;
}

static bool requires_all(const json_t *schema)
{
	json_t *properties = json_object_get(schema, "properties"), *member;
	const json_t *required = json_object_get(schema, "required"), *each;
	const char *name;

	json_object_foreach (properties, name, member) {
		size_t i = 0;

		for (; i < json_array_size(required); i++) {
			each = json_array_get(required, i);
			if (json_is_string(each) &&
			    !strcmp(json_string_value(each), name))
				break;
		}
		if (i == json_array_size(required))
			return false;
	}
	return json_is_false(json_object_get(schema, "additionalProperties"));
}

/* the keys that strict schemas do not know at OpenAI */
static bool has_unknown(const json_t *schema)
{
	static const char *const unknown[] = { "oneOf",         "allOf",
		                               "not",           "minProperties",
		                               "maxProperties", "uniqueItems" };

	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
		if (json_object_get(schema, unknown[i]))
			return true;
	return false;
}

static bool is_strict(json_t *schema, int depth)
{
	json_t *items = json_object_get(schema, "items");
	const char *type = json_string_value(json_object_get(schema, "type"));
	bool object = json_object_get(schema, "properties") ||
	              (type && !strcmp(type, "object"));

	if (!json_is_object(schema) || depth == DEPTH || has_unknown(schema) ||
	    (object && !requires_all(schema)) ||
	    (items && !is_strict(items, depth + 1)))
		return false;
	return are_strict(json_object_get(schema, "properties"), depth + 1) &&
	       are_strict(json_object_get(schema, "$defs"), depth + 1) &&
	       are_strict(json_object_get(schema, "anyOf"), depth + 1);
}

bool sv_conform_strict(const json_t *schema)
{
	json_t *copy = json_deep_copy(schema);
	const char *type = json_string_value(json_object_get(schema, "type"));
	bool strict = type && !strcmp(type, "object") && is_strict(copy, 0);

	json_decref(copy);
	return strict;
}
