/*
 * What the events mean for the CRM: calls are put together in memory, and go
 * into the outbox when something of them is true for good. A trouble with the
 * outbox is noted and does not stop the events.
 */
#ifndef CRM_INTAKE_H
#define CRM_INTAKE_H

#include <stdbool.h>

#include "lib/event.h"

#include "src/crm/call.h"
#include "src/crm/drain.h"
#include "src/crm/filter.h"

/* owned by who declares it; zero but for drain, options and said */
struct intake {
	struct drain *drain; /* its outbox is NULL: could not be opened */
	const struct filter_options *options;
	struct calls calls;
	struct call *touched[CALLS_MAX]; /* to be queued, in their order */
	int n_touched;
	json_t *said; /* keys that a dry run told of */
	int code;     /* why something is not in the outbox, or not sent */
	char *why;
	bool lost; /* something is not even in the outbox */
};

/* What the event says of its call; line is its number, for messages. */
void intake_event(struct intake *intake, const struct sv_event *event,
                  long line);

/* Puts into the outbox what the events so far tell, in one commit, and then
 * tells of it. */
void intake_queue(struct intake *intake);

/* No more events: what waited for them is due, what is open is kept. */
void intake_settle(struct intake *intake);

/* Notes and says what went wrong with the outbox or the CRM, when code is not
 * 0: it is the exit code if it stays so. */
void intake_note(struct intake *intake, int code);

#endif
