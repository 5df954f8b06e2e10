/*
 * Entries that are claimed together, sent one by one, and noted together: a
 * commit for each would be most of the work.
 */
#ifndef CRM_TRY_H
#define CRM_TRY_H

#include "src/crm/drain.h"

enum { BATCH_MAX = 256 };

/* one entry, and what became of it */
struct
try {
	struct entry entry;
	bool tried;
	int code;
	char *why;
	struct crm_outcome outcome;
	int64_t ms;  /* it took */
	int64_t seq; /* of the event that tells */
};

struct batch {
	struct try tries[BATCH_MAX];
	int n;
	struct try *whole; /* the one in which the CRM failed */
	json_t *made;      /* what the entries of the last call have made */
	const char *call;  /* which it is, lent; NULL at first */
};

struct batch *batch_new(void);
void batch_free(struct batch *batch);

/* Sends the entry, unless the CRM has it. 0 and try->code; or the outbox's
 * code. */
int try_send(struct drain *pump, struct batch *batch, struct try *try);

/* Makes sure of what was sent; or none of it was. */
void try_flush(struct drain *pump, struct batch *batch);

/* whether it is not the entry that failed but the CRM */
bool try_is_whole(const struct try *try);

/* for how long what a sender had in hand is left alone when it dies */
int try_settle_ms(const struct drain *pump);

/* Into the outbox, and when that is committed into the stream. */
int try_note(struct drain *pump, struct try *try);
void try_tell(struct drain *pump, struct try *try);

#endif
