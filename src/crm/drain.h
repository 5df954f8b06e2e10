/* Sending what is due: the outbox's entries to the engine, one by one. */
#ifndef CRM_DRAIN_H
#define CRM_DRAIN_H

#include <jansson.h>
#include <stdint.h>

#include "src/crm/engine.h"
#include "src/crm/outbox.h"

struct drain {
	struct outbox *outbox;
	const struct crm_engine *engine;
	struct crm *crm;
	int told; /* SV_GONE or a code once events cannot be written: then
	           * none are, and the work goes on */
};

/* Writes an event about an entry under the number that the outbox gave. */
void drain_tell(struct drain *pump, const struct entry *entry, const char *type,
                int64_t seq, json_t *fields);

enum drained {
	DRAINED,    /* nothing is due */
	DRAIN_MORE, /* the time was up */
	DRAIN_BUSY, /* another process is sending */
};

/* Sends what is due for about budget_ms, and tells of each with crm.sent or
 * crm.failed. 0 and what is *left, or why it could not be done: what was not
 * sent stays queued. */
int drain(struct drain *pump, int64_t budget_ms, enum drained *left);

/* The same until nothing is due, waiting up to timeout_ms for another process
 * that is sending; then EX_TEMPFAIL. */
int drain_all(struct drain *pump, int64_t timeout_ms);

#endif
