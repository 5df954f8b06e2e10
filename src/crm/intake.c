/* intake.c: what events mean for the CRM, into the outbox */
#include "src/crm/intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"

/* how much a call's record knows: the dialog's end, the line's, both */
enum { RANK_NONE, RANK_CONCLUDED, RANK_ENDED, RANK_WHOLE };

/* What of it is sent, which may wait for more of the call to come; a lead is
 * whole at once. */
static struct entry entry_for(const struct intake *intake,
                              const struct call *call, int kind)
{
	const struct crm_engine *engine = intake->drain->engine;
	bool more = call_ended(call)
	                    ? call_talked(call) && !call_concluded(call)
	                    : true;
	struct entry entry = { .rank = RANK_WHOLE };
	char number[CALL_NUMBER] = "";

	entry.key = call_key(call, call_kind(kind));
	entry.kind = sv_strdup(call_kind(kind));
	entry.call = sv_strdup(call->id);
	entry.payload = call_payload(call, kind,
	                             kind == CALL_RECORD &&
	                                     !crm_takes(engine, "transcript"));
	entry.next_due_ms = sv_wall_ms();
	if (kind == CALL_TASK || kind == CALL_DONE)
		call_number(call, number);
	entry.subject = sv_strdup(number);
	if (kind == CALL_LEAD)
		return entry;
	entry.rank = (call_concluded(call) ? RANK_CONCLUDED : RANK_NONE) +
	             (call_ended(call) ? RANK_ENDED : RANK_NONE);
	entry.next_due_ms += more ? intake->hold_ms : 0;
	return entry;
}

/* queued for good: only now it is told */
static void tell(const struct intake *intake, const struct entry *entry,
                 int64_t seq)
{
	if (seq)
		drain_tell(intake->drain, entry, "crm.queued", seq,
		           json_pack("{ss ss ss}", "kind", entry->kind, "key",
		                     entry->key, "engine",
		                     intake->drain->engine->name));
}

/* what a dry run says instead */
static void say(struct intake *intake, const struct entry *entry)
{
	struct entry there = { 0 };
	struct outbox *outbox = intake->drain->outbox;
	int rc = outbox ? outbox_get(outbox, entry->key, &there) : EX_NOINPUT;
	bool task = true;

	entry_release(&there);
	if (outbox && !strcmp(entry->kind, call_kind(CALL_DONE)) &&
	    outbox_has_task(outbox, entry->subject, &task))
		task = false;
	if (rc != EX_NOINPUT || !task ||
	    json_object_get(intake->said, entry->key))
		return;
	json_object_set_new(intake->said, entry->key, json_true());
	fprintf(stderr, "sv-crm: would queue %s %s\n", entry->kind, entry->key);
}

/* Whatever comes next of the call adds nothing. */
static bool is_over(const struct call *call)
{
	return call_ended(call) && (call_concluded(call) || !call_talked(call));
}

/* What is known of the touched calls to be true. Gives how many entries there
 * are. */
static int make_entries(const struct intake *intake, struct entry *entries)
{
	int i, kind, n = 0;

	for (i = 0; i < intake->n_touched; i++)
		for (kind = 0; kind < CALL_KINDS; kind++)
			if (crm_takes(intake->drain->engine, call_kind(kind)) &&
			    call_has(intake->touched[i], kind))
				entries[n++] = entry_for(
					intake, intake->touched[i], kind);
	return n;
}

/* The end of a task only where there is one. */
static int put(struct outbox *outbox, const struct entry *entry, int64_t *seq)
{
	bool there = true;
	int rc = 0;

	if (!strcmp(entry->kind, call_kind(CALL_DONE)))
		rc = outbox_has_task(outbox, entry->subject, &there);
	return rc || !there ? rc : outbox_put(outbox, entry, seq);
}

static int put_all(const struct intake *intake, const struct entry *entries,
                   int n, int64_t *seqs)
{
	struct outbox *outbox = intake->drain->outbox;
	int i, rc = outbox_begin(outbox);

	for (i = 0; !rc && i < n; i++)
		rc = put(outbox, &entries[i], &seqs[i]);
	for (i = 0; !rc && i < intake->n_touched; i++)
		if (is_over(intake->touched[i]))
			rc = outbox_save_call(outbox, intake->touched[i]->id,
			                      NULL);
	if (!rc)
		rc = outbox_commit(outbox);
	if (rc)
		outbox_rollback(outbox);
	return rc;
}

/* The touched calls are done with. */
static void untouch(struct intake *intake)
{
	int i;

	for (i = 0; i < intake->n_touched; i++) {
		struct call *call = intake->touched[i];

		call->touched = false;
		if (!is_over(call))
			continue;
		calls_remove(&intake->calls, call);
		call_free(call);
	}
	intake->n_touched = 0;
}

