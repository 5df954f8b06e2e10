/* speechkit_model.c: how SpeechKit is to be asked */
#include "src/asr/speechkit_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/digest.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/secret.h"
#include "lib/ulid.h"

enum {
	/* The service's own limits are 5 minutes and 10 MB. Much less than a
	 * word's length could not be heard by two sessions. */
	SESSION_MOST_MS = 300000,
	SESSION_LEAST_MS = 4000,
	SESSION_MOST_BYTES = 10000000,
	SESSION_LEAST_BYTES = 128000,
	CLASSIFIERS_MOST = 16,
};

const char *const sk_settings[] = {
	"url",         "ca",     "cert",        "key",       "proxy",
	"connect",     "model",  "folder",      "normalize", "profanity-filter",
	"punctuation", "phones", "classifiers", "session",   "session-bytes",
	"operations",  "poll",   "patience",    NULL,
};

void sk_unload(struct asr_model *model)
{
	if (!model)
		return;
	sv_service_release(&model->service);
	sv_service_release(&model->operations);
	free(model->place);
	free(model->classifiers.items);
	free(model->classifiers.split);
	free(model);
}

static int read_flags(struct asr_model *model, const struct sv_list *list)
{
	const char *name = model->service.name;
	int rc = sv_setting_flag(list, name, "normalize", &model->normalizes);

	if (!rc)
		rc = sv_setting_flag(list, name, "profanity-filter",
		                     &model->censors);
	if (!rc)
		rc = sv_setting_flag(list, name, "punctuation",
		                     &model->punctuates);
	if (!rc)
		rc = sv_setting_flag(list, name, "phones",
		                     &model->formats_phones);
	if (!rc && !model->normalizes && (model->censors || model->punctuates))
		rc = sv_fail(EX_USAGE,
		             "%s: %s is part of what normalize=yes does", name,
		             model->censors ? "profanity-filter"
		                            : "punctuation");
	return rc;
}

static int read_limits(struct asr_model *model, const struct sv_list *list)
{
	const char *name = model->service.name;
	int rc = sv_setting_ms(list, name, "session", &model->session_ms);

	if (!rc)
		rc = sv_setting_int(list, name, "session-bytes",
		                    &model->session_bytes);
	if (!rc)
		rc = sv_setting_ms(list, name, "poll", &model->poll_ms);
	if (!rc)
		rc = sv_setting_ms(list, name, "patience", &model->patience_ms);
	if (rc)
		return rc;
	if (model->session_ms < SESSION_LEAST_MS ||
	    model->session_ms > SESSION_MOST_MS)
		return sv_fail(EX_USAGE, "%s: session: from 4s to 5m", name);
	if (model->session_bytes < SESSION_LEAST_BYTES ||
	    model->session_bytes > SESSION_MOST_BYTES)
		return sv_fail(EX_USAGE, "%s: session-bytes: from %d to %d",
		               name, SESSION_LEAST_BYTES, SESSION_MOST_BYTES);
	if (model->poll_ms < 200)
		return sv_fail(EX_USAGE,
		               "%s: poll: 200ms or more, the service takes "
		               "five questions a second",
		               name);
	return 0;
}

static int read_classifiers(struct asr_model *model, const struct sv_list *list)
{
	const char *names =
		sv_setting(list, model->service.name, "classifiers");
	int rc = names && *names ? sv_names(names, &model->classifiers) : 0;

	if (!rc && model->classifiers.n > CLASSIFIERS_MOST)
		rc = sv_fail(EX_USAGE, "%s: %d classifiers at most",
		             model->service.name, CLASSIFIERS_MOST);
	return rc;
}

/* What becomes of a recording is asked elsewhere; where all else is at an
 * address of the user's own, that is, too. */
static int read_operations(struct asr_model *model, const struct sv_list *list)
{
	const char *name = model->service.name;
	const char *url = sv_setting(list, name, "operations");
	int rc = sv_service_init(&model->operations, name, list,
	                         "https://operation.api.cloud.yandex.net:443");

	if (rc || !url)
		return rc;
	if (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0)
		return sv_fail(EX_USAGE,
		               "%s: operations: an address begins with "
		               "https:// or http://",
		               name);
	free(model->operations.url);
	model->operations.url = sv_strdup(url);
	return 0;
}

