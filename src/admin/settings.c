/* settings: variables, where their values come from, and what may be shown */
#include "src/admin/settings.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/config.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/secret.h"

const struct variable variables[] = {
#include "src/admin/variables.inc"
};

const size_t n_variables = sizeof variables / sizeof *variables;

static bool ends(const char *name, const char *end)
{
	size_t len = strlen(name), n = strlen(end);

	return len >= n && !strcmp(name + len - n, end);
}

bool setting_is_secret(const char *name)
{
	static const char *const words[] = {
		"_API_KEY", "_KEY_ID",   "_TOKEN",
		"_SECRET",  "_PASSWORD", "_WEBHOOK"
	};

	for (size_t i = 0; i < n_variables; i++) {
		if (variables[i].secret && !strcmp(variables[i].name, name))
			return true;
	}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (ends(name, words[i]))
			return true;
	}
	return false;
}

/* what a URL holds of a password: scheme://user:password@host */
static void mask_url(char *text)
{
	char *begin = strstr(text, "://"), *at, *colon;

	while (begin) {
		begin += 3;
		at = strpbrk(begin, "@/? ");
		colon = strchr(begin, ':');
		if (at && *at == '@' && colon && colon < at) {
			memmove(colon + 4, at, strlen(at) + 1);
			colon[1] = colon[2] = colon[3] = '*';
		}
		begin = strstr(begin, "://");
	}
}

static json_t *from(const char *name)
{
	const char *path;
	int line = sv_config_line(name, &path);

	return line ? json_sprintf("%s:%d", path, line)
	            : json_string("environment");
}

/* A setting called key is the path of a file; what is none is not shown. */
static bool is_hidden(const char *name, const char *value)
{
	return setting_is_secret(name) || (ends(name, "_KEY") && *value != '/');
}

json_t *setting_of(const char *name)
{
	const char *value = getenv(name);
	char *text;
	json_t *shown;

	if (!value || !*value)
		return NULL;
	/* three stars may be longer than what they stand for */
	text = sv_format("%s   ", is_hidden(name, value) ? "set" : value);
	text[strlen(text) - 3] = '\0';
	mask_url(text);
	shown = json_pack("{s:o, s:o}", "value", sv_event_text(text), "from",
	                  from(name));
	free(text);
	return shown;
}

json_t *setting_secret(const char *name)
{
	char *file = sv_format("%s_FILE", name);
	const char *value = getenv(name), *path = getenv(file);
	bool inside = value && *value;
	json_t *shown = NULL;
	char *secret = NULL;

	if (inside || (path && *path)) {
		int rc = sv_secret(name, &secret);

		shown = json_pack("{s:s, s:o, s:s*, s:b, s:s*}", "name", name,
		                  "from", from(inside ? name : file), "file",
		                  inside ? NULL : path, "usable", rc == 0,
		                  "why", rc ? sv_why() : NULL);
		sv_secret_free(secret);
	}
	free(file);
	return shown;
}
