/* conform: a JSON value, held against a JSON Schema */
#include "lib/conform.h"

#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "lib/conform_inside.h"
#include "lib/fail.h"
#include "lib/utf8.h"

enum { DEPTH = 64, STEPS = 100000 };

/* what is looked at, and where it is */
struct look {
	const json_t *root;
	char path[128];
	int depth;
	int *left;  /* steps: schemas that refer to themselves twice explode */
	bool quiet; /* nobody reads the sentence */
};

static int check(struct look *look, const json_t *schema, const json_t *value);

static int wrong(const struct look *look, const char *what)
{
	if (look->quiet)
		return EX_DATAERR;
	return sv_fail(EX_DATAERR, "%s %s", *look->path ? look->path : "it",
	               what);
}

/* one level deeper, at a name or an index */
static int check_at(struct look *look, const char *name, const json_t *schema,
                    const json_t *value)
{
	size_t len = strlen(look->path);
	int rc;

	snprintf(look->path + len, sizeof look->path - len, "/%s", name);
	look->path[sv_utf8_cut(look->path, strlen(look->path),
	                       sizeof look->path - 1)] = '\0';
	rc = check(look, schema, value);
	if (!rc)
		look->path[len] = '\0';
	return rc;
}

/* --- any value --- */

static bool is_whole(const json_t *value)
{
	double real = json_number_value(value);

	return json_is_integer(value) ||
	       (json_is_real(value) && fabs(real) < 1e15 &&
	        floor(real) == real);
}

static bool is_type(const json_t *value, const char *type)
{
	return (!strcmp(type, "object") && json_is_object(value)) ||
	       (!strcmp(type, "array") && json_is_array(value)) ||
	       (!strcmp(type, "string") && json_is_string(value)) ||
	       (!strcmp(type, "integer") && is_whole(value)) ||
	       (!strcmp(type, "number") && json_is_number(value)) ||
	       (!strcmp(type, "boolean") && json_is_boolean(value)) ||
	       (!strcmp(type, "null") && json_is_null(value));
}

static int check_type(const struct look *look, const json_t *types,
                      const json_t *value)
{
	char sentence[64];
	json_t *type;
	size_t i;

	if (!types)
		return 0;
	if (json_is_string(types)) {
		if (is_type(value, json_string_value(types)))
			return 0;
		snprintf(sentence, sizeof sentence, "is to be of type %s",
		         json_string_value(types));
		return wrong(look, sentence);
	}
	json_array_foreach (types, i, type) {
		if (json_is_string(type) &&
		    is_type(value, json_string_value(type)))
			return 0;
	}
	return wrong(look, "is of none of the types that it may have");
}

/* 1 and 1.0 are the same */
static bool is_same(const json_t *one, const json_t *two)
{
	if (json_is_number(one) && json_is_number(two))
		return fabs(json_number_value(one) - json_number_value(two)) <=
		       0;
	return json_equal(one, two);
}

static bool is_among(const json_t *list, const json_t *value, size_t before)
{
	for (size_t i = 0; i < before; i++)
		if (is_same(json_array_get(list, i), value))
			return true;
	return false;
}

static int check_enum(const struct look *look, const json_t *schema,
                      const json_t *value)
{
	const json_t *list = json_object_get(schema, "enum");
	const json_t *one = json_object_get(schema, "const");

	if (list && !is_among(list, value, json_array_size(list)))
		return wrong(look, "is none of the values that it may have");
	if (one && !is_same(one, value))
		return wrong(look, "is not the one value that it may have");
	return 0;
}

/* --- numbers and strings --- */

static bool has(const json_t *schema, const char *key, double *limit)
{
	const json_t *value = json_object_get(schema, key);

	*limit = json_number_value(value);
	return json_is_number(value);
}

static int check_number(const struct look *look, const json_t *schema,
                        double number)
{
	double limit;

	if ((has(schema, "minimum", &limit) && number < limit) ||
	    (has(schema, "exclusiveMinimum", &limit) && number <= limit))
		return wrong(look, "is too small");
	if ((has(schema, "maximum", &limit) && number > limit) ||
	    (has(schema, "exclusiveMaximum", &limit) && number >= limit))
		return wrong(look, "is too large");
	if (has(schema, "multipleOf", &limit) && limit > 0 &&
	    fabs(remainder(number, limit)) > limit * 1e-9)
		return wrong(look, "is no multiple of what it is to be");
	return 0;
}

static int check_size(const struct look *look, const json_t *schema,
                      const char *const keys[2], size_t size)
{
	double limit;

	if (has(schema, keys[0], &limit) && (double)size < limit)
		return wrong(look, "is too short");
	if (has(schema, keys[1], &limit) && (double)size > limit)
		return wrong(look, "is too long");
	return 0;
}

static int check_string(const struct look *look, const json_t *schema,
                        const json_t *value)
{
	static const char *const keys[] = { "minLength", "maxLength" };
	const char *text = json_string_value(value);
	const char *pattern =
		json_string_value(json_object_get(schema, "pattern"));
	regex_t regex;
	int rc = check_size(look, schema, keys,
	                    sv_utf8_count(text, json_string_length(value)));

	if (rc || !pattern || !conform_pattern(&regex, pattern))
		return rc;
	if (regexec(&regex, text, 0, NULL, 0))
		rc = wrong(look, "does not have the form that it is to have");
	regfree(&regex);
	return rc;
}

