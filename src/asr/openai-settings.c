/* openai-settings.c: what may be set of the engine `openai`, and what is */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "src/asr/openai-form.h"
#include "src/asr/openai.h"

static const char *const usual_model = "gpt-transcribe";
static const char *const usual_session = "gpt-realtime-whisper";

enum {
	/* OpenAI ends a session after an hour. */
	SESSION_MS = 55 * 60000,
	SESSION_LEAST_MS = 1000,
};

struct choice {
	const char *name;
	int value;
};

/* One of the words that may stand there; *value as it was without one. */
static int choose(const struct sv_list *settings, const char *key,
                  const struct choice *choices, int *value)
{
	const char *text = sv_setting(settings, "openai", key);
	char list[128] = "";

	if (!text)
		return 0;
	for (; choices->name; choices++) {
		size_t len = strlen(list);

		if (!strcmp(choices->name, text)) {
			*value = choices->value;
			return 0;
		}
		snprintf(list + len, sizeof list - len, "%s%s", len ? ", " : "",
		         choices->name);
	}
	return sv_fail(EX_USAGE, "openai: %s is %s, not '%s'", key, list, text);
}

static int read_api(struct asr_model *model, const struct sv_list *settings)
{
	static const struct choice apis[] = {
		{ "auto", OPENAI_BY_MODEL },
		{ "transcriptions", OPENAI_POST },
		{ "realtime", OPENAI_SESSION },
		{ 0 },
	};
	static const struct choice hints[] = {
		{ "auto", OPENAI_HINTS_BY_MODEL },
		{ "no", OPENAI_NO_HINTS },
		{ "prompt", OPENAI_PROMPT },
		{ "keywords", OPENAI_KEYWORDS },
		{ 0 },
	};
	int api = OPENAI_BY_MODEL, how = OPENAI_HINTS_BY_MODEL;
	int rc = choose(settings, "api", apis, &api);

	if (!rc)
		rc = choose(settings, "hints", hints, &how);
	model->api = (enum openai_api)api;
	model->hints = (enum openai_hints)how;
	return rc;
}

static int read_words(struct asr_model *model, const struct sv_list *settings)
{
	static const struct choice formats[] = { { "json", 0 },
		                                 { "verbose_json", 0 },
		                                 { "diarized_json", 0 },
		                                 { 0 } };
	static const struct choice lines[] = { { "pcm", 0 },
		                               { "pcmu", 0 },
		                               { 0 } };
	static const struct choice noises[] = { { "near_field", 0 },
		                                { "far_field", 0 },
		                                { 0 } };
	static const struct choice delays[] = { { "minimal", 0 }, { "low", 0 },
		                                { "medium", 0 },  { "high", 0 },
		                                { "xhigh", 0 },   { 0 } };
	int unused;
	int rc = choose(settings, "format", formats, &unused);

	if (!rc)
		rc = choose(settings, "line", lines, &unused);
	if (!rc)
		rc = choose(settings, "noise", noises, &unused);
	if (!rc)
		rc = choose(settings, "delay", delays, &unused);
	model->format = sv_setting(settings, "openai", "format");
	model->line = sv_setting(settings, "openai", "line");
	model->noise = sv_setting(settings, "openai", "noise");
	model->delay = sv_setting(settings, "openai", "delay");
	return rc;
}

static int read_numbers(struct asr_model *model, const struct sv_list *settings)
{
	const char *temperature = sv_setting(settings, "openai", "temperature");
	char *end = NULL;
	double value = temperature ? strtod(temperature, &end) : 0;
	int rc;

	if (temperature &&
	    (end == temperature || *end || !(value >= 0 && value <= 1)))
		return sv_fail(EX_USAGE, "openai: temperature is 0 to 1");
	model->temperature = temperature;
	model->stream_set = sv_setting(settings, "openai", "stream");
	rc = sv_setting_flag(settings, "openai", "stream", &model->stream);
	if (!rc)
		rc = sv_setting_flag(settings, "openai", "logprobs",
		                     &model->logprobs);
	model->whole = model->format && !strcmp(model->format, "diarized_json");
	if (!rc)
		rc = sv_setting_flag(settings, "openai", "whole",
		                     &model->whole);
	model->session_ms = SESSION_MS;
	if (!rc)
		rc = sv_setting_ms(settings, "openai", "session",
		                   &model->session_ms);
	if (!rc && model->session_ms < SESSION_LEAST_MS)
		rc = sv_fail(EX_USAGE, "openai: a session of less than %d ms",
		             SESSION_LEAST_MS);
	return rc;
}

