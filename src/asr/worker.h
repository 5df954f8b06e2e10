/*
 * A worker: a fork that decodes one recording after the other with the
 * parent's model, and tells it over a socket (frame.h) what was heard.
 */
#ifndef ASR_WORKER_H
#define ASR_WORKER_H

#include "src/asr/config.h"
#include "src/asr/engine.h"

/* Serves the socket until the parent closes it. 0 or EX_IOERR. */
int worker_run(int fd, const struct asr_config *config,
               const struct asr_loaded *loaded);

#endif
