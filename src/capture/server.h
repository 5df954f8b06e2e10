/*
 * Server mode: awaits calls at each URL and runs a process for each. What it
 * writes are the events of all of them. One thread, one poll, and nothing in
 * it ever waits for a peer, a call or the reader of the events.
 *
 * SIGTERM: no new calls, those in progress finish; a second one ends them,
 * and each hands its caller over; a third kills. SIGHUP: the configuration is
 * read again, for new calls. SIGUSR1: a line on stderr says how things are.
 */
#ifndef CAPTURE_SERVER_H
#define CAPTURE_SERVER_H

#include <stddef.h>

#include "src/capture/call.h"
#include "src/capture/listen.h"

struct server_config {
	struct call_config call;
	int max_calls;      /* at once */
	int greeting_ms;    /* for a peer to say what it wants */
	int drain_ms;       /* for calls to finish when it is to end; 0: all */
	const char *events; /* a file for them; NULL: stdout */

	/* Reads all of this anew: 0, or why it stays as it is. */
	int (*reload)(void);
};

/* Until it is told to end: 0, SV_GONE, or an exit code. Also returns in each
 * call's process, with what became of the call; and a transport that does not
 * listen has its one call in this very process. */
int server_run(const struct server_config *config, const struct origin *origins,
               size_t n);

#endif
