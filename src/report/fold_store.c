/* fold_store: the calls of a batch, joined with what the store has of them */
#include <stdlib.h>
#include <string.h>

#include "src/report/fold.h"

#define LATER(COLUMN)                                                          \
	COLUMN " = COALESCE(excluded." COLUMN ", calls." COLUMN ")"
#define EARLIER(COLUMN)                                                        \
	COLUMN " = COALESCE(calls." COLUMN ", excluded." COLUMN ")"
/* -1 is UNTOLD */
#define EITHER(COLUMN, ORDER)                                                  \
	COLUMN " = CASE WHEN calls." COLUMN " " ORDER " excluded." COLUMN      \
	       " THEN calls." COLUMN " ELSE COALESCE(excluded." COLUMN         \
	       ", calls." COLUMN ") END"

static const char sql[] =
	"INSERT INTO calls (call, first_ms, last_ms, start_ms, end_ms,"
	" duration_ms, direction, caller, callee, source, recording, language,"
	" scenario, outcome, handoff, reason)"
	" VALUES (?, NULLIF(?, -1), NULLIF(?, -1), NULLIF(?, -1),"
	" NULLIF(?, -1), NULLIF(?, -1), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
	" ON CONFLICT (call) DO UPDATE SET " EITHER("first_ms", "<=") ", " //
	EITHER("last_ms", ">=") ", " LATER("start_ms") ", " LATER("end_ms") ", " LATER("duration_ms") ", " LATER("direction") ", " LATER("caller") ", " LATER("callee") ", " LATER(
		"source") ", " LATER("recording") ", " EARLIER("language") ", " LATER("scenario") ", " LATER("outcome") ", " LATER("handoff") ", " LATER("reason");

static int store_call(struct sv_store *store, const struct call_row *row)
{
	char *const *texts = row->texts;

	return sv_store_change(
		store, NULL, sql, "siiiiissssssssss", row->call, row->first_ms,
		row->last_ms, row->start_ms, row->end_ms, row->duration_ms,
		texts[DIRECTION], texts[CALLER], texts[CALLEE], texts[SOURCE],
		texts[RECORDING], texts[LANGUAGE], texts[SCENARIO],
		texts[OUTCOME], texts[HANDOFF], texts[REASON]);
}

static int by_call(const void *left, const void *right)
{
	const struct call_row *a = left, *b = right;

	return strcmp(a->call, b->call);
}

/* In the order of their names: two writers that take the same calls in
 * different orders would wait for each other. From here on the calls are not
 * where the names say, which nobody asks before they are cleared. */
int fold_store(struct batch *batch, struct sv_store *store)
{
	int rc = 0;

	if (batch->ids.n)
		qsort(batch->calls, batch->ids.n, sizeof *batch->calls,
		      by_call);
	for (size_t i = 0; !rc && i < batch->ids.n; i++)
		rc = store_call(store, &batch->calls[i]);
	return rc;
}
