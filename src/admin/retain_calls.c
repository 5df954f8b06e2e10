/* retain_calls: what goes with the age of its call */
#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/start.h"

#include "src/admin/held.h"
#include "src/admin/removal.h"
#include "src/admin/retain.h"
#include "src/admin/select.h"

struct batch {
	struct {
		char *call, *recording;
		bool stays;
	} items[BATCH];

	size_t n;
};

static void release(struct batch *batch)
{
	for (size_t i = 0; i < batch->n; i++) {
		free(batch->items[i].call);
		free(batch->items[i].recording);
	}
	batch->n = 0;
}

static int next_batch(struct sv_store *store, const char *sql,
                      const char *behind, struct batch *batch)
{
	struct sv_rows *rows;
	int rc = sv_store_query(store, &rows, sql, "s", behind);

	batch->n = 0;
	while (!rc && batch->n < BATCH && sv_rows_next(rows)) {
		batch->items[batch->n].call = sv_strdup(sv_rows_text(rows, 0));
		batch->items[batch->n].recording =
			sv_strdup(sv_rows_text(rows, 1));
		batch->items[batch->n].stays = false;
		batch->n++;
	}
	if (!rc)
		rc = sv_rows_code(rows);
	sv_rows_free(rows);
	return rc;
}

/* Files before rows: by the rows they are found again. */
static void take_files(struct retain *retain, enum kind kind,
                       struct batch *batch, struct tally *done)
{
	if (kind != RECORDINGS && kind != TRANSCRIPTS)
		return;
	for (size_t i = 0; i < batch->n; i++) {
		int rc = held_objects(
			retain->admin, &retain->remote, batch->items[i].call,
			kind == RECORDINGS ? "recording" : "transcript", done);

		if (!rc && kind == RECORDINGS)
			rc = held_file(retain->admin, batch->items[i].recording,
			               done);
		if (rc)
			admin_left(retain->admin, rc, batch->items[i].call);
		batch->items[i].stays = rc != 0;
	}
}

static int take_rows(struct retain *retain, enum kind kind,
                     const struct batch *batch, struct tally *done)
{
	struct sv_store *store = retain->admin->store;
	bool take = retain->admin->apply;
	int rc = take ? sv_store_begin(store) : 0;

	for (size_t i = 0; !rc && i < batch->n; i++) {
		if (!batch->items[i].stays)
			rc = removal(store, kind, batch->items[i].call, take,
			             &done->rows);
	}
	if (!rc && take && (done->rows || done->files || done->objects))
		rc = retain_audit(retain, kind, done);
	if (!rc && take)
		rc = sv_store_commit(store);
	if (rc && take)
		sv_store_rollback(store);
	return rc;
}

static void add(struct tally *sum, const struct tally *done)
{
	sum->rows += done->rows;
	sum->files += done->files;
	sum->objects += done->objects;
	sum->bytes += done->bytes;
}

static int take_batches(struct retain *retain, enum kind kind, const char *sql)
{
	struct batch batch = { 0 };
	char *behind = sv_strdup("");
	bool more = true;
	int rc = 0;

	while (!rc && more && !sv_stopping()) {
		struct tally done = { 0 };

		rc = next_batch(retain->admin->store, sql, behind, &batch);
		if (!rc && batch.n) {
			take_files(retain, kind, &batch, &done);
			rc = take_rows(retain, kind, &batch, &done);
			free(behind);
			behind = sv_strdup(batch.items[batch.n - 1].call);
		}
		if (!rc)
			add(&retain->tallies[kind], &done);
		more = batch.n == BATCH;
		release(&batch);
	}
	free(behind);
	return rc;
}

/* those that would go if the CRM had what is theirs */
static int count_held(struct retain *retain, enum kind kind, const char *sql)
{
	struct batch batch = { 0 };
	char *behind = sv_strdup("");
	bool more = true;
	int rc = 0;

	while (!rc && more && !sv_stopping()) {
		rc = next_batch(retain->admin->store, sql, behind, &batch);
		retain->tallies[kind].held += (int64_t)batch.n;
		more = batch.n == BATCH;
		if (batch.n) {
			free(behind);
			behind = sv_strdup(batch.items[batch.n - 1].call);
		}
		release(&batch);
	}
	free(behind);
	return rc;
}

int retain_calls(struct retain *retain, enum kind kind)
{
	struct selection selection = {
		.kind = kind,
		.rules = &retain->admin->rules.kinds[kind],
		.now_ms = retain->admin->now_ms,
		.taking = retain->admin->apply,
	};
	char *sql = select_calls(&selection);
	int rc = 0;

	if (sql)
		rc = take_batches(retain, kind, sql);
	free(sql);
	sql = rc ? NULL : select_orphans(&selection);
	if (sql)
		rc = take_batches(retain, kind, sql);
	free(sql);
	selection.held = true;
	sql = rc ? NULL : select_calls(&selection);
	if (sql)
		rc = count_held(retain, kind, sql);
	free(sql);
	return rc;
}