static void tell_all(struct intake *intake, const struct entry *entries, int n,
                     const int64_t *seqs)
{
	int i;

	for (i = 0; i < n; i++) {
		tell(intake, &entries[i], seqs[i]);
		intake->queued = intake->queued || seqs[i];
	}
}

int intake_queue(struct intake *intake)
{
	size_t most = (size_t)intake->n_touched * CALL_KINDS;
	struct entry *entries = sv_calloc(most + 1, sizeof *entries);
	int64_t *seqs = sv_calloc(most + 1, sizeof *seqs);
	int i, n = make_entries(intake, entries), rc = 0;

	order_take(intake->drain->order);
	if (intake->dry_run)
		for (i = 0; i < n; i++)
			say(intake, &entries[i]);
	else
		rc = put_all(intake, entries, n, seqs);
	if (!rc) {
		tell_all(intake, entries, n, seqs);
		untouch(intake);
	}
	order_give(intake->drain->order);
	for (i = 0; i < n; i++)
		entry_release(&entries[i]);
	free(entries);
	free(seqs);
	return rc;
}

/* the call has something new for the outbox */
static void touch(struct intake *intake, struct call *call)
{
	if (call->touched)
		return;
	call->touched = true;
	intake->touched[intake->n_touched++] = call;
}

static int save(struct outbox *outbox, const struct call *call)
{
	char *state = call_state(call);
	int rc = outbox_save_call(outbox, call->id, state);

	free(state);
	return rc;
}

bool intake_unsaved(const struct intake *intake)
{
	const struct call *call = intake->calls.first;

	while (call && !call->unsaved)
		call = call->next;
	return call != NULL;
}

int intake_save(struct intake *intake)
{
	struct outbox *outbox = intake->drain->outbox;
	struct call *call;
	int rc;

	if (intake->dry_run || !intake_unsaved(intake))
		return 0;
	rc = outbox_begin(outbox);
	for (call = intake->calls.first; !rc && call; call = call->next)
		if (call->unsaved)
			rc = save(outbox, call);
	if (!rc)
		rc = outbox_commit(outbox);
	if (rc)
		outbox_rollback(outbox);
	for (call = intake->calls.first; !rc && call; call = call->next)
		call->unsaved = false;
	return rc;
}

/* Those last heard of longest ago leave the memory. All that is touched is
 * queued first, as they may be among it. */
static int make_room(struct intake *intake)
{
	int n = CALLS_MAX / 8;
	int rc = intake->n_touched ? intake_queue(intake) : 0;

	if (!rc)
		rc = intake_save(intake);
	while (!rc && n-- > 0 && intake->calls.n > 0) {
		struct call *call = calls_oldest(&intake->calls);

		calls_remove(&intake->calls, call);
		call_free(call);
	}
	return rc;
}

static int find_call(struct intake *intake, const char *id, struct call **found)
{
	char *state = NULL;
	int rc = 0;

	*found = calls_find(&intake->calls, id);
	if (*found)
		return 0;
	if (intake->calls.n >= CALLS_MAX)
		rc = make_room(intake);
	if (!rc)
		rc = outbox_load_call(intake->drain->outbox, id, &state);
	if (rc)
		return rc;
	*found = call_new(id, state);
	free(state);
	calls_add(&intake->calls, *found);
	return 0;
}

bool intake_wants(const struct sv_event *event)
{
	return *event->call && strlen(event->call) <= SV_CALL_MAX &&
	       call_wants(event->type);
}

int intake_event(struct intake *intake, const struct sv_event *event)
{
	struct call *call;
	int rc;

	if (!intake_wants(event))
		return 0;
	rc = find_call(intake, event->call, &call);
	if (rc)
		return rc;
	call_fold(call, event);
	call->unsaved = true;
	if (!strcmp(event->type, "dialog.end") ||
	    !strcmp(event->type, "call.end"))
		touch(intake, call);
	return 0;
}

/* The records need not wait for more of their calls. */
static int release_all(struct intake *intake)
{
	struct outbox *outbox = intake->drain->outbox;
	const struct call *call;
	int rc = outbox_begin(outbox);

	for (call = intake->calls.first; !rc && call; call = call->next)
		if (call_concluded(call) || call_ended(call))
			rc = outbox_release(outbox, call->id, sv_wall_ms());
	if (!rc)
		rc = outbox_commit(outbox);
	if (rc)
		outbox_rollback(outbox);
	return rc;
}

int intake_settle(struct intake *intake)
{
	int rc = intake->n_touched ? intake_queue(intake) : 0;

	if (!rc)
		rc = intake_save(intake);
	if (!rc && !intake->dry_run && intake->calls.first)
		rc = release_all(intake);
	return rc;
}

void intake_release(struct intake *intake)
{
	while (intake->calls.first) {
		struct call *call = intake->calls.first;

		calls_remove(&intake->calls, call);
		call_free(call);
	}
	json_decref(intake->said);
}
