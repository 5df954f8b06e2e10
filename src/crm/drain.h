/*
 * Sending what is due: the outbox's entries to the engine, one by one.
 *
 * What fails by itself waits, and with it the rest of its call; other calls go
 * on. A failure of the whole CRM ends the round.
 */
#ifndef CRM_DRAIN_H
#define CRM_DRAIN_H

#include <jansson.h>
#include <stdint.h>

#include "src/crm/engine.h"
#include "src/crm/order.h"
#include "src/crm/outbox.h"

/* zero at first, but for the first three, and those that are wanted */
struct drain {
	struct outbox *outbox;
	const struct crm_engine *engine;
	struct crm *crm;
	bool (*stop)(void *arg); /* asked between two entries; or NULL */
	void *arg;
	const char *key;     /* this entry alone; or NULL */
	struct order *order; /* who queues tells first; or NULL */

	int told; /* SV_GONE or a code once events cannot be written: then
	           * none are, and the work goes on */

	int away;     /* rounds in a row that the whole CRM failed */
	int wait_ms;  /* the last such said to wait so long; or 0 */
	int in_a_row; /* entries that failed since one went well */
};

/* Writes an event about an entry under the number that the outbox gave. */
void drain_tell(struct drain *pump, const struct entry *entry, const char *type,
                int64_t seq, json_t *fields);

enum drained {
	DRAINED,    /* nothing is due */
	DRAIN_MORE, /* the time was up, or it was to stop */
	DRAIN_BUSY, /* another process is sending */
};

/* Sends what is due for about budget_ms, and tells of each with crm.sent or
 * crm.failed. 0 and what is *left, or why the CRM or the outbox could not be
 * used: what was not sent stays queued. */
int drain(struct drain *pump, int64_t budget_ms, enum drained *left);

/* The same until nothing is due, waiting up to timeout_ms for another process
 * that is sending, or for a CRM that wants to be left alone: then EX_TEMPFAIL;
 * also while entries wait that failed. */
int drain_all(struct drain *pump, int64_t timeout_ms);

#endif
