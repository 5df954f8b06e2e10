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

#endif
