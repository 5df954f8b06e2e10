/* What is set, and which variables there are: for sv-admin config. */
#ifndef ADMIN_SETTINGS_H
#define ADMIN_SETTINGS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct variable {
	const char *name;
	bool secret;
};

/* every variable that our sources name; made from them by the Makefile */
extern const struct variable variables[];
extern const size_t n_variables;

/* A variable: {"value":…, "from": "environment"|"PATH:LINE"}; a secret's value
 * is "set" alone. NULL when it is not set, or empty. */
json_t *setting_of(const char *name);

/* whether its value is nobody's business: one of sv_secret(), or named so */
bool setting_is_secret(const char *name);

/* A secret that is set: {"name", "from", "usable", "why"}, with the file it is
 * in; NULL when it is not. */
json_t *setting_secret(const char *name);

#endif
