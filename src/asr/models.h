/* What a server has loaded, one model a language, and for whom it will do. */
#ifndef ASR_MODELS_H
#define ASR_MODELS_H

#include <stdbool.h>
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

/* Whether the call can be served, and the chain for it: lent, but its spares
 * are for the process of the call to take. */
bool models_find(const struct models *models, const struct request *request,
                 struct asr_loaded *chain);

#endif
