/* What an event adds to the tables of calls. */
#ifndef REPORT_FOLD_H
#define REPORT_FOLD_H

#include "src/report/batch.h"

/* an event with what makes it that one: call, stage and seq */
struct keyed {
	const struct sv_event *event;
	const char *stage;
	int64_t seq;
	int64_t time_ms; /* UNTOLD when none can be believed */
};

void fold(struct batch *batch, const struct keyed *keyed);

/* the calls of the batch into the store, within a transaction */
int fold_store(struct batch *batch, struct sv_store *store);

/* forgets the calls */
void fold_clear(struct batch *batch);

/* --- fold_lead.c --- */

/* a dialog.end, and what the CRM has made of it */
void fold_lead(struct batch *batch, const struct keyed *keyed);
void fold_made(struct batch *batch, const struct keyed *keyed);
/* a tag.* */
void fold_tag(struct batch *batch, const struct keyed *keyed);

int fold_store_leads(struct batch *batch, struct sv_store *store);
void fold_clear_leads(struct batch *batch);

#endif
