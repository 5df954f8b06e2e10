/* settings.c: what -p sets, for one engine or for all */
#include "src/tts/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/fail.h"

#include "src/tts/engine.h"

static const char *const common[] = { "voice", "voice.ru", "voice.en",
	                              "rate",  "pitch",    "volume",
	                              "data",  "library",  NULL };

static const char *const remote[] = { "url",
	                              "ca",
	                              "cert",
	                              "key",
	                              "proxy",
	                              "connect",
	                              "budget.connect",
	                              "budget.first",
	                              "budget.stall",
	                              "budget.total",
	                              NULL };

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
	       (engine->remote && among(remote, key, len));
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

const char *tts_setting_get(const struct sv_list *settings, const char *engine,
                            const char *key)
{
	char full[64];
	const char *value;

	snprintf(full, sizeof(full), "%s.%s", engine, key);
	value = sv_list_get(settings, full);
	return value ? value : sv_list_get(settings, key);
}

const char *tts_setting_voice(const struct sv_list *settings,
                              const char *engine, const char *language)
{
	char key[16];
	const char *value;

	snprintf(key, sizeof(key), "voice.%s", language);
	value = tts_setting_get(settings, engine, key);
	return value ? value : tts_setting_get(settings, engine, "voice");
}

static int percent(const struct sv_list *settings, const char *engine,
                   const char *key, int *value)
{
	const char *text = tts_setting_get(settings, engine, key);
	int low = strcmp(key, "rate") ? 0 : 50;
	int high = strcmp(key, "rate") ? 200 : 250;

	*value = 100;
	if (!text)
		return 0;
	if (sv_int(text, value) || *value < low || *value > high)
		return sv_fail(EX_USAGE, "%s: '%s' is not %d to %d per cent",
		               key, text, low, high);
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
