/* NVIDIA Riva: recognition over gRPC, one stream an utterance. */
#ifndef ASR_RIVA_H
#define ASR_RIVA_H

#include "src/asr/engine.h"

extern const struct asr_engine asr_riva;

#endif
