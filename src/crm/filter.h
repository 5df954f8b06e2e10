/* The filter: events through, calls and leads into the outbox and out of it. */
#ifndef CRM_FILTER_H
#define CRM_FILTER_H

#include <stdbool.h>

#include "src/crm/drain.h"

struct filter_options {
	int hold_ms;    /* how long a call's record waits for more of it */
	int timeout_ms; /* for another process that is sending */
	bool dry_run;   /* say what would be queued, and write nothing */
};

/* Reads events from stdin to the end. drain may have a NULL outbox, when it
 * could not be opened: then the events pass all the same, and code, with
 * sv_why(), is what is handed up at the end. */
int filter(struct drain *drain, const struct filter_options *options, int code);

#endif
