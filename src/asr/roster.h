/* sv-asr engines: what there is to recognise with, and whether it answers. */
#ifndef ASR_ROSTER_H
#define ASR_ROSTER_H

#include "src/asr/config.h"

/* Prints a line for each engine of config->engines, or of this build when that
 * is empty: name, state, what it is or what is missing. probing: each that is
 * configured is asked for a real answer. 0; EX_USAGE; EX_UNAVAILABLE when one
 * does not answer. */
int roster_print(const struct asr_config *config, bool probing);

#endif
