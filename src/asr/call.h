/* One call of the server, in a process of its own. */
#ifndef ASR_CALL_H
#define ASR_CALL_H

#include "src/asr/engine.h"
#include "src/asr/request.h"

/* Makes this process, a fork of the one with the models, that of the call
 * asked for on the socket, and serves it to its end. When the other end of the
 * socket is closed, the process ends at once. Does not return. */
void call_run(int socket, struct request *request, struct asr_loaded *loaded)
	__attribute__((noreturn));

#endif
