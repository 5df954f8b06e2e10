/* sv-asr without operands: PCM on stdin, events on stdout, as it comes. */
#ifndef ASR_STREAM_H
#define ASR_STREAM_H

#include "src/asr/config.h"
#include "src/asr/engine.h"

/* until stdin ends or we are told to stop; 0 or the code to exit with */
int stream_run(const struct asr_config *config);

/* the same with what is loaded already, for that call */
int stream_serve(const struct asr_config *config, struct asr_loaded *loaded,
                 const char *call);

#endif
