/* batch: events on their way into the store */
#include "src/report/batch.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/alloc.h"
#include "lib/utf8.h"

#include "src/report/fold.h"
#include "src/report/when.h"

/* what is not between 2000 and 2200 is no time of a call, as events_month() of
 * the schema has it */
#define BELIEVED_MS INT64_C(946684800000)
#define BELIEVED_BEFORE_MS INT64_C(7258118400000)

void batch_init(struct batch *batch)
{
	*batch = (struct batch){ 0 };
	rows_init(&batch->events, "events",
	          "call, stage, seq, time, type, line");
	rows_init(&batch->turns, "turns",
	          "call, stage, seq, time, turn, total_ms, parts");
	rows_init(&batch->slots, "slots",
	          "call, stage, seq, name, value, kind, raw, confirmed");
	rows_init(&batch->costs, "costs",
	          "call, stage, seq, time, engine, service, model, unit, "
	          "amount, price, currency");
	rows_init(&batch->tags, "tags",
	          "call, stage, seq, time, tag, value, fields");
}

void batch_clear(struct batch *batch)
{
	rows_clear(&batch->events);
	rows_clear(&batch->turns);
	rows_clear(&batch->slots);
	rows_clear(&batch->costs);
	rows_clear(&batch->tags);
	fold_clear(batch);
	fold_clear_leads(batch);
	batch->n = batch->n_months = 0;
}

void batch_release(struct batch *batch)
{
	batch_clear(batch);
	rows_release(&batch->events);
	rows_release(&batch->turns);
	rows_release(&batch->slots);
	rows_release(&batch->costs);
	rows_release(&batch->tags);
	free(batch->leads);
	free(batch->calls);
	free(batch->months);
}

/* An event that names no call, or has no number, is told from others by the
 * whole of its line: FNV-1a, made negative, for numbers begin at 0. */
static int64_t number_of(const char *line, size_t len)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)line[i]) *
		       UINT64_C(1099511628211);
	return -(int64_t)(hash >> 1) - 1;
}

static int64_t time_of(const struct sv_event *event)
{
	const json_t *time = json_object_get(event->json, "time");
	struct span text = { json_string_value(time),
		             json_string_length(time) };
	int64_t ms;

	if (!text.text || !when_parse(text, &ms))
		return UNTOLD;
	return ms >= BELIEVED_MS && ms < BELIEVED_BEFORE_MS ? ms : UNTOLD;
}

/* the UTC month, counted from year 0 */
static int month_of(int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	return (tm.tm_year + 1900) * 12 + tm.tm_mon;
}

static void note_month(struct batch *batch, int64_t ms)
{
	int month;

	/* nearly all events are of the day of the one before */
	if (ms == UNTOLD ||
	    (batch->n_months &&
	     ms / 86400000 == batch->months[batch->n_months - 1] / 86400000))
		return;
	month = month_of(ms);
	for (size_t i = 0; i < batch->n_months; i++)
		if (month_of(batch->months[i]) == month)
			return;
	batch->months = sv_realloc(batch->months,
	                           (batch->n_months + 1) * sizeof(int64_t));
	batch->months[batch->n_months++] = ms;
}

void batch_add(struct batch *batch, const struct sv_event *event)
{
	const char *stage =
		json_string_value(json_object_get(event->json, "stage"));
	const json_t *seq = json_object_get(event->json, "seq");
	size_t len = event->len - 1; /* without its newline */
	struct keyed keyed = { event, stage ? stage : "",
		               json_integer_value(seq), time_of(event) };

	if (!*event->call || !json_is_integer(seq) || keyed.seq < 0)
		keyed.seq = number_of(event->line, len);
	batch->n++;
	note_month(batch, keyed.time_ms);
	rows_put_text(&batch->events, event->call);
	rows_put(&batch->events, keyed.stage,
	         sv_utf8_cut(keyed.stage, strlen(keyed.stage), SV_CALL_MAX));
	rows_put_int(&batch->events, keyed.seq);
	rows_put_int(&batch->events, keyed.time_ms);
	rows_put_text(&batch->events, event->type);
	rows_put(&batch->events, event->line, len);
	fold(batch, &keyed);
}

/* In a transaction of their own, so that nobody waits for the events, too. */
static int make_months(const struct batch *batch, struct sv_store *store)
{
	int rc = 0;

	if (!sv_store_is_postgres(store))
		return 0;
	for (size_t i = 0; !rc && i < batch->n_months; i++) {
		struct sv_rows *row;

		rc = sv_store_first(store, &row, "SELECT events_month(?)", "i",
		                    batch->months[i]);
		sv_rows_free(row);
	}
	return rc;
}

/* Those of other processes wait for each other in this order, if at all. */
static int store_rows(struct batch *batch, struct sv_store *store)
{
	const struct rows *const tables[] = { &batch->events, &batch->turns,
		                              &batch->slots,  &batch->costs,
		                              &batch->tags,   NULL };
	int rc = 0;

	for (size_t i = 0; !rc && tables[i]; i++)
		rc = rows_store(tables[i], store);
	if (!rc)
		rc = fold_store(batch, store);
	return rc ? rc : fold_store_leads(batch, store);
}

int batch_store(struct batch *batch, struct sv_store *store)
{
	int rc = make_months(batch, store);

	if (!rc)
		rc = sv_store_begin(store);
	if (!rc)
		rc = store_rows(batch, store);
	if (!rc)
		rc = sv_store_commit(store);
	if (rc)
		sv_store_rollback(store);
	return rc;
}
