/*
 * A call's sv-asr where there is a server: it has the server do the work,
 * waits, and hands on how it ended.
 */
#ifndef ASR_CLIENT_H
#define ASR_CLIENT_H

#include <stdbool.h>

#include "src/asr/config.h"

/* Asks the server, if there is one and the call is of today. *served tells whether it has taken the
 * call, and the call is over: then 0 or the code to exit with. If not, nothing
 * of the call was touched; 0, or EX_TEMPFAIL when there is no place for
 * another call on this machine. */
int client_run(const struct asr_config *config, const char *call, bool *served);

#endif
