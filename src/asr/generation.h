/*
 * A generation of the server: the process that has loaded the models. It takes
 * requests from the socket and forks a process for each call, which decodes
 * with the pages of this one. A reload makes another generation; the one
 * before leaves as soon as nobody waits for an answer of it, and its calls go
 * on without it.
 */
#ifndef ASR_GENERATION_H
#define ASR_GENERATION_H

#include "src/asr/config.h"

/* memory that all processes of a server share */
struct served {
	int calls; /* going on, changed by __atomic_* */
};

/* In a process of its own: loads, says so to the supervisor, serves until it
 * is told to leave. With rc not 0 it only says why it cannot. Does not
 * return. */
void generation_run(int rc, const struct asr_config *config, int listener,
                    int supervisor, struct served *served)
	__attribute__((noreturn));

#endif
