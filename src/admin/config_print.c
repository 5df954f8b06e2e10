/* config_print: what is in force, as text */
#include "src/admin/config_print.h"

#include <stdio.h>

static const char *string(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static void print_program(const char *program, const json_t *options)
{
	json_t *option;
	size_t i;

	printf("%s\n", program);
	json_array_foreach (options, i, option) {
		const char *variable = string(option, "variable");

		if (*variable)
			printf("  %-24s %-24s %s\n", variable,
			       string(option, "value"), string(option, "from"));
	}
}

static void print_named(const char *title, json_t *named)
{
	const char *name;
	json_t *set;

	if (json_object_size(named))
		printf("%s\n", title);
	json_object_foreach (named, name, set) {
		printf("  %-24s %-24s %s\n", name, string(set, "value"),
		       string(set, "from"));
	}
}

static void print_secrets(const json_t *list)
{
	json_t *set;
	size_t i;

	if (json_array_size(list))
		printf("secrets\n");
	json_array_foreach (list, i, set) {
		printf("  %-24s set%s%s%s%s %s\n", string(set, "name"),
		       *string(set, "file") ? " in " : "", string(set, "file"),
		       *string(set, "why") ? ", not usable: " : "",
		       string(set, "why"), string(set, "from"));
	}
}

static void print_strangers(const json_t *list)
{
	json_t *set;
	size_t i;

	if (json_array_size(list))
		printf("not known\n");
	json_array_foreach (list, i, set) {
		const char *near = string(set, "near");

		printf("  %-24s %-24s %s%s%s%s\n", string(set, "name"),
		       string(set, "value"), string(set, "from"),
		       *near ? ": did you mean " : "", near, *near ? "?" : "");
	}
}

int config_print(json_t *report)
{
	const char *name;
	json_t *options;

	json_object_foreach (json_object_get(report, "programs"), name,
	                     options) {
		print_program(name, options);
	}
	print_named("every program", json_object_get(report, "others"));
	print_named("settings of engines", json_object_get(report, "settings"));
	print_secrets(json_object_get(report, "secrets"));
	print_strangers(json_object_get(report, "unknown"));
	json_decref(report);
	return 0;
}
