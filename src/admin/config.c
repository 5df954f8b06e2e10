/* config: sv-admin config, what is in force and where it comes from */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/problem.h"

#include "src/admin/admin.h"
#include "src/admin/ask.h"
#include "src/admin/config_print.h"
#include "src/admin/settings.h"

enum { ANSWER_MAX = 1 << 20 };

struct survey {
	char *folder;
	json_t *programs; /* an object by name: their options, as they are set */
	json_t *known;    /* an object: variables of options */
	json_t *engines;  /* an object: prefixes of engines' settings */
};

/* --- one program --- */

static json_t *answer(const struct survey *survey, const char *program)
{
	char options[] = "--options", json[] = "json",
	     *name = sv_strdup(program);
	char *path = sv_format("%s/%s", survey->folder, program);
	char *argv[] = { name, options, json, NULL };
	struct sv_buf out = { .max = ANSWER_MAX };
	json_t *answered = NULL;

	if (!ask(path, argv, &out))
		answered = json_loadb(sv_buf_str(&out), out.len, 0, NULL);
	if (!json_is_array(json_object_get(answered, "options"))) {
		json_decref(answered);
		answered = NULL;
	}
	sv_buf_release(&out);
	free(path);
	free(name);
	return answered;
}

/* "riva": SV_RIVA_URL, SV_ASR_RIVA_URL are its settings */
static void add_prefix(struct survey *survey, const char *name, size_t len)
{
	char *prefix = sv_format("SV_%.*s_", (int)len, name);

	for (char *p = prefix; *p; p++) {
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
		else if (*p == '-')
			*p = '_';
	}
	json_object_set_new(survey->engines, prefix, json_true());
	free(prefix);
}

