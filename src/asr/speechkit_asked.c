/* speechkit_asked.c: what goes along with a call, and what comes of one */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/digest.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/secret.h"
#include "lib/speechkit.h"
#include "lib/ulid.h"

#include "src/asr/speechkit_model.h"

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
	rc = sv_speechkit_authorization(&metadata->authorization);
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
