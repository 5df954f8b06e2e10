/*
 * How Riva is to be asked: its settings, its key, and the messages that tell
 * them.
 */
#ifndef ASR_RIVA_MODEL_H
#define ASR_RIVA_MODEL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/grpc.h"
#include "lib/option.h"
#include "lib/service.h"

#include "src/asr/engine.h"
#include "src/asr/riva.pb-c.h"

/* how much of what ends or begins an utterance for Riva; below 0: not set */
struct riva_endpoint {
	int32_t history_ms;
	float threshold;
};

struct asr_model {
	struct sv_service service;
	char *place;
	const char *name;     /* of its model; "" for the usual one */
	const char *language; /* "ru" */
	const char *function; /* of NVIDIA's cloud; or NULL */
	bool punctuates, verbatim, censors;
	float boost;
	struct sv_list phrases; /* always expected */
	struct sv_list custom;  /* KEY:VALUE */

	struct riva_endpoint start, stop, stop_eou;
};

extern const char *const riva_settings[];

/* These are the engine's. */
int riva_load(struct asr_model **made, const struct asr_config *config);
void riva_unload(struct asr_model *model);
const char *riva_place(const struct asr_model *model);
const char *riva_variant(const struct asr_model *model);
int riva_identify(const struct asr_model *model, struct sv_buf *out);
int riva_probe(struct asr_model *model, struct sv_buf *about);

/* What goes along with a call, for sv_grpc_request.metadata. The key is read
 * each time: one in a file is renewed under a program that runs on. */
struct riva_metadata {
	const char *pairs[5];
	char *authorization;
};

/* 0, EX_CONFIG */
int riva_metadata_init(struct riva_metadata *metadata,
                       const struct asr_model *model);
void riva_metadata_release(struct riva_metadata *metadata);

/* what is to be recognised */
struct riva_asked {
	const char *language; /* "ru" */
	int rate_hz;
	const json_t *hints; /* strings; or NULL */
	const char *call;    /* its id; or NULL */
};

/* The first message of a stream, yours to free(). */
uint8_t *riva_config(const struct asr_model *model,
                     const struct riva_asked *asked, size_t *len);

/* "ru-RU" */
const char *riva_language(const char *language);

/* Records why a call has ended, which sv_why() says, with what to do about it,
 * and returns the code. */
int riva_fail(const struct sv_grpc_status *status);

#endif
