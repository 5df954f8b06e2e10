/* calls: one row a call */
#include <stdlib.h>
#include <string.h>

#include "src/report/money.h"

enum {
	TIME_AT,
	CALL,
	DIRECTION,
	CALLER,
	SOURCE,
	DURATION,
	OUTCOME,
	HANDOFF,
	NAME,
	PHONE,
	TURNS,
	CONFIDENCE,
	END,
	ERRORS,
	COLUMNS
};

static const struct column columns[COLUMNS] = {
	[TIME_AT] = { "time", L_TIME, TIME },
	[CALL] = { "call", L_CALL, ID },
	[DIRECTION] = { "direction", L_DIRECTION, WORD },
	[CALLER] = { "caller", L_CALLER, TEXT },
	[SOURCE] = { "source", L_SOURCE, TEXT },
	[DURATION] = { "duration_ms", L_DURATION, LENGTH },
	[OUTCOME] = { "outcome", L_OUTCOME, WORD },
	[HANDOFF] = { "handoff", L_HANDOFF, WORD },
	[NAME] = { "name", L_NAME, TEXT },
	[PHONE] = { "phone", L_PHONE, TEXT },
	[TURNS] = { "turns", L_TURNS, COUNT },
	[CONFIDENCE] = { "confidence", L_CONFIDENCE, SHARE },
	[END] = { "end", L_END, WORD },
	[ERRORS] = { "errors", L_ERRORS, COUNT },
};

/* the name of a recording without its folders, which are long */
static const char *file_of(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash && slash[1] ? slash + 1 : path;
}

static struct cell *add(struct report *report, const struct query *query,
                        const struct call *call)
{
	struct cell *row = table_row(&report->tables[0]);

	row[TIME_AT] = cell_n(call_began(call));
	row[CALL] = cell_text(call->id);
	row[DIRECTION] = cell_text(call->direction);
	row[CALLER] = cell_text(mask_caller(report, query, call->caller));
	/* a live call's source is the socket all of them came by */
	row[SOURCE] = cell_text(call->caller ? NULL : file_of(call->source));
	row[DURATION] = cell_n(call->duration_ms);
	row[OUTCOME] = cell_text(call->outcome);
	row[HANDOFF] = cell_text(call->handoff);
	row[NAME] =
		cell_text(mask_slot(report, query, call_slot(call, "name")));
	row[PHONE] =
		cell_text(mask_slot(report, query, call_slot(call, "phone")));
	row[TURNS] = cell_n(call_turns(call));
	row[CONFIDENCE] = cell_share(call->confidence, call->confident);
	row[END] = cell_text(!call->ended       ? "open"
	                     : call->end_reason ? call->end_reason
	                                        : "eof");
	row[ERRORS] = cell_n(call->errors ? (int64_t)call->errors : NEVER);
	return row;
}

int calls_report(struct report *report, const struct query *query)
{
	static const struct money_column kinds[] = { { "cost", L_COST } };
	const struct store *store = query->store;
	struct money *money = money_by_call(store);
	struct table *table;
	size_t at;

	report->title = L_CALLS_REPORT;
	table = report_table(report, "calls", L_CALLS_REPORT, columns, COLUMNS);
	at = money_columns(report, table, store, kinds, 1);
	for (size_t i = 0; i < query->n; i++) {
		const struct call *call = query->calls[i];
		struct cell *row = add(report, query, call);

		money_put(row + at, store, &money[call - store->calls],
		          (double[]){ 1 }, 1);
	}
	free(money);
	return 0;
}
