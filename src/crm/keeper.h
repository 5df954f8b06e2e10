/*
 * The process that has the outbox: it reads events from a pipe and queues what
 * they mean. Whatever the store does, who passes the events on does not wait.
 *
 * Into the pipe of words it writes lines: the events that tell of what was
 * queued, and for who started it
 *     ready       the store is there
 *     away        it is not, or not any more; it is tried again
 *     queued      there is something to send
 *     why TEXT    the store cannot be used: then it ends
 *     safe BYTES  so much of what was read need not be given again
 */
#ifndef CRM_KEEPER_H
#define CRM_KEEPER_H

#include <sys/types.h>

#include "src/crm/command.h"
#include "src/crm/order.h"

/* what both of the filter's processes are given */
struct crew_part {
	const struct crm_options *options;
	const struct crm_engine *engine;
	struct crm *crm;
	struct order *order;
	pid_t parent;
	int words; /* to write to */
	int in;    /* its end is the end of the work */
};

/* The line behind the last event. Without it who wrote them has died, and the
 * calls go on. */
#define KEEPER_END "{\"type\":\"crm.end\"}\n"

/* Until in ends, and then all is in the store; after SIGTERM a store that is
 * away is not waited for. The exit code. */
int keeper_run(const struct crew_part *part);

#endif
