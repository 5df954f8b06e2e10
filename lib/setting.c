/* setting: where the settings of engines are looked for */
#include "lib/setting.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/fail.h"
#include "lib/service.h"
#include "lib/start.h"

static bool in_list(struct sv_found *found, const struct sv_list *settings,
                    const char *engine, const char *key)
{
	snprintf(found->where, SV_FOUND, "-p %s.%s", engine, key);
	found->value =
		settings ? sv_list_get(settings, found->where + 3) : NULL;
	if (found->value || !settings)
		return found->value != NULL;
	snprintf(found->where, SV_FOUND, "-p %s", key);
	found->value = sv_list_get(settings, key);
	return found->value != NULL;
}

/* as option.h's variables: an empty one is none */
static bool in_variable(struct sv_found *found, const char *one,
                        const char *two, const char *three)
{
	char *p;

	snprintf(found->where, SV_FOUND, "SV_%s_%s%s%s", one, two,
	         *three ? "_" : "", three);
	for (p = found->where; *p; p++)
		*p = isalnum((unsigned char)*p)
		             ? (char)toupper((unsigned char)*p)
		             : '_';
	found->value = getenv(found->where);
	found->environment = found->value && *found->value;
	return found->environment;
}

bool sv_setting_find(struct sv_found *found, const struct sv_list *settings,
                     const char *engine, const char *key)
{
	const char *stage = sv_stage();

	*found = (struct sv_found){ 0 };
	if (in_list(found, settings, engine, key) ||
	    (*stage && in_variable(found, stage, engine, key)) ||
	    in_variable(found, engine, key, "") ||
	    (*stage && in_variable(found, stage, key, "")))
		return true;
	found->value = NULL;
	return false;
}

int sv_setting_wrong(const struct sv_found *found)
{
	return found->environment ? EX_CONFIG : EX_USAGE;
}

const char *sv_setting(const struct sv_list *settings, const char *engine,
                       const char *key)
{
	struct sv_found found;

	sv_setting_find(&found, settings, engine, key);
	return found.value;
}

int sv_setting_read(const struct sv_found *found,
                    int (*parse)(const char *value, void *target), void *target)
{
	if (!found->value || !parse(found->value, target))
		return 0;
	return sv_fail(sv_setting_wrong(found), "%s: %s", found->where,
	               sv_why());
}

int sv_setting_ms(const struct sv_list *settings, const char *engine,
                  const char *key, int *value)
{
	struct sv_found found;

	sv_setting_find(&found, settings, engine, key);
	return sv_setting_read(&found, sv_ms, value);
}

int sv_setting_int(const struct sv_list *settings, const char *engine,
                   const char *key, int *value)
{
	struct sv_found found;

	sv_setting_find(&found, settings, engine, key);
	return sv_setting_read(&found, sv_int, value);
}

int sv_setting_flag(const struct sv_list *settings, const char *engine,
                    const char *key, bool *value)
{
	struct sv_found found;

	sv_setting_find(&found, settings, engine, key);
	return sv_setting_read(&found, sv_flag, value);
}
