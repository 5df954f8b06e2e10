/*
 * What a recogniser learns from speech it has heard, before the first call.
 *
 * Vosk composes its graph as words lead it there: a new recogniser takes half
 * as much time again over its first minute, and some 50 MB. One that has heard
 * speech before the server forks has that behind it, and its pages are shared.
 */
#ifndef ASR_WARM_H
#define ASR_WARM_H

#include "src/asr/engine.h"

/* Has the link's spare recogniser hear the recording's first 40 s (its first
 * channel), whose words nobody is told. 0, EX_NOINPUT, EX_DATAERR, the engine's code. */
int warm_up(const struct asr_link *link, const char *path);

#endif
