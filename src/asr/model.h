/*
 * Models on disk: where one is found, and how one gets there.
 *
 * A model is looked for in -p model= and SV_MODEL, which name a folder, else
 * under models/ru or models/en in the cache folder, then in
 * ../share/sales-voice/models beside the folder of this program.
 */
#ifndef ASR_MODEL_H
#define ASR_MODEL_H

#include "src/asr/config.h"

/* The folder of the model to use, yours to free(); NULL with EX_NOINPUT's
 * sentence when there is none. */
char *model_find(const struct asr_config *config);

/* A folder beside this program, as in "../lib/sales-voice"; yours to free(),
 * NULL when the program's own place is unknown. */
char *model_beside(const char *relative);

/* sv-asr model list|get: arguments after "model", NULL-terminated */
int model_run(const struct asr_config *config, char **arguments);

#endif
