/*
 * Yandex SpeechKit: version 3 of its recognition over gRPC, live and of whole
 * recordings; and version 1 over HTTP, an utterance a request.
 */
#ifndef ASR_SPEECHKIT_H
#define ASR_SPEECHKIT_H

#include "src/asr/engine.h"

extern const struct asr_engine asr_speechkit;
extern const struct asr_engine asr_speechkit_v1;

#endif
