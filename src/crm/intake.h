/*
 * What the events mean for the CRM: calls are put together in memory, and go
 * into the outbox when something of them is true for good. All that touches
 * the store may be tried again when it failed: nothing is lost but time.
 */
#ifndef CRM_INTAKE_H
#define CRM_INTAKE_H

#include <stdbool.h>

#include "lib/event.h"

#include "src/crm/call.h"
#include "src/crm/drain.h"

/* owned by who declares it; zero but for the first three */
struct intake {
	struct drain *drain;
	int hold_ms;  /* how long a call's record waits for more of it */
	bool dry_run; /* say what would be queued, and write nothing */
	struct calls calls;
	struct call *touched[CALLS_MAX]; /* to be queued, in their order */
	int n_touched;
	bool queued;  /* something was, since who has this looked */
	json_t *said; /* keys that a dry run told of */
};

void intake_release(struct intake *intake);

/* whether an event of this type says anything */
bool intake_wants(const struct sv_event *event);

/* What the event says of its call. 0, or the store's code: then as if it had
 * not come. */
int intake_event(struct intake *intake, const struct sv_event *event);

/* Puts into the outbox what the events so far tell, in one commit, and then
 * tells of it. */
int intake_queue(struct intake *intake);

/* Puts into the store what is known of calls that are not over, so that
 * another process can go on with them. */
int intake_save(struct intake *intake);

/* whether there is anything to save */
bool intake_unsaved(const struct intake *intake);

/* No more events: what waited for them is due, what is open is kept. */
int intake_settle(struct intake *intake);

#endif
