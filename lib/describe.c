/* describe: a command's options as JSON */
#include "lib/describe.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/fail.h"
#include "lib/option.h"

static json_t *text_of(const void *target)
{
	const char *const *text = target;

	return *text && **text ? json_string(*text) : NULL;
}

static json_t *flag_of(const void *target)
{
	return json_string(*(const bool *)target ? "yes" : "no");
}

static json_t *clock_of(const void *target)
{
	return json_string(*(const bool *)target ? "call" : "wall");
}

static json_t *number_of(const void *target)
{
	return json_sprintf("%d", *(const int *)target);
}

static json_t *time_of(const void *target)
{
	int ms = *(const int *)target;

	return ms % 1000 ? json_sprintf("%dms", ms)
	                 : json_sprintf("%ds", ms / 1000);
}

/* what the option is while nobody has said anything; NULL: not to be told */
static json_t *usual(const struct sv_option *option)
{
	static const struct {
		int (*parse)(const char *value, void *target);
		json_t *(*show)(const void *target);
	} types[] = {
		{ sv_str, text_of },   { sv_lang, text_of },
		{ sv_flag, flag_of },  { sv_clock, clock_of },
		{ sv_int, number_of }, { sv_hz, number_of },
		{ sv_ms, time_of },
	};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (option->parse == types[i].parse)
			return types[i].show(option->target);
	}
	return NULL;
}

static void add(json_t *list, const struct sv_option *option)
{
	char letter[2] = { (char)option->letter };

	json_array_append_new(
		list, json_pack("{s:s, s:s*, s:s*, s:s*, s:o*, s:s}", "name",
	                        option->name, "letter",
	                        option->letter ? letter : NULL, "variable",
	                        option->env, "value", option->arg, "default",
	                        usual(option), "help", option->help));
}

int sv_describe(const struct sv_command *command,
                const struct sv_option *common)
{
	const struct sv_option *option;
	json_t *list = json_array(), *whole;
	char *text;

	for (option = command->options; option && option->name; option++)
		add(list, option);
	for (option = common; option->name; option++)
		add(list, option);
	whole = json_pack("{s:s, s:s, s:o}", "program", command->name,
	                  "version", SV_VERSION, "options", list);
	text = json_dumps(whole, JSON_COMPACT);
	json_decref(whole);
	if (!text)
		return sv_fail(EX_SOFTWARE, "the options are no JSON");
	puts(text);
	free(text);
	return 0;
}
