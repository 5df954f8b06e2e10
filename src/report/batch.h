/*
 * Events on their way into the store, some at a time: each line as it came,
 * and what it adds to the tables of calls, turns, slots, costs, leads and
 * tags. Storing them again changes nothing.
 */
#ifndef REPORT_BATCH_H
#define REPORT_BATCH_H

#include <stddef.h>

#include "lib/event.h"
#include "lib/store.h"

#include "src/report/names.h"
#include "src/report/rows.h"

/* texts of a call that its events tell; the last one told counts, but for the
 * language */
enum call_text {
	DIRECTION,
	CALLER,
	CALLEE,
	SOURCE,
	RECORDING,
	LANGUAGE,
	SCENARIO,
	OUTCOME,
	HANDOFF,
	REASON,
	CALL_TEXTS
};

enum { UNTOLD = -1 }; /* a time or length of a call */

struct call_row {
	const char *call; /* lent by the names */
	int64_t first_ms, last_ms, start_ms, end_ms, duration_ms;
	char *texts[CALL_TEXTS];
};

struct lead_row;

struct batch {
	size_t n; /* events */
	struct rows events, turns, slots, costs, tags;
	struct names ids;
	struct call_row *calls; /* as numbered by ids */
	size_t cap_calls;
	struct lead_row *leads; /* in the order they were told */
	size_t n_leads, cap_leads;
	int64_t *months; /* a time in each month of its events */
	size_t n_months;
};

void batch_init(struct batch *batch);
void batch_release(struct batch *batch);
void batch_clear(struct batch *batch);

void batch_add(struct batch *batch, const struct sv_event *event);

/* All of them, or none, with the partitions they need. */
int batch_store(struct batch *batch, struct sv_store *store);

#endif
