/* speechkit_model.c: how SpeechKit is to be asked */
#include "src/asr/speechkit_model.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/secret.h"
#include "lib/speechkit.h"

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

/* They would do nothing. */
static int refuse_alone(const struct asr_model *model)
{
	const char *which = model->formats_phones ? "phones" : NULL;

	if (model->punctuates)
		which = "punctuation";
	if (model->censors)
		which = "profanity-filter";
	if (!which)
		return 0;
	return sv_fail(EX_USAGE,
	               "%s: %s is part of what normalize=yes does: set that, "
	               "too",
	               model->service.name, which);
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
	return rc || model->normalizes ? rc : refuse_alone(model);
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
		rc = sv_speechkit_authorization(&authorization);
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
