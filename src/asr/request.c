/* request.c: what a call's sv-asr asks of the server */
#include "src/asr/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/pcm.h"

#include "src/asr/barge_in.h"
#include "src/asr/endpoint.h"

/* what of the environment a call depends on */
static const char *const variables[] = { "SV_CALL_FDS", "SV_CALLER",
	                                 "SV_CALLEE", "SV_DIRECTION", NULL };

static json_t *pack_list(const struct sv_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->n; i++)
		json_array_append_new(array, json_string(list->items[i]));
	return array;
}

/* The settings but model=, which is told by itself: the same folder has many
 * names. */
static json_t *pack_settings(const struct asr_config *config)
{
	json_t *array = json_array();

	for (size_t i = 0; i < config->settings.n; i++) {
		if (!asr_names_model(config->settings.items[i]))
			json_array_append_new(
				array, json_string(config->settings.items[i]));
	}
	return array;
}

static json_t *pack_variables(void)
{
	json_t *object = json_object();

	for (int i = 0; variables[i]; i++) {
		const char *value = getenv(variables[i]);

		if (value)
			json_object_set_new(object, variables[i],
			                    json_string(value));
	}
	return object;
}

static json_t *pack_model(const struct asr_config *config)
{
	const char *named = asr_model_named(config);
	char *path;
	json_t *model;

	if (!named || !*named)
		return json_null();
	path = realpath(named, NULL);
	model = json_string(path ? path : named);
	free(path);
	return model;
}

static int log_level(void)
{
	int level = SV_ERROR;

	while (level < SV_DEBUG && sv_logs((enum sv_level)(level + 1)))
		level++;
	return level;
}

static json_int_t memory_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_AS, &limit) || limit.rlim_cur == RLIM_INFINITY)
		return 0;
	return (json_int_t)limit.rlim_cur;
}

static json_t *pack(const struct asr_config *config, const char *call)
{
	json_t *json =
		json_pack("{s:s,s:s,s:o,s:o,s:i,s:b,s:I}", "sv-asr", SV_VERSION,
	                  "call", call, "model", pack_model(config),
	                  "variables", pack_variables(), "level", log_level(),
	                  "json", sv_logs_json(), "memory", memory_limit());
	json_t *settings = json_pack(
		"{s:o,s:o,s:s,s:i,s:s,s:o,s:i,s:i,s:i}", "engines",
		pack_list(&config->engines), "settings", pack_settings(config),
		"language", config->language, "rate", config->rate_hz, "expect",
		config->expect, "silence", pack_list(&config->silence),
		"utterance", config->utterance_ms, "barge_in_ms",
		config->barge_in_ms, "barge_in_db", config->barge_in_db);

	if (!json || !settings || json_object_update(json, settings)) {
		json_decref(json);
		json = NULL;
	}
	json_decref(settings);
	return json;
}

int request_send(int socket, const struct asr_config *config, const char *call)
{
	json_t *json = pack(config, call);
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	int rc = 0;

	if (!text)
		rc = sv_fail(EX_UNAVAILABLE, "ask the server: a setting that "
		                             "is not UTF-8");
	else if (strlen(text) > REQUEST_MAX)
		rc = sv_fail(EX_UNAVAILABLE,
		             "ask the server: too many settings");
	else if (send(socket, text, strlen(text), MSG_NOSIGNAL) < 0)
		rc = sv_fail(EX_UNAVAILABLE, "ask the server:");
	free(text);
	json_decref(json);
	return rc;
}

/* --- the server's side --- */

static int bad(const char *what)
{
	return sv_fail(EX_DATAERR, "not a request: %s", what);
}

static int unpack_list(json_t *array, struct sv_list *list,
                       int (*parse)(const char *value, void *target))
{
	json_t *item;
	size_t i;

	json_array_foreach (array, i, item) {
		const char *text = json_string_value(item);

		if (!text || parse(text, list))
			return bad("a list of something else");
	}
	return 0;
}

/* What the command line has checked is checked once more. */
static int check(const struct request *request)
{
	const struct asr_config *config = &request->config;
	const char *language = config->language;

	if (strcmp(language, "ru") != 0 && strcmp(language, "en") != 0)
		return bad("language");
	if (!sv_rate_valid(config->rate_hz))
		return bad("rate");
	if (expect_find(config->expect) == EXPECT_KINDS)
		return bad("expect");
	if (!endpoint_length_valid(config->utterance_ms))
		return bad("utterance");
	if (!barge_in_valid(config->barge_in_ms, config->barge_in_db))
		return bad("barge_in");
	if (!config->engines.n)
		return bad("engines");
	return 0;
}

static int unpack_config(struct request *request)
{
	struct asr_config *config = &request->config;
	json_t *engines;
	json_t *settings;
	json_t *silence;
	int rc = json_unpack(
		request->json, "{s:o,s:o,s:o,s:s,s:i,s:s,s:i,s:i,s:i}",
		"engines", &engines, "settings", &settings, "silence", &silence,
		"language", &config->language, "rate", &config->rate_hz,
		"expect", &config->expect, "utterance", &config->utterance_ms,
		"barge_in_ms", &config->barge_in_ms, "barge_in_db",
		&config->barge_in_db);

	if (rc)
		return bad("a setting is missing");
	rc = unpack_list(engines, &config->engines, sv_add);
	if (!rc)
		rc = unpack_list(settings, &config->settings, sv_pair);
	if (!rc)
		rc = unpack_list(silence, &config->silence, endpoint_silence);
	return rc ? rc : check(request);
}

static int unpack(struct request *request)
{
	const char *version = "";
	const char *call = "";
	json_t *model;
	json_int_t memory = 0;
	int level = 0;
	int json = 0;

	if (json_unpack(request->json, "{s:s}", "sv-asr", &version))
		return bad("it is not sv-asr's");
	if (strcmp(version, SV_VERSION) != 0)
		return sv_fail(EX_DATAERR,
		               "the server is of version %s, the call's sv-asr "
		               "of %.20s: restart the server",
		               SV_VERSION, version);
	if (json_unpack(request->json, "{s:s,s:o,s:o,s:i,s:b,s:I}", "call",
	                &call, "model", &model, "variables",
	                &request->variables, "level", &level, "json", &json,
	                "memory", &memory))
		return bad("something is missing");
	if (strlen(call) > SV_CALL_MAX || level < SV_ERROR ||
	    level > SV_DEBUG || memory < 0)
		return bad("something is out of bounds");
	memcpy(request->call, call, strlen(call) + 1);
	request->model = json_string_value(model);
	request->level = (enum sv_level)level;
	request->log_json = json;
	request->memory = memory;
	return unpack_config(request);
}

int request_take(int socket, struct request *request)
{
	char *text = sv_alloc(REQUEST_MAX);
	ssize_t n = recv(socket, text, REQUEST_MAX, 0);
	int rc;

	*request = (struct request){ 0 };
	if (n > 0)
		request->json = json_loadb(text, (size_t)n,
		                           JSON_REJECT_DUPLICATES, NULL);
	rc = n > 0 ? unpack(request) : bad("nothing was said");
	free(text);
	if (rc)
		request_release(request);
	return rc;
}

static void release_list(struct sv_list *list)
{
	free(list->items);
	*list = (struct sv_list){ 0 };
}

void request_release(struct request *request)
{
	release_list(&request->config.engines);
	release_list(&request->config.settings);
	release_list(&request->config.silence);
	json_decref(request->json);
	request->json = NULL;
}
