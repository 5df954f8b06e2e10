/* portal_value: what PHP makes of values */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/crm/portal.h"

enum { WORD = 32 };

double portal_real(const json_t *value)
{
	const char *text = json_string_value(value);
	double number;
	char *end;

	if (!text)
		return json_number_value(value);
	number = strtod(text, &end);
	if (end == text || end[strspn(end, " ")] || !isfinite(number))
		return 0;
	return number;
}

int64_t portal_int(const json_t *value)
{
	const char *text = json_string_value(value);
	double number;
	char *end;
	long long n;

	if (json_is_integer(value))
		return json_integer_value(value);
	if (text) {
		n = strtoll(text, &end, 10);
		if (end > text && !end[strspn(end, " ")])
			return n;
	}
	number = portal_real(value); /* "15000.00" */
	if (!(number > -9e18 && number < 9e18))
		return 0;
	return (int64_t)number;
}

char *portal_text(const json_t *value)
{
	char *text;

	if (json_is_string(value))
		return sv_strdup(json_string_value(value));
	if (json_is_integer(value))
		return sv_format("%lld", (long long)json_integer_value(value));
	if (!json_is_real(value))
		return NULL;
	text = sv_format("%.15g", json_real_value(value));
	if (strtod(text, NULL) == json_real_value(value))
		return text;
	free(text);
	return sv_format("%.17g", json_real_value(value));
}

bool portal_yes(const json_t *value)
{
	const char *text = json_string_value(value);

	if (text)
		return !strcmp(text, "Y") || !strcmp(text, "y") ||
		       !strcmp(text, "1") || !strcmp(text, "true");
	return json_is_true(value) || json_number_value(value) != 0;
}

json_t *portal_at(const json_t *map, const char *key)
{
	char *end;
	unsigned long i;

	if (!json_is_array(map))
		return json_object_get(map, key);
	i = strtoul(key, &end, 10);
	if (*key < '0' || *key > '9' || *end)
		return NULL;
	return json_array_get(map, i);
}

static int64_t own_id(const json_t *object)
{
	const json_t *id = json_object_get(object, "id");

	if (!id)
		id = json_object_get(object, "ID");
	return portal_int(id);
}

int64_t portal_id(const json_t *result)
{
	static const char *const wrappers[] = { "item", "task", "result" };
	int64_t id = own_id(result);

	if (!json_is_object(result))
		return portal_int(result);
	for (size_t i = 0; !id && i < sizeof wrappers / sizeof *wrappers; i++)
		id = own_id(json_object_get(result, wrappers[i]));
	return id;
}

json_t *portal_rows(const json_t *result, const char *rows)
{
	json_t *from = rows ? json_object_get(result, rows) : NULL;
	json_t *list = json_array(), *row;
	const char *key;

	if (!rows)
		json_array_extend(list, (json_t *)(uintptr_t)result);
	json_array_extend(list, from);
	if (!json_is_object(from))
		return list;
	json_object_foreach (from, key, row) {
		json_array_append(list, row);
	}
	return list;
}
