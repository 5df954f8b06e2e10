/*
 * What a result depends on: the engine and its model, the settings, the
 * coding, and the recording's content. The same key, the same result.
 */
#ifndef ASR_IDENTITY_H
#define ASR_IDENTITY_H

#include "lib/digest.h"

#include "src/asr/config.h"
#include "src/asr/engine.h"

/* of all but the recording. 0 or the engine's code */
int identity_of(const struct asr_loaded *loaded,
                const struct asr_config *config, unsigned char out[SV_SHA256]);

/* and of a recording: its path tells the coding where no header does */
void identity_key(const unsigned char identity[SV_SHA256], const char *path,
                  const unsigned char content[SV_SHA256],
                  unsigned char out[SV_SHA256]);

#endif
