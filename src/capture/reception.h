/* Whoever has said what it is about comes here: a call is begun, a question
 * answered, or the caller sent on to a person. */
#ifndef CAPTURE_RECEPTION_H
#define CAPTURE_RECEPTION_H

#include <stdint.h>

#include "src/capture/calls.h"
#include "src/capture/drain.h"
#include "src/capture/greeter.h"
#include "src/capture/outlet.h"
#include "src/capture/server.h"

struct reception {
	const struct server_config *config;
	struct calls *calls;
	struct outlet *outlet;
	struct greeter *greeter;
	const struct drain *drain;
	struct errand *errand; /* of the process that is forked off */
	long refused;          /* calls, since the start */
	int64_t said_ms;       /* when the log last said so */
};

/* As the greeter and the doors want it; arg is the reception. What it returns
 * ends the loop: CALLS_FORKED. */
int reception_known(void *arg, struct arrival *arrival);

#endif
