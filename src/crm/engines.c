/* engines.c: the engines in this build */
#include <stdio.h>
#include <string.h>

#include "lib/fail.h"

#include "src/crm/bitrix24.h"
#include "src/crm/engine.h"
#include "src/crm/journal.h"

const struct crm_engine *const crm_engines[] = {
	&crm_journal,
	&crm_bitrix24,
	NULL,
};

static bool has_setting(const struct crm_engine *engine, const char *pair)
{
	size_t name = strlen(engine->name), len;
	const char *const *key = engine->settings;

	if (!strncmp(pair, engine->name, name) && pair[name] == '.')
		pair += name + 1;
	len = strcspn(pair, "=");
	for (; *key; key++)
		if (strlen(*key) == len && !strncmp(*key, pair, len))
			return true;
	return false;
}

int crm_find(const struct crm_engine **found, const char *name,
             const struct sv_list *settings)
{
	const struct crm_engine *const *engine = crm_engines;
	size_t i;

	while (*engine && strcmp((*engine)->name, name) != 0)
		engine++;
	if (!*engine)
		return sv_fail(
			EX_USAGE,
			"no engine '%s': say -e help for those there are",
			name);
	for (i = 0; i < settings->n; i++)
		if (!has_setting(*engine, settings->items[i]))
			return sv_fail(EX_USAGE,
			               "-p %.*s: %s has no such setting",
			               (int)strcspn(settings->items[i], "="),
			               settings->items[i], name);
	*found = *engine;
	return 0;
}

int crm_list_engines(void)
{
	const struct crm_engine *const *engine = crm_engines;

	for (; *engine; engine++)
		printf("%-10s %s\n", (*engine)->name, (*engine)->about);
	return 0;
}