static int read_settings(struct asr_model *model, const char *engine,
                         const struct asr_config *config)
{
	const struct sv_list *list = &config->settings;
	const char *name = sv_setting(list, engine, "model");
	int rc = sv_service_init(&model->service, engine, list,
	                         "https://stt.api.cloud.yandex.net:443");

	if (rc)
		return rc;
	model->place = sv_service_place(&model->service);
	model->name = name ? name : "general";
	model->language = config->language;
	model->folder = sv_setting(list, engine, "folder");
	rc = read_operations(model, list);
	if (!rc)
		rc = read_flags(model, list);
	if (!rc)
		rc = read_limits(model, list);
	return rc ? rc : read_classifiers(model, list);
}

int sk_load_as(struct asr_model **made, const char *engine,
               const struct asr_config *config)
{
	struct asr_model *model = sv_alloc(sizeof *model);
	char *authorization = NULL;
	int rc;

	model->session_ms = 270000;
	model->session_bytes = 9000000;
	model->poll_ms = 1000;
	model->patience_ms = 3600000;
	rc = read_settings(model, engine, config);

	/* that there is a key is told now, rather than when somebody calls */
	if (!rc)
		rc = sk_authorization(&authorization);
	sv_secret_free(authorization);
	if (rc) {
		sk_unload(model);
		return rc;
	}
	*made = model;
	return 0;
}

int sk_load(struct asr_model **made, const struct asr_config *config)
{
	return sk_load_as(made, "speechkit", config);
}

const char *sk_place(const struct asr_model *model)
{
	return model->place;
}

const char *sk_variant(const struct asr_model *model)
{
	return model->name;
}

int sk_identify(const struct asr_model *model, struct sv_buf *out)
{
	int rc = sv_buf_printf(
		out, "%s\n%s\n%s\n%d%d%d%d\n", model->service.name, model->name,
		model->language, model->normalizes, model->censors,
		model->punctuates, model->formats_phones);

	for (size_t i = 0; !rc && i < model->classifiers.n; i++)
		rc = sv_buf_printf(out, "%s\n", model->classifiers.items[i]);
	return rc;
}

int sk_authorization(char **value)
{
	const char *scheme = "Api-Key";
	char *secret;
	int rc = sv_secret("SV_SPEECHKIT_API_KEY", &secret);

	*value = NULL;
	if (!rc && !secret) {
		scheme = "Bearer";
		rc = sv_secret("SV_SPEECHKIT_IAM_TOKEN", &secret);
	}
	if (!rc && !secret)
		rc = sv_fail(
			EX_CONFIG,
			"speechkit: no key: set SV_SPEECHKIT_API_KEY or "
			"SV_SPEECHKIT_IAM_TOKEN, or one of them with _FILE");
	if (!rc)
		*value = sv_format("%s %s", scheme, secret);
	sv_secret_free(secret);
	return rc;
}

/* A UUID that is never that of another request; which call it was for is in the
 * log. */
static void name_request(char out[37])
{
	unsigned char digest[SV_SHA256];
	char hex[33];
	char ulid[SV_ULID_LEN];

	sv_ulid(ulid);
	sv_sha256(ulid, strlen(ulid), digest);
	digest[6] = (unsigned char)((digest[6] & 0x0f) | 0x40);
	digest[8] = (unsigned char)((digest[8] & 0x3f) | 0x80);
	sv_hex(digest, 16, hex);
	snprintf(out, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
	         hex + 16, hex + 20);
}

int sk_metadata_init(struct sk_metadata *metadata,
                     const struct asr_model *model, const char *call)
{
	size_t n = 0;
	int rc;

	*metadata = (struct sk_metadata){ 0 };
	rc = sk_authorization(&metadata->authorization);
	if (rc)
		return rc;
	name_request(metadata->request);
	sv_info("speechkit: request %s%s%s", metadata->request,
	        call ? " for call " : "", call ? call : "");
	metadata->pairs[n++] = "authorization";
	metadata->pairs[n++] = metadata->authorization;
	metadata->pairs[n++] = "x-client-request-id";
	metadata->pairs[n++] = metadata->request;
	if (model->folder) {
		metadata->pairs[n++] = "x-folder-id";
		metadata->pairs[n++] = model->folder;
	}
	return 0;
}

