/* chat_place: an endpoint, its settings and its breaker */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/chat_inside.h"
#include "lib/fail.h"
#include "lib/service.h"
#include "lib/setting.h"

enum { AUTH = 96 };

const char *const sv_chat_settings[] = { "url",
	                                 "ca",
	                                 "cert",
	                                 "key",
	                                 "proxy",
	                                 "connect",
	                                 "model",
	                                 "dialect",
	                                 "auth",
	                                 "project",
	                                 "organization",
	                                 "folder",
	                                 "temperature",
	                                 "top_p",
	                                 "seed",
	                                 "max_tokens",
	                                 "context",
	                                 "structure",
	                                 "extra",
	                                 "retries",
	                                 "budget.connect",
	                                 "budget.first",
	                                 "budget.stall",
	                                 "budget.total",
	                                 NULL };

static const char *const structures[] = { "none", "object", "schema" };

static int take_dialect(struct chat_place *place,
                        const struct sv_list *settings)
{
	struct sv_found found;

	sv_setting_find(&found, settings, place->name, "dialect");
	if (found.value) {
		place->dialect = chat_dialect(found.value);
		if (!place->dialect)
			return sv_fail(sv_setting_wrong(&found),
			               "%s: no dialect '%s': openai, vllm, "
			               "llama, ollama, yandexgpt or plain",
			               found.where, found.value);
		return 0;
	}
	place->dialect = chat_dialect(place->name);
	if (!place->dialect)
		place->dialect = &chat_plain;
	return 0;
}

