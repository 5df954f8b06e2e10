/* settings.c: what -p sets, for one engine or for all */
#include "src/tts/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/fail.h"
#include "lib/service.h"

#include "src/tts/engine.h"

static const char *const common[] = { "voice", "voice.ru", "voice.en",
	                              "rate",  "pitch",    "volume",
	                              "data",  "library",  NULL };

static const char *const budgets[] = { "budget.connect", "budget.first",
	                               "budget.stall", "budget.total", NULL };

static bool among(const char *const *keys, const char *key, size_t len)
{
	for (; keys && *keys; keys++)
		if (strlen(*keys) == len && !strncmp(*keys, key, len))
			return true;
	return false;
}

static bool takes(const struct tts_engine *engine, const char *key, size_t len)
{
	return among(common, key, len) || among(engine->settings, key, len) ||
	       (engine->remote && (among(sv_service_settings, key, len) ||
	                           among(budgets, key, len)));
}

/* a setting of nobody is a typing error, and would be silent */
static int check(const char *pair)
{
	size_t len = strcspn(pair, "=");
	size_t i;

	for (i = 0; tts_engines[i]; i++) {
		size_t name = strlen(tts_engines[i]->name);

		if (takes(tts_engines[i], pair, len))
			return 0;
		if (!strncmp(pair, tts_engines[i]->name, name) &&
		    pair[name] == '.' && name < len &&
		    takes(tts_engines[i], pair + name + 1, len - name - 1))
			return 0;
	}
	return sv_fail(EX_USAGE,
	               "no setting '%.*s': voice, voice.ru, voice.en, rate, "
	               "pitch, volume, data, library or what sv-tts(1) has "
	               "for an engine, also after ENGINE.",
	               (int)len, pair);
}

int tts_setting(const char *value, void *target)
{
	struct sv_list some = { 0 };
	size_t i;
	int rc = sv_names(value, &some);

	for (i = 0; !rc && i < some.n; i++) {
		rc = sv_pair(some.items[i], target);
		if (!rc)
			rc = check(some.items[i]);
	}
	free(some.items);
	return rc;
}

const char *tts_setting_voice(const struct sv_list *settings,
                              const char *engine, const char *language)
{
	char key[16];
	const char *value;

	snprintf(key, sizeof(key), "voice.%s", language);
	value = sv_setting(settings, engine, key);
	return value ? value : sv_setting(settings, engine, "voice");
}

static int percent(const struct sv_list *settings, const char *engine,
                   const char *key, int *value)
{
	int low = strcmp(key, "rate") ? 0 : 50;
	int high = strcmp(key, "rate") ? 200 : 250;
	int rc;

	*value = 100;
	rc = sv_setting_int(settings, engine, key, value);
	if (rc || *value < low || *value > high)
		return sv_fail(rc ? rc : EX_USAGE,
		               "%s: '%s' is not %d to %d per cent", key,
		               sv_setting(settings, engine, key), low, high);
	return 0;
}

int tts_setting_manner(const struct sv_list *settings, const char *engine,
                       struct tts_manner *manner)
{
	int rc = percent(settings, engine, "rate", &manner->rate);

	if (!rc)
		rc = percent(settings, engine, "pitch", &manner->pitch);
	if (!rc)
		rc = percent(settings, engine, "volume", &manner->volume);
	return rc;
}
