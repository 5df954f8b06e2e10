/* What a process forked off the server is for: one call, or one answer. */
#ifndef CAPTURE_ERRAND_H
#define CAPTURE_ERRAND_H

#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>

#include "src/capture/call.h"
#include "src/capture/transport.h"

struct errand {
	struct arrival arrival;
	uint8_t *greeting;      /* its own copy of the arrival's */
	int events_fd;          /* -1 for a question */
	volatile int *pipeline; /* memory shared with the server */
	bool full;              /* no slot is left for a further call */
	sigset_t mask;       /* as the server was started with: signals ... */
	struct rlimit files; /* ... and the ceiling on descriptors */
};

/* Makes the process of its own, with nothing left of the server but stderr,
 * and runs. Takes what the errand holds. As call_run(). */
int errand_run(struct errand *errand, const struct call_config *config);

#endif