/* the first word of each line of -e help is an engine */
static void add_engines(struct survey *survey, const char *program)
{
	char e[] = "-e", help[] = "help", *name = sv_strdup(program);
	char *path = sv_format("%s/%s", survey->folder, program);
	char *argv[] = { name, e, help, NULL };
	struct sv_buf out = { .max = ANSWER_MAX };
	const char *line;

	ask(path, argv, &out);
	for (line = sv_buf_str(&out); *line;) {
		if (strcspn(line, " \n"))
			add_prefix(survey, line, strcspn(line, " \n"));
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	sv_buf_release(&out);
	free(path);
	free(name);
}

static json_t *in_force(struct survey *survey, const json_t *option)
{
	const char *variable =
		json_string_value(json_object_get(option, "variable"));
	json_t *usual = json_object_get(option, "default");
	json_t *set = variable ? setting_of(variable) : NULL;

	if (variable)
		json_object_set_new(survey->known, variable, json_true());
	if (!set)
		set = json_pack("{s:O*, s:s}", "value", usual, "from",
		                "default");
	json_object_set_new(set, "option",
	                    json_incref(json_object_get(option, "name")));
	if (variable)
		json_object_set_new(set, "variable", json_string(variable));
	return set;
}

static int take_program(struct survey *survey, const char *program)
{
	json_t *answered = answer(survey, program), *option;
	json_t *list = json_array();
	bool engines = false;
	size_t i;

	json_array_foreach (json_object_get(answered, "options"), i, option) {
		const char *name =
			json_string_value(json_object_get(option, "name"));

		json_array_append_new(list, in_force(survey, option));
		engines = engines || (name && !strcmp(name, "engine"));
	}
	if (answered) {
		json_object_set(survey->programs, program, list);
		add_prefix(survey, program + 3, strlen(program + 3));
		if (engines)
			add_engines(survey, program);
	}
	json_decref(list);
	json_decref(answered);
	return answered ? 0
	                : sv_fail(EX_UNAVAILABLE, "%s/%s does not answer",
	                          survey->folder, program);
}

/* --- all of them --- */

static int is_program(const struct dirent *entry)
{
	return !strncmp(entry->d_name, "sv-", 3) && !strchr(entry->d_name, '.');
}

static int take_all(struct survey *survey)
{
	struct dirent **found;
	int n = scandir(survey->folder, &found, is_program, alphasort);

	if (n < 0)
		return sv_fail(EX_NOINPUT, "open %s:", survey->folder);
	for (int i = 0; i < n; i++) {
		if (take_program(survey, found[i]->d_name))
			sv_warn("%s", sv_why());
		free(found[i]);
	}
	free(found);
	return 0;
}

/* of variables that no option stands for */
static json_t *others(const struct survey *survey)
{
	json_t *list = json_object();

	for (size_t i = 0; i < n_variables; i++) {
		const char *name = variables[i].name;
		json_t *set =
			variables[i].secret ||
					json_object_get(survey->known, name)
				? NULL
				: setting_of(name);

		if (set)
			json_object_set_new(list, name, set);
	}
	return list;
}

/* The secret that a variable is, or names the file of; NULL for others. Yours.
 */
static char *secret_of(const struct survey *survey, const char *variable)
{
	size_t len = strcspn(variable, "=");
	char *name;

	if (len > 5 && !strncmp(variable + len - 5, "_FILE", 5))
		len -= 5;
	name = sv_strndup(variable, len);
	if (!strncmp(name, "SV_", 3) && setting_is_secret(name) &&
	    !json_object_get(survey->known, name))
		return name;
	free(name);
	return NULL;
}

static json_t *secrets(const struct survey *survey, int *code)
{
	json_t *found = json_object(), *list = json_array(), *set;
	const char *key;

	for (char **p = environ; *p; p++) {
		char *name = secret_of(survey, *p);

		set = name ? setting_secret(name) : NULL;
		if (set)
			json_object_set_new(found, name, set);
		if (set && !json_is_true(json_object_get(set, "usable")))
			*code = sv_fail(EX_CONFIG, "%s cannot be used", name);
		free(name);
	}
	json_object_foreach (found, key, set) {
		json_array_append(list, set);
	}
	json_decref(found);
	return list;
}

static bool is_known(const struct survey *survey, const char *name)
{
	if (json_object_get(survey->known, name))
		return true;
	for (size_t i = 0; i < n_variables; i++) {
		size_t len = strlen(variables[i].name);

		if (!strcmp(name, variables[i].name) ||
		    (setting_is_secret(variables[i].name) &&
		     !strncmp(name, variables[i].name, len) &&
		     !strcmp(name + len, "_FILE")))
			return true;
	}
	return false;
}

/* whether the name can be that of an engine's setting */
static bool is_setting(const struct survey *survey, const char *name)
{
	const char *prefix;
	json_t *value;

	json_object_foreach (survey->engines, prefix, value) {
		if (!strncmp(name, prefix, strlen(prefix)) &&
		    name[strlen(prefix)])
			return true;
	}
	return false;
}

/* the known name that is meant, when it is near: a letter or two away */
static const char *nearest(const struct survey *survey, const char *name)
{
	struct sv_guess guess = { .typed = name };
	const char *known;
	json_t *value;

	for (size_t i = 0; i < n_variables; i++)
		sv_guess_offer(&guess, variables[i].name);
	json_object_foreach (survey->known, known, value) {
		sv_guess_offer(&guess, known);
	}
	return guess.best && guess.distance <= 2 ? guess.best : NULL;
}

static json_t *strangers(const struct survey *survey)
{
	json_t *list = json_array();

	for (char **p = environ; *p; p++) {
		char *name = sv_strndup(*p, strcspn(*p, "="));
		json_t *set = strncmp(name, "SV_", 3) ? NULL : setting_of(name);
		const char *near = NULL;

		if (set && !is_known(survey, name))
			near = nearest(survey, name);
		if (set && !is_known(survey, name) &&
		    (near || !is_setting(survey, name))) {
			json_object_set_new(set, "name", json_string(name));
			if (near)
				json_object_set_new(set, "near",
				                    json_string(near));
			json_array_append(list, set);
		}
		json_decref(set);
		free(name);
	}
	return list;
}

/* the settings of engines that are set by variable */
static json_t *engine_settings(const struct survey *survey)
{
	json_t *list = json_object();

	for (char **p = environ; *p; p++) {
		char *name = sv_strndup(*p, strcspn(*p, "="));

		char *secret = secret_of(survey, *p);

		if (!secret && !is_known(survey, name) &&
		    is_setting(survey, name) && !nearest(survey, name) &&
		    getenv(name) && *getenv(name))
			json_object_set_new(list, name, setting_of(name));
		free(secret);
		free(name);
	}
	return list;
}

static int tell(const struct admin *admin, const struct survey *survey)
{
	int code = 0, rc;
	json_t *report =
		json_pack("{s:O, s:o, s:o, s:o, s:o}", "programs",
	                  survey->programs, "others", others(survey),
	                  "settings", engine_settings(survey), "secrets",
	                  secrets(survey, &code), "unknown", strangers(survey));

	rc = admin_json(admin) ? admin_print(report) : config_print(report);
	return rc ? rc : code;
}

/* "crm" or "sv-crm"; all programs are looked at, as what one does not know
 * another may */
static int choose(struct survey *survey, char **operands, int n)
{
	json_t *chosen = json_object();
	int rc = 0;

	for (int i = 0; !rc && i < n; i++) {
		const char *word = operands[i];
		char *name = strncmp(word, "sv-", 3) ? sv_format("sv-%s", word)
		                                     : sv_strdup(word);
		json_t *options = json_object_get(survey->programs, name);

		if (options)
			json_object_set(chosen, name, options);
		else
			rc = sv_fail(EX_USAGE, "%s: no such program in %s",
			             name, survey->folder);
		free(name);
	}
	if (n) {
		json_decref(survey->programs);
		survey->programs = json_incref(chosen);
	}
	json_decref(chosen);
	return rc;
}

int config(struct admin *admin, char **operands, int n)
{
	struct survey survey = { .folder = ask_folder(),
		                 .programs = json_object(),
		                 .known = json_object(),
		                 .engines = json_object() };
	int rc = take_all(&survey);

	if (!rc)
		rc = choose(&survey, operands, n);
	if (!rc)
		rc = tell(admin, &survey);
	json_decref(survey.programs);
	json_decref(survey.known);
	json_decref(survey.engines);
	free(survey.folder);
	return rc;
}
