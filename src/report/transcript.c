/* transcript: who said what in one call, and what came of it */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/buf.h"
#include "lib/fail.h"

#include "src/report/money.h"
#include "src/report/said.h"

enum {
	CALL,
	TIME_AT,
	DIRECTION,
	CALLER,
	CALLEE,
	SOURCE,
	DURATION,
	SCENARIO,
	EXPERIMENTS,
	OUTCOME,
	HANDOFF,
	REASON,
	BRIEF,
	END,
	RECORDING,
	FACTS
};

static const struct column fact_columns[FACTS] = {
	[CALL] = { "call", L_CALL, ID },
	[TIME_AT] = { "time", L_TIME, TIME },
	[DIRECTION] = { "direction", L_DIRECTION, WORD },
	[CALLER] = { "caller", L_CALLER, TEXT },
	[CALLEE] = { "callee", L_CALLEE, TEXT },
	[SOURCE] = { "source", L_SOURCE, TEXT },
	[DURATION] = { "duration_ms", L_DURATION, LENGTH },
	[SCENARIO] = { "scenario", L_SCENARIO, TEXT },
	[EXPERIMENTS] = { "experiments", L_VARIANTS_REPORT, TEXT },
	[OUTCOME] = { "outcome", L_OUTCOME, WORD },
	[HANDOFF] = { "handoff", L_HANDOFF, WORD },
	[REASON] = { "handoff_reason", L_REASON, TEXT },
	[BRIEF] = { "brief", L_BRIEF, TEXT },
	[END] = { "end", L_END, WORD },
	[RECORDING] = { "recording", L_RECORDING, TEXT },
};

/* "greeting: warm, voice: anna", lent by the report; NULL without any */
static const char *experiments_of(struct report *report,
                                  const struct store *store,
                                  const struct call *call)
{
	struct sv_buf text = { .max = 4096 };
	uint32_t at = NAMES_MAX;

	for (size_t i = 0; i < store->n_trials; i++) {
		const struct trial *trial = &store->trials[i];

		if (&store->calls[trial->call] == call)
			sv_buf_printf(&text, "%s%s: %s", text.len ? ", " : "",
			              trial->experiment, trial->variant);
	}
	if (text.len)
		at = names_put(&report->texts, text.data, text.len);
	sv_buf_release(&text);
	return at == NAMES_MAX ? NULL : report->texts.items[at];
}

static void put_money(struct table *table, const struct store *store,
                      const struct call *call, size_t at)
{
	struct money *money = money_by_call(store);

	money_put(table->cells + at, store, &money[call - store->calls],
	          (double[]){ 1 }, 1);
	free(money);
}

static void facts_table(struct report *report, const struct query *query,
                        const struct call *call, struct said *said)
{
	struct table *table =
		report_table(report, "call", L_CALL, fact_columns, FACTS);
	static const struct money_column kinds[] = { { "cost", L_COST } };
	size_t at = money_columns(report, table, query->store, kinds, 1);
	struct cell *row = table_row(table);

	table->facts = true;
	row[CALL] = cell_text(call->id);
	row[TIME_AT] = cell_n(call_began(call));
	row[DIRECTION] = cell_text(call->direction);
	row[CALLER] = cell_text(mask_caller(report, query, call->caller));
	row[CALLEE] = cell_text(call->callee);
	row[SOURCE] = cell_text(call->source);
	row[DURATION] = cell_n(call->duration_ms);
	row[SCENARIO] = cell_text(call->scenario);
	row[EXPERIMENTS] =
		cell_text(experiments_of(report, query->store, call));
	row[OUTCOME] = cell_text(call->outcome);
	row[HANDOFF] = cell_text(call->handoff);
	row[REASON] = cell_text(call->handoff_reason);
	row[BRIEF] = cell_text(said_mask(said, call->brief));
	row[END] = cell_text(!call->ended       ? "open"
	                     : call->end_reason ? call->end_reason
	                                        : "eof");
	row[RECORDING] = cell_text(call->recording);
	put_money(table, query->store, call, at);
}

static int by_time(const void *left, const void *right)
{
	const struct line *a = left, *b = right;

	if (a->t != b->t)
		return a->t < b->t ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

static void lines_table(struct report *report, const struct query *query,
                        const struct call *call, struct said *said)
{
	static const struct column columns[] = {
		{ "t", L_OFFSET, OFFSET },
		{ "who", L_WHO, WORD },
		{ "text", L_TEXT, TEXT },
	};

	struct table *table =
		report_table(report, "lines", L_SPOKEN, columns, 3);
	struct store *store = query->store;

	report->main = report->n - 1;
	if (store->n_lines)
		qsort(store->lines, store->n_lines, sizeof *store->lines,
		      by_time);
	for (size_t i = 0; i < store->n_lines; i++) {
		const struct line *line = &store->lines[i];
		struct cell *row;

		if (&store->calls[line->call] != call)
			continue;
		row = table_row(table);
		row[0] = cell_n(line->t);
		row[1] = cell_text(line->who);
		row[2] = cell_text(said_mask(said, line->text));
	}
}

static void slots_table(struct report *report, const struct query *query,
                        const struct call *call)
{
	static const struct column columns[] = {
		{ "slot", L_SLOT, TEXT },
		{ "value", L_VALUE, WORD },
		{ "confirmed", L_CONFIRMED, WORD },
	};

	struct table *table =
		report_table(report, "slots", L_SLOTS, columns, 3);

	for (uint32_t i = 0; i < call->n_slots; i++) {
		const struct slot *slot = &call->slots[i];
		struct cell *row = table_row(table);

		row[0] = cell_text(slot->name);
		row[1] = cell_text(mask_slot(report, query, slot));
		row[2] = cell_text(slot->confirmed ? "yes" : NULL);
	}
}

/* The calls whose id begins so, up to two of them; an id as a whole wins. */
static size_t find(const struct query *query, const struct call *found[2])
{
	const char *wanted = query->store->wanted;
	size_t len = strlen(wanted), n = 0;

	for (size_t i = 0; i < query->n; i++) {
		const struct call *call = query->calls[i];

		if (!strcasecmp(call->id, wanted)) {
			found[0] = call;
			return 1;
		}
		if (strncasecmp(call->id, wanted, len) != 0)
			continue;
		if (n < 2)
			found[n] = call;
		n++;
	}
	return n;
}

static void fill(struct report *report, const struct query *query,
                 const struct call *call)
{
	struct said *said =
		query->redact ? said_new(report, query, call) : NULL;

	facts_table(report, query, call, said);
	lines_table(report, query, call, said);
	slots_table(report, query, call);
	said_free(said);
}

int transcript_report(struct report *report, const struct query *query)
{
	const struct call *found[2];
	const char *wanted = query->store->wanted;
	size_t n = find(query, found);

	report->title = L_TRANSCRIPT_REPORT;
	if (!n && !*wanted)
		return sv_fail(EX_NOINPUT, "there is no call in the input");
	if (!n)
		return sv_fail(EX_NOINPUT, "no call begins with '%s'", wanted);
	if (n > 1)
		return sv_fail(EX_USAGE,
		               "%zu calls begin with '%s', as %s and %s: "
		               "name one of them",
		               n, wanted, found[0]->id, found[1]->id);
	report->call = found[0]->id;
	fill(report, query, found[0]);
	return 0;
}
