/* riva_probe.c: whether Riva answers, and which models it has */
#include <string.h>

#include "lib/fail.h"

#include "src/asr/ask.h"
#include "src/asr/riva_model.h"

enum {
	PATIENCE_MS = 10000,
	MODELS_MAX = 16, /* that are named */
};

static const char *parameter(const Riva__Model *model, const char *key)
{
	for (size_t i = 0; i < model->n_parameters; i++)
		if (!strcmp(model->parameters[i]->key, key))
			return model->parameters[i]->value;
	return "";
}

static void tell_model(struct sv_buf *about, const Riva__Model *model)
{
	const char *language = parameter(model, "language_code");

	sv_buf_printf(about, "%s%.100s%s%.20s%s", about->len ? ", " : "",
	              model->model_name, *language ? " (" : "", language,
	              *language ? ")" : "");
}

static int on_models(void *arg, const void *data, size_t len)
{
	Riva__ConfigResponse *response =
		riva__config_response__unpack(NULL, len, data);

	if (!response)
		return sv_fail(EX_UNAVAILABLE,
		               "riva: an answer that cannot be read");
	for (size_t i = 0; i < response->n_model_config && i < MODELS_MAX; i++)
		tell_model(arg, response->model_config[i]);
	riva__config_response__free_unpacked(response, NULL);
	return 0;
}

static int on_health(void *arg, const void *data, size_t len)
{
	Riva__HealthResponse *response =
		riva__health_response__unpack(NULL, len, data);
	bool *serving = arg;

	if (!response)
		return sv_fail(EX_UNAVAILABLE,
		               "riva: an answer that cannot be read");
	*serving = response->status == 1;
	riva__health_response__free_unpacked(response, NULL);
	return 0;
}

static int call(struct ask *ask, struct ask_for *what)
{
	struct sv_grpc_status status;
	int rc;

	what->timeout_ms = PATIENCE_MS;
	rc = ask_one(ask, what);
	if (!rc || !ask->over)
		return rc;
	status = (struct sv_grpc_status){ .code = ask->code, .exit = rc };
	return riva_fail(&status);
}

/* A server may have one of the two questions only: NVIDIA's cloud has no
 * health, an old Riva no such list. */
static int ask_both(struct ask *ask, const struct riva_metadata *metadata,
                    struct sv_buf *about)
{
	struct ask_for models = {
		.path = "/nvidia.riva.asr.RivaSpeechRecognition/"
			"GetRivaSpeechRecognitionConfig",
		.metadata = metadata->pairs,
		.message = "",
		.answer = on_models,
		.arg = about,
	};
	bool serving = false;
	struct ask_for health = {
		.path = "/grpc.health.v1.Health/Check",
		.metadata = metadata->pairs,
		.message = "",
		.answer = on_health,
		.arg = &serving,
	};
	int rc = call(ask, &health);
	bool unknown = rc && ask->over && ask->code == SV_GRPC_UNIMPLEMENTED;

	if (rc && !unknown)
		return rc;
	if (!rc && !serving)
		return sv_fail(EX_TEMPFAIL, "riva: it is up and not serving");
	rc = call(ask, &models);
	if (rc && ask->over && ask->code == SV_GRPC_UNIMPLEMENTED && serving)
		rc = 0;
	return rc;
}

int riva_probe(struct asr_model *model, struct sv_buf *about)
{
	struct riva_metadata metadata;
	struct ask ask;
	int rc = riva_metadata_init(&metadata, model);

	if (rc)
		return rc;
	rc = ask_init(&ask, &model->service);
	if (!rc) {
		rc = ask_both(&ask, &metadata, about);
		ask_release(&ask);
	}
	riva_metadata_release(&metadata);
	if (!rc && !about->len)
		sv_buf_puts(about, "serving");
	return rc;
}
