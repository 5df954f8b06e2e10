/* field: the fields of a scanned line, by name and type */
#include <stdlib.h>
#include <string.h>

#include "src/report/scan.h"

bool span_is(struct span span, const char *text)
{
	return strlen(text) == span.len && !memcmp(span.text, text, span.len);
}

/* from the tree jansson made of the line: it joins the members */
static struct scan_member *from_root(struct scan *scan, const char *key)
{
	json_t *json = json_object_get(scan->root, key);
	struct scan_member *member = &scan->members[scan->n];

	if (!json || scan->n == SCAN_MEMBERS)
		return NULL;
	member->key = (struct span){ key, strlen(key) };
	member->kind = SCAN_OTHER;
	member->json = json_incref(json);
	scan->n++;
	return member;
}

static struct scan_member *find(struct scan *scan, const char *key)
{
	for (size_t i = 0; i < scan->n; i++) {
		if (span_is(scan->members[i].key, key))
			return &scan->members[i];
	}
	return scan->root ? from_root(scan, key) : NULL;
}

static json_t *parsed(struct scan_member *member)
{
	if (!member->json)
		member->json = json_loadb(member->value.text, member->value.len,
		                          JSON_DECODE_ANY, NULL);
	return member->json;
}

/* what to answer for a field that is not of its type: null is no field */
static bool refused(struct scan *scan, const char *key,
                    struct scan_member *member)
{
	if (member->kind == SCAN_STRING || !json_is_null(parsed(member)))
		scan->wrong = key;
	return false;
}

bool scan_string(struct scan *scan, const char *key, struct span *value)
{
	struct scan_member *member = find(scan, key);
	json_t *json;

	if (!member)
		return false;
	if (member->kind == SCAN_STRING) {
		*value = member->value;
		return true;
	}
	json = parsed(member);
	if (!json_is_string(json))
		return refused(scan, key, member);
	*value = (struct span){ json_string_value(json),
		                json_string_length(json) };
	return true;
}

bool scan_integer(struct scan *scan, const char *key, int64_t *value)
{
	struct scan_member *member = find(scan, key);
	json_t *json;

	if (!member)
		return false;
	if (member->kind == SCAN_INTEGER) {
		*value = strtoll(member->value.text, NULL, 10);
		return true;
	}
	json = member->kind == SCAN_STRING ? NULL : parsed(member);
	if (!json_is_integer(json))
		return refused(scan, key, member);
	*value = json_integer_value(json);
	return true;
}

bool scan_number(struct scan *scan, const char *key, double *value)
{
	struct scan_member *member = find(scan, key);
	json_t *json;

	if (!member)
		return false;
	if (member->kind == SCAN_INTEGER || member->kind == SCAN_REAL) {
		*value = strtod(member->value.text, NULL);
		return true;
	}
	json = member->kind == SCAN_STRING ? NULL : parsed(member);
	if (!json_is_number(json))
		return refused(scan, key, member);
	*value = json_number_value(json);
	return true;
}

json_t *scan_json(struct scan *scan, const char *key)
{
	struct scan_member *member = find(scan, key);

	if (!member)
		return NULL;
	if (member->kind == SCAN_STRING) { /* its quotes stand around it */
		member->value.text--;
		member->value.len += 2;
		member->kind = SCAN_OTHER;
	}
	return parsed(member);
}
