/* riva_model.c: how Riva is to be asked, and where */
#include "src/asr/riva_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/secret.h"

static const char name[] = "riva";

const char *const riva_settings[] = {
	"url",
	"ca",
	"cert",
	"key",
	"proxy",
	"connect",
	"model",
	"function-id",
	"punctuation",
	"verbatim",
	"profanity-filter",
	"boost",
	"phrases",
	"custom",
	"start-history",
	"start-threshold",
	"stop-history",
	"stop-threshold",
	"stop-history-eou",
	"stop-threshold-eou",
	NULL,
};

static void release_list(struct sv_list *list)
{
	free(list->items);
	free(list->split);
}

void riva_unload(struct asr_model *model)
{
	if (!model)
		return;
	sv_service_release(&model->service);
	free(model->place);
	release_list(&model->phrases);
	release_list(&model->custom);
	free(model);
}

static int read_flags(struct asr_model *model, const struct sv_list *list)
{
	int rc;

	model->punctuates = true;
	rc = sv_setting_flag(list, name, "punctuation", &model->punctuates);
	if (!rc)
		rc = sv_setting_flag(list, name, "verbatim", &model->verbatim);
	if (!rc)
		rc = sv_setting_flag(list, name, "profanity-filter",
		                     &model->censors);
	return rc;
}

/* a number from 0 to most, which stays as it is when it is not set */
static int read_number(const struct sv_list *list, const char *key, float most,
                       float *value)
{
	const char *text = sv_setting(list, name, key);
	char *end;
	float number;

	if (!text)
		return 0;
	number = strtof(text, &end);
	if (end == text || *end || !(number >= 0 && number <= most))
		return sv_fail(EX_USAGE, "%s: %s=%s: a number from 0 to %g",
		               name, key, text, (double)most);
	*value = number;
	return 0;
}

/* KEY-history… and KEY-threshold… */
static int read_endpoint(const struct sv_list *list, const char *const keys[2],
                         struct riva_endpoint *endpoint)
{
	int history_ms = -1;
	int rc = sv_setting_ms(list, name, keys[0], &history_ms);

	endpoint->history_ms = history_ms;
	endpoint->threshold = -1;
	return rc ? rc : read_number(list, keys[1], 1, &endpoint->threshold);
}

static int read_endpointing(struct asr_model *model, const struct sv_list *list)
{
	static const char *const start[] = { "start-history",
		                             "start-threshold" };
	static const char *const stop[] = { "stop-history", "stop-threshold" };
	static const char *const stop_eou[] = { "stop-history-eou",
		                                "stop-threshold-eou" };
	int rc = read_endpoint(list, start, &model->start);

	if (!rc)
		rc = read_endpoint(list, stop, &model->stop);
	return rc ? rc : read_endpoint(list, stop_eou, &model->stop_eou);
}

static int read_list(const struct sv_list *list, const char *key,
                     struct sv_list *out)
{
	const char *text = sv_setting(list, name, key);

	return text && *text ? sv_names(text, out) : 0;
}

static int read_words(struct asr_model *model, const struct sv_list *list)
{
	int rc;

	model->boost = 20;
	rc = read_number(list, "boost", 100, &model->boost);
	if (!rc)
		rc = read_list(list, "phrases", &model->phrases);
	if (!rc)
		rc = read_list(list, "custom", &model->custom);
	for (size_t i = 0; !rc && i < model->custom.n; i++)
		if (!strchr(model->custom.items[i], ':'))
			rc = sv_fail(EX_USAGE,
			             "%s: custom=%s: KEY:VALUE,KEY:VALUE", name,
			             model->custom.items[i]);
	return rc;
}

/* NVIDIA's cloud tells one service from another by a function's id. */
static int check_cloud(const struct asr_model *model)
{
	if (strstr(model->service.url, "nvcf.nvidia.com") && !model->function)
		return sv_fail(EX_CONFIG,
		               "%s: in NVIDIA's cloud the setting "
		               "function-id says which model",
		               name);
	return 0;
}

