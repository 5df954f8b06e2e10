/* What a server has loaded, one model a language, and for whom it will do. */
#ifndef ASR_MODELS_H
#define ASR_MODELS_H

#include <stddef.h>

#include "src/asr/config.h"
#include "src/asr/engine.h"
#include "src/asr/request.h"

enum { MODELS_MAX = 2 }; /* Russian and English */

/* what is loaded for one language */
struct ready {
	struct asr_config config;
	struct asr_loaded loaded;
	char *path; /* the model's, or NULL where there is none */
};

struct models {
	const struct asr_config *config;
	struct ready items[MODELS_MAX];
	size_t n;
};

/* Loads what config says, -l and --also, for good. 0 or the engine's code. */
int models_load(struct models *models, const struct asr_config *config);

/* the one that the call may have, or NULL */
struct asr_loaded *models_find(struct models *models,
                               const struct request *request);

#endif
