/*
 * sv-asr --serve: models loaded once for all the calls of a machine.
 *
 * The process that was started is the supervisor: it holds the socket, and
 * neither loads nor decodes, so that nothing that happens to a model or a call
 * can end it. Under it a generation (generation.h) has the models; under that
 * each call has a process (call.h), which becomes the supervisor's child when
 * its generation has left.
 */
#ifndef ASR_SERVE_H
#define ASR_SERVE_H

#include <sys/types.h>

#include "src/asr/config.h"

struct served;

/* Serves at config->serve until SIGTERM, and then until the calls that go on
 * are over. reread reads the configuration into *config once more, in a
 * process that has nothing else to lose. 0 or the code to exit with. */
int serve_run(const struct asr_config *config, int (*reread)(void));

/* A call's process has ended, with what waitpid(2) says. */
void serve_ended(struct served *served, pid_t pid, int status);

#endif
