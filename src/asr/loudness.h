/* an entry of engines.c */
#ifndef ASR_LOUDNESS_H
#define ASR_LOUDNESS_H

#include "src/asr/engine.h"

extern const struct asr_engine asr_loudness;

#endif