/* --- objects and arrays --- */

static int check_others(struct look *look, const json_t *schema,
                        const json_t *value)
{
	const json_t *others = json_object_get(schema, "additionalProperties");
	const json_t *known = json_object_get(schema, "properties");
	json_t *item;
	const char *key;
	int rc = 0;

	if (!others || json_is_true(others))
		return 0;
	json_object_foreach ((json_t *)(uintptr_t)value, key, item) {
		if (json_object_get(known, key))
			continue;
		if (json_is_false(others))
			return wrong(look, "has a property that it may not "
			                   "have");
		rc = check_at(look, key, others, item);
		if (rc)
			break;
	}
	return rc;
}

static int check_object(struct look *look, const json_t *schema,
                        const json_t *value)
{
	static const char *const keys[] = { "minProperties", "maxProperties" };
	json_t *item, *name;
	const char *key;
	char sentence[128];
	size_t i;
	int rc = check_size(look, schema, keys, json_object_size(value));

	json_array_foreach (json_object_get(schema, "required"), i, name) {
		if (rc || !json_is_string(name) ||
		    json_object_get(value, json_string_value(name)))
			continue;
		snprintf(sentence, sizeof sentence, "has no \"%.*s\"",
		         (int)sv_utf8_cut(json_string_value(name),
		                          json_string_length(name), 64),
		         json_string_value(name));
		rc = wrong(look, sentence);
	}
	json_object_foreach (json_object_get(schema, "properties"), key, item) {
		const json_t *member = json_object_get(value, key);

		if (!rc && member)
			rc = check_at(look, key, item, member);
	}
	return rc ? rc : check_others(look, schema, value);
}

static int check_array(struct look *look, const json_t *schema,
                       const json_t *value)
{
	static const char *const keys[] = { "minItems", "maxItems" };
	const json_t *items = json_object_get(schema, "items");
	bool unique = json_is_true(json_object_get(schema, "uniqueItems"));
	json_t *item;
	char index[24];
	size_t i;
	int rc = check_size(look, schema, keys, json_array_size(value));

	json_array_foreach (value, i, item) {
		snprintf(index, sizeof index, "%zu", i);
		if (!rc && items)
			rc = check_at(look, index, items, item);
		if (!rc && unique && is_among(value, item, i))
			rc = wrong(look, "has an item twice");
	}
	return rc;
}

/* --- schemas of schemas --- */

/* how many of the list the value is */
static size_t count(struct look *look, const json_t *list, const json_t *value)
{
	struct look inside = *look;
	json_t *schema;
	size_t n = 0, i;

	inside.quiet = true;
	json_array_foreach (list, i, schema)
		n += !check(&inside, schema, value);
	return n;
}

static int check_all(struct look *look, const json_t *schema,
                     const json_t *value)
{
	const json_t *none = json_object_get(schema, "not");
	json_t *each, *list;
	size_t i;
	int rc = 0;

	json_array_foreach (json_object_get(schema, "allOf"), i, each) {
		if (!rc)
			rc = check(look, each, value);
	}
	list = json_object_get(schema, "anyOf");
	if (!rc && list && !count(look, list, value))
		rc = wrong(look, "is nothing of what it may be");
	list = json_object_get(schema, "oneOf");
	if (!rc && list && count(look, list, value) != 1)
		rc = wrong(look, "is not just one of what it may be");
	if (!rc && none) {
		struct look inside = *look;

		inside.quiet = true;
		if (!check(&inside, none, value))
			rc = wrong(look, "is what it may not be");
	}
	return rc;
}

static int check_value(struct look *look, const json_t *schema,
                       const json_t *value)
{
	int rc = check_type(look, json_object_get(schema, "type"), value);

	if (!rc)
		rc = check_enum(look, schema, value);
	if (!rc && json_is_number(value))
		rc = check_number(look, schema, json_number_value(value));
	if (!rc && json_is_string(value))
		rc = check_string(look, schema, value);
	if (!rc && json_is_object(value))
		rc = check_object(look, schema, value);
	if (!rc && json_is_array(value))
		rc = check_array(look, schema, value);
	return rc ? rc : check_all(look, schema, value);
}

static int check(struct look *look, const json_t *schema, const json_t *value)
{
	const json_t *ref = json_object_get(schema, "$ref");
	int rc;

	if (json_is_false(schema))
		return wrong(look, "may not be there");
	if (!json_is_object(schema))
		return 0;
	if (look->depth == DEPTH || --*look->left < 0)
		return wrong(look, "lies too deep");
	look->depth++;
	rc = check_value(look, schema, value);
	if (!rc && json_is_string(ref))
		rc = check(look,
		           conform_ref(look->root, json_string_value(ref)),
		           value);
	look->depth--;
	return rc;
}

int sv_conform(const json_t *schema, const json_t *value)
{
	int left = STEPS;
	struct look look = { .root = schema, .left = &left };

	return check(&look, schema, value);
}
