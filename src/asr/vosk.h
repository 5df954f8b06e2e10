/* an entry of engines.c */
#ifndef ASR_VOSK_H
#define ASR_VOSK_H

#include "src/asr/engine.h"

extern const struct asr_engine asr_vosk;

#endif