static int read_settings(struct asr_model *model,
                         const struct asr_config *config)
{
	const struct sv_list *list = &config->settings;
	const char *named = sv_setting(list, name, "model");
	struct riva_metadata metadata;
	int rc = sv_service_init(&model->service, name, list, NULL);

	if (rc)
		return rc;
	model->place = sv_service_place(&model->service);
	model->name = named ? named : "";
	model->language = config->language;
	model->function = sv_setting(list, name, "function-id");
	rc = check_cloud(model);
	if (!rc)
		rc = read_flags(model, list);
	if (!rc)
		rc = read_words(model, list);
	if (!rc)
		rc = read_endpointing(model, list);
	/* that a key cannot be read is told now, not when somebody calls */
	if (!rc)
		rc = riva_metadata_init(&metadata, model);
	if (!rc)
		riva_metadata_release(&metadata);
	return rc;
}

int riva_load(struct asr_model **made, const struct asr_config *config)
{
	struct asr_model *model = sv_alloc(sizeof *model);
	int rc = read_settings(model, config);

	if (rc) {
		riva_unload(model);
		return rc;
	}
	*made = model;
	return 0;
}

const char *riva_place(const struct asr_model *model)
{
	return model->place;
}

const char *riva_variant(const struct asr_model *model)
{
	return *model->name ? model->name : NULL;
}

static int identify_list(const struct sv_list *list, struct sv_buf *out)
{
	int rc = sv_buf_printf(out, "%zu\n", list->n);

	for (size_t i = 0; !rc && i < list->n; i++)
		rc = sv_buf_printf(out, "%s\n", list->items[i]);
	return rc;
}

int riva_identify(const struct asr_model *model, struct sv_buf *out)
{
	const struct riva_endpoint *points[] = { &model->start, &model->stop,
		                                 &model->stop_eou };
	int rc = sv_buf_printf(
		out, "%s\n%s\n%s\n%s\n%d%d%d\n%g\n", name, model->name,
		model->function ? model->function : "", model->language,
		model->punctuates, model->verbatim, model->censors,
		(double)model->boost);

	for (int i = 0; !rc && i < 3; i++)
		rc = sv_buf_printf(out, "%d %g\n", (int)points[i]->history_ms,
		                   (double)points[i]->threshold);
	if (!rc)
		rc = identify_list(&model->phrases, out);
	return rc ? rc : identify_list(&model->custom, out);
}

int riva_metadata_init(struct riva_metadata *metadata,
                       const struct asr_model *model)
{
	size_t n = 0;
	char *key;
	int rc = sv_secret("SV_RIVA_API_KEY", &key);

	*metadata = (struct riva_metadata){ 0 };
	if (rc)
		return rc;
	if (key) {
		metadata->authorization = sv_format("Bearer %s", key);
		metadata->pairs[n++] = "authorization";
		metadata->pairs[n++] = metadata->authorization;
	}
	sv_secret_free(key);
	if (model->function) {
		metadata->pairs[n++] = "function-id";
		metadata->pairs[n] = model->function;
	}
	return 0;
}

void riva_metadata_release(struct riva_metadata *metadata)
{
	sv_secret_free(metadata->authorization);
	metadata->authorization = NULL;
}

static const char *advice(enum sv_grpc_code code)
{
	switch (code) {
	case SV_GRPC_INVALID_ARGUMENT:
		return ": check the settings: is there a model for this "
		       "language, and does it know boost, custom and the "
		       "endpointing asked for";
	case SV_GRPC_UNAUTHENTICATED:
	case SV_GRPC_PERMISSION_DENIED:
		return ": check SV_RIVA_API_KEY";
	case SV_GRPC_NOT_FOUND:
	case SV_GRPC_UNIMPLEMENTED:
		return ": check its address, and in NVIDIA's cloud the setting "
		       "function-id";
	case SV_GRPC_RESOURCE_EXHAUSTED:
		return ": it has more streams than it takes";
	default:
		return "";
	}
}

int riva_fail(const struct sv_grpc_status *status)
{
	if (!status->exit)
		return sv_fail(EX_UNAVAILABLE,
		               "%s: it has ended a stream in mid-utterance",
		               name);
	return sv_fail(status->exit, "%s%s", sv_why(), advice(status->code));
}
