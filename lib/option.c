/* option: the types an option can have */
#include "lib/option.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/pcm.h"

int sv_str(const char *value, void *target)
{
	*(const char **)target = value;
	return 0;
}

int sv_flag(const char *value, void *target)
{
	static const char *const yes[] = { "1", "yes", "true", "on" };
	static const char *const no[] = { "0", "no", "false", "off", "" };
	bool *flag = target;

	if (!value) {
		*flag = true;
		return 0;
	}
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		if (!strcmp(value, yes[i])) {
			*flag = true;
			return 0;
		}
	}
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		if (!strcmp(value, no[i])) {
			*flag = false;
			return 0;
		}
	}
	return sv_fail(EX_USAGE, "'%s' is neither yes nor no", value);
}

int sv_int(const char *value, void *target)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(value, &end, 10);
	if (*value < '0' || *value > '9' || *end || errno || n > INT_MAX)
		return sv_fail(EX_USAGE, "'%s' is not a whole number", value);
	*(int *)target = (int)n;
	return 0;
}

int sv_ms(const char *value, void *target)
{
	static const struct {
		const char *unit;
		double ms;
	} units[] = { { "ms", 1 }, { "s", 1e3 }, { "m", 6e4 }, { "h", 3.6e6 } };

	char *end;
	double number;

	if (*value < '0' || *value > '9' || strpbrk(value, "xXeEpP"))
		goto bad;
	number = strtod(value, &end);
	if (!strcmp(value, "0")) {
		*(int *)target = 0;
		return 0;
	}
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (strcmp(end, units[i].unit) != 0)
			continue;
		if (number * units[i].ms > INT_MAX)
			goto bad;
		*(int *)target = (int)(number * units[i].ms + 0.5);
		return 0;
	}
bad:
	return sv_fail(EX_USAGE,
	               "'%s' is not a time with its unit, such as 250ms or 2s",
	               value);
}

int sv_hz(const char *value, void *target)
{
	int hz = 0;

	if (sv_int(value, &hz) || !sv_rate_valid(hz))
		return sv_fail(
			EX_USAGE,
			"'%s' is not a rate: 8000, 16000, 24000 or 48000",
			value);
	*(int *)target = hz;
	return 0;
}

int sv_lang(const char *value, void *target)
{
	if (strcmp(value, "ru") != 0 && strcmp(value, "en") != 0)
		return sv_fail(EX_USAGE, "'%s' is not a language: ru or en",
		               value);
	return sv_str(value, target);
}

int sv_clock(const char *value, void *target)
{
	bool *by_call = target;

	*by_call = !strcmp(value, "call");
	if (*by_call || !strcmp(value, "wall"))
		return 0;
	return sv_fail(EX_USAGE, "'%s' is neither wall nor call", value);
}

int sv_add(const char *value, void *target)
{
	struct sv_list *list = target;

	list->items =
		sv_realloc(list->items, (list->n + 1) * sizeof *list->items);
	list->items[list->n++] = value;
	return 0;
}

int sv_pair(const char *value, void *target)
{
	const char *equals = strchr(value, '=');

	if (!equals || equals == value)
		return sv_fail(EX_USAGE, "'%s' is not KEY=VALUE", value);
	return sv_add(value, target);
}

const char *sv_list_get(const struct sv_list *list, const char *key)
{
	size_t len = strlen(key);

	for (size_t i = list->n; i; i--) {
		const char *item = list->items[i - 1];

		if (!strncmp(item, key, len) && item[len] == '=')
			return item + len + 1;
	}
	return NULL;
}

int sv_names(const char *value, void *target)
{
	struct sv_list *list = target;
	char *name, *next;

	list->n = 0; /* the command line replaces what the environment said */
	free(list->split);
	list->split = sv_strdup(value);
	for (name = list->split; name; name = next) {
		next = strchr(name, ',');
		if (next)
			*next++ = '\0';
		if (!*name)
			return sv_fail(EX_USAGE, "a name is missing in '%s'",
			               value);
		sv_add(name, list);
	}
	return 0;
}