static const char *name_or(const struct sv_list *settings, const char *key,
                           const char *usual)
{
	const char *name = sv_setting(settings, "openai", key);

	return name && *name ? name : usual;
}

/* ISO 639, as the service wants it: ru, and not ru-RU */
static bool is_language(const char *text)
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz");

	return !text[len] && (len == 2 || len == 3 || !strcmp(text, "auto"));
}

static int read_names(struct asr_model *model, const struct asr_config *config)
{
	const struct sv_list *settings = &config->settings;

	model->model = name_or(settings, "model", usual_model);
	model->session = name_or(settings, "realtime_model", usual_session);
	model->usual = config->language;
	model->used = model->model;
	model->language = name_or(settings, "language", NULL);
	model->prompt = name_or(settings, "prompt", NULL);
	model->chunking = name_or(settings, "chunking", NULL);
	if (model->language && !is_language(model->language))
		return sv_fail(EX_USAGE,
		               "openai: language is two letters as ru, or "
		               "auto, not '%s'",
		               model->language);
	if (!strncmp(model->model, "gpt-realtime", 12))
		return sv_fail(EX_USAGE,
		               "openai: %s has no transcriptions: set "
		               "realtime_model, not model",
		               model->model);
	return 0;
}

int openai_load(struct asr_model **made, const struct asr_config *config)
{
	struct asr_model *model = sv_alloc(sizeof *model);
	int rc = sv_openai_init(&model->openai, &config->settings);

	if (!rc)
		rc = read_api(model, &config->settings);
	if (!rc)
		rc = read_words(model, &config->settings);
	if (!rc)
		rc = read_numbers(model, &config->settings);
	if (!rc)
		rc = read_names(model, config);
	if (rc) {
		sv_openai_release(&model->openai);
		free(model);
		return rc;
	}
	*made = model;
	return 0;
}

void openai_unload(struct asr_model *model)
{
	if (!model)
		return;
	sv_openai_release(&model->openai);
	free(model);
}

/* A session is for who waits, where the service is known to have them. */
bool openai_by_session(const struct asr_model *model, bool live)
{
	if (model->api == OPENAI_BY_MODEL)
		return live && model->openai.own;
	return model->api == OPENAI_SESSION;
}

/* Only these two say when something was said. */
bool openai_whole(const struct asr_model *model)
{
	return model->whole && openai_format(model) &&
	       !openai_by_session(model, false);
}

static const char *or_none(const char *text)
{
	return text ? text : "";
}

int openai_identify(const struct asr_model *model, struct sv_buf *out)
{
	bool session = openai_by_session(model, false);

	return sv_buf_printf(
		out,
		"openai 1 %s %s %s language=%s prompt=%s temperature=%s "
		"format=%s chunking=%s hints=%d whole=%d logprobs=%d "
		"noise=%s "
		"delay=%s line=%s",
		model->openai.service.url, session ? "session" : "request",
		session ? model->session : model->model,
		or_none(model->language), or_none(model->prompt),
		or_none(model->temperature), or_none(model->format),
		or_none(model->chunking), model->hints, model->whole,
		model->logprobs, or_none(model->noise), or_none(model->delay),
		or_none(model->line));
}

const char *const openai_settings[] = {
	"url",    "ca",       "cert",           "key",
	"proxy",  "connect",  "project",        "organization",
	"api",    "model",    "realtime_model", "language",
	"prompt", "hints",    "format",         "temperature",
	"stream", "chunking", "logprobs",       "line",
	"noise",  "delay",    "session",        "whole",
	NULL
};