/* what stands before the key */
static int auth_of(char auth[AUTH], const struct chat_place *place,
                   const struct sv_list *settings)
{
	struct sv_found found;
	const char *value;

	sv_setting_find(&found, settings, place->name, "auth");
	value = found.value ? found.value : "bearer";
	if (!strcmp(value, "bearer"))
		snprintf(auth, AUTH, "Authorization: Bearer ");
	else if (!strcmp(value, "api-key"))
		snprintf(auth, AUTH, "Authorization: Api-Key ");
	else if (strspn(value, "abcdefghijklmnopqrstuvwxyz-"
	                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(value) &&
	         *value && strlen(value) < AUTH / 2)
		snprintf(auth, AUTH, "%s: ", value);
	else
		return sv_fail(sv_setting_wrong(&found),
		               "%s: bearer, api-key or the name of a header",
		               found.where);
	return 0;
}

static int open_service(struct chat_place *place,
                        const struct sv_list *settings)
{
	char auth[AUTH];
	struct sv_openai_who who = {
		.name = place->name,
		.auth = auth,
		.url = place->dialect->url,
		.keyed = place->dialect->keyed,
	};
	const char *url = sv_setting(settings, place->name, "url");
	int rc = auth_of(auth, place, settings);

	/* what stands at another address may let anybody in */
	if (url && *url)
		who.keyed = false;
	if (!rc)
		rc = sv_openai_init_as(&place->openai, &who, settings);
	return rc;
}

static const char *folder_of(const struct chat_place *place,
                             const struct sv_list *settings)
{
	const char *folder = sv_setting(settings, place->name, "folder");

	return folder && *folder ? folder : NULL;
}

/* Yandex has its models in folders, which are its projects. */
static int take_model(struct chat_place *place, const struct sv_list *settings)
{
	const char *model = sv_setting(settings, place->name, "model");
	const char *folder = folder_of(place, settings);

	if (!model || !*model)
		model = place->dialect->model;
	if (!model)
		return sv_fail(EX_CONFIG,
		               "%s: no model is set: -p %s.model=NAME",
		               place->name, place->name);
	if (strcmp(place->dialect->name, "yandexgpt") != 0 ||
	    strstr(model, "://")) {
		place->model = sv_strdup(model);
		return 0;
	}
	if (!folder)
		return sv_fail(EX_CONFIG,
		               "%s: no folder is set: -p %s.folder=ID",
		               place->name, place->name);
	place->model = sv_format("gpt://%s/%s", folder, model);
	if (!place->openai.project)
		place->openai.project = sv_format("OpenAI-Project: %s", folder);
	return strcspn(folder, "\r\n") == strlen(folder)
	               ? 0
	               : sv_fail(EX_USAGE, "%s: folder has an end of line",
	                         place->name);
}

/* a number as JSON has it */
static int take_number(const char **number, const struct chat_place *place,
                       const struct sv_list *settings, const char *key)
{
	struct sv_found found;
	json_t *value;
	bool good;

	sv_setting_find(&found, settings, place->name, key);
	if (!found.value || !*found.value)
		return 0;
	value = json_loads(found.value, JSON_DECODE_ANY, NULL);
	good = json_is_number(value);
	json_decref(value);
	*number = found.value;
	return good ? 0
	            : sv_fail(sv_setting_wrong(&found), "%s: '%s' is no number",
	                      found.where, found.value);
}

static int take_extra(struct chat_place *place, const struct sv_list *settings)
{
	struct sv_found found;

	sv_setting_find(&found, settings, place->name, "extra");
	if (!found.value || !*found.value)
		return 0;
	place->extra = json_loads(found.value, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(place->extra))
		return sv_fail(sv_setting_wrong(&found),
		               "%s: this is no JSON object", found.where);
	return 0;
}

static int take_structure(struct chat_place *place,
                          const struct sv_list *settings)
{
	struct sv_found found;

	place->structure = CHAT_SCHEMA;
	sv_setting_find(&found, settings, place->name, "structure");
	if (!found.value)
		return 0;
	for (int i = CHAT_IN_WORDS; i <= CHAT_SCHEMA; i++) {
		if (!strcmp(structures[i], found.value)) {
			place->structure = (enum chat_structure)i;
			return 0;
		}
	}
	return sv_fail(sv_setting_wrong(&found), "%s: schema, object or none",
	               found.where);
}

static int take_numbers(struct chat_place *place,
                        const struct sv_list *settings)
{
	const char *name = place->name;
	int rc = take_number(&place->temperature, place, settings,
	                     "temperature");

	place->retries = 2;
	place->context = 8192;
	if (!rc)
		rc = take_number(&place->top_p, place, settings, "top_p");
	if (!rc)
		rc = take_number(&place->seed, place, settings, "seed");
	if (!rc)
		rc = sv_setting_int(settings, name, "max_tokens",
		                    &place->max_tokens);
	if (!rc)
		rc = sv_setting_int(settings, name, "context", &place->context);
	if (!rc)
		rc = sv_setting_int(settings, name, "retries", &place->retries);
	return rc;
}

/* A caller takes a second of silence for thinking, five for a line that is
 * dead. */
static int take_budgets(struct chat_place *place,
                        const struct sv_list *settings)
{
	struct chat_budgets *budgets = &place->budgets;
	const char *name = place->name;
	int rc;

	*budgets = (struct chat_budgets){ 1500, 5000, 3000, 60000 };
	rc = sv_setting_ms(settings, name, "budget.connect",
	                   &budgets->connect_ms);
	if (!rc)
		rc = sv_setting_ms(settings, name, "budget.first",
		                   &budgets->first_ms);
	if (!rc)
		rc = sv_setting_ms(settings, name, "budget.stall",
		                   &budgets->stall_ms);
	if (!rc)
		rc = sv_setting_ms(settings, name, "budget.total",
		                   &budgets->total_ms);
	if (!rc && budgets->connect_ms &&
	    budgets->connect_ms < place->openai.service.connect_ms)
		place->openai.service.connect_ms = budgets->connect_ms;
	return rc;
}

int chat_place_init(struct chat_place *place, const char *name,
                    const struct sv_list *settings)
{
	char *breaker;
	int rc;

	*place = (struct chat_place){ .name = name };
	rc = take_dialect(place, settings);
	if (!rc)
		rc = open_service(place, settings);
	if (!rc)
		rc = take_model(place, settings);
	if (!rc)
		rc = take_numbers(place, settings);
	if (!rc)
		rc = take_extra(place, settings);
	if (!rc)
		rc = take_structure(place, settings);
	if (!rc)
		rc = take_budgets(place, settings);
	if (rc) {
		chat_place_release(place);
		return rc;
	}
	breaker = sv_format("chat-%s-%s", name, place->openai.place);
	place->breaker = sv_breaker_new(breaker, &sv_breaker_usual);
	free(breaker);
	return 0;
}

void chat_place_release(struct chat_place *place)
{
	sv_openai_release(&place->openai);
	free(place->model);
	json_decref(place->extra);
	sv_breaker_free(place->breaker);
	*place = (struct chat_place){ 0 };
}

bool chat_place_usable(const struct chat_place *place)
{
	int left_ms;

	return sv_breaker_look(place->breaker, &left_ms) != SV_OPEN;
}

bool chat_place_allowed(struct chat_place *place)
{
	int left_ms = 0;

	if (sv_breaker_allows(place->breaker))
		return true;
	sv_breaker_look(place->breaker, &left_ms);
	sv_fail(EX_TEMPFAIL,
	        "%s: has failed too often, it is left alone for %d s",
	        place->name, (left_ms + 999) / 1000);
	return false;
}