void sk_metadata_release(struct sk_metadata *metadata)
{
	sv_secret_free(metadata->authorization);
	metadata->authorization = NULL;
}

const char *sk_language(const char *language)
{
	return strcmp(language, "en") != 0 ? "ru-RU" : "en-US";
}

static void ask_classifiers(struct sk_asked *asked,
                            const struct asr_model *model)
{
	sk__classifiers_asked__init(&asked->classifiers);
	asked->trigger = 1;
	for (size_t i = 0; i < model->classifiers.n; i++) {
		Sk__ClassifierAsked *one = &asked->classifier[i];

		sk__classifier_asked__init(one);
		one->classifier = sv_strdup(model->classifiers.items[i]);
		one->triggers = &asked->trigger;
		one->n_triggers = 1;
		asked->classifier_list[i] = one;
	}
	asked->classifiers.classifiers = asked->classifier_list;
	asked->classifiers.n_classifiers = model->classifiers.n;
}

static void ask_normalization(struct sk_asked *asked,
                              const struct asr_model *model)
{
	sk__text_normalization__init(&asked->normalization);
	asked->normalization.text_normalization = model->normalizes ? 1 : 2;
	asked->normalization.profanity_filter = model->censors;
	asked->normalization.literature_text = model->punctuates;
	asked->normalization.phone_formatting_mode =
		model->normalizes && !model->formats_phones;
}

void sk_asked_init(struct sk_asked *asked, const struct asr_model *model,
                   const char *language, int rate_hz)
{
	sk__raw_audio__init(&asked->raw);
	asked->raw.audio_encoding = 1;
	asked->raw.sample_rate_hertz = rate_hz;
	asked->raw.audio_channel_count = 1;
	sk__container_audio__init(&asked->container);
	sk__audio_format__init(&asked->format);
	asked->format.of_case = SK__AUDIO_FORMAT__OF_RAW_AUDIO;
	asked->format.raw_audio = &asked->raw;
	ask_normalization(asked, model);
	sk__language_restriction__init(&asked->restriction);
	asked->language =
		sv_strdup(!strcmp(language, "en") ? "en-US" : "ru-RU");
	asked->restriction.restriction_type = 1;
	asked->restriction.language_code = &asked->language;
	asked->restriction.n_language_code = 1;
	sk__recognition_model__init(&asked->model);
	asked->model.model = sv_strdup(model->name);
	asked->model.audio_format = &asked->format;
	asked->model.text_normalization = &asked->normalization;
	asked->model.language_restriction = &asked->restriction;
	asked->model.audio_processing_type = 1;
	ask_classifiers(asked, model);
}

void sk_asked_release(struct sk_asked *asked)
{
	free(asked->language);
	free(asked->model.model);
	for (size_t i = 0; i < asked->classifiers.n_classifiers; i++)
		free(asked->classifier[i].classifier);
}

static const char *advice(enum sv_grpc_code code)
{
	switch (code) {
	case SV_GRPC_INVALID_ARGUMENT:
	case SV_GRPC_FAILED_PRECONDITION:
		return ": check its settings (model, language, classifiers)";
	case SV_GRPC_UNAUTHENTICATED:
		return ": check SV_SPEECHKIT_API_KEY, or whether "
		       "SV_SPEECHKIT_IAM_TOKEN is older than 12 hours";
	case SV_GRPC_PERMISSION_DENIED:
		return ": the account needs the role ai.speechkit-stt.user, "
		       "and a user's token the setting folder";
	case SV_GRPC_RESOURCE_EXHAUSTED:
		return ": a quota is used up: have it raised, or do less at "
		       "once";
	case SV_GRPC_UNIMPLEMENTED:
	case SV_GRPC_NOT_FOUND:
		return ": check its address";
	default:
		return "";
	}
}

int sk_fail(const struct sv_grpc_status *status, const char *session)
{
	if (!status->exit)
		return sv_fail(
			EX_UNAVAILABLE,
			"speechkit: it has ended a session in mid-utterance"
			"%s%s",
			*session ? ": session " : "", session);
	return sv_fail(status->exit, "%s%s%s%s%s", sv_why(),
	               advice(status->code), *session ? " (session " : "",
	               session, *session ? ")" : "");
}
