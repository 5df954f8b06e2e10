/* intake.c: what events mean for the CRM, into the outbox */
#include "src/crm/intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/start.h"

/* how much a call's record knows: the dialog's end, the line's, both */
enum { RANK_NONE, RANK_CONCLUDED, RANK_ENDED, RANK_WHOLE };

/* What is wrong with the outbox or the CRM must not stop the events: it is
 * said when it happens, and is the exit code if it stays so. */
void intake_note(struct intake *intake, int code)
{
	if (code == 0)
		return;
	if (!intake->why || strcmp(intake->why, sv_why()) != 0)
		sv_warn("%s", sv_why());
	intake->code = code;
	free(intake->why);
	intake->why = sv_strdup(sv_why());
}

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
	entry.next_due_ms += more ? intake->options->hold_ms : 0;
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
	return call_ended(call) && !call->unsaved &&
	       (call_concluded(call) || !call_talked(call));
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
		if (call_ended(intake->touched[i]) &&
		    call_concluded(intake->touched[i]))
			rc = outbox_save_call(outbox, intake->touched[i]->id,
			                      NULL);
	if (!rc)
		rc = outbox_commit(outbox);
	if (rc)
		outbox_rollback(outbox);
	return rc;
}

/* The touched calls are done with, or when rc is not 0 wait for a store that
 * has room. */
static void untouch(struct intake *intake, int rc)
{
	int i;

	for (i = 0; i < intake->n_touched; i++) {
		struct call *call = intake->touched[i];

		call->touched = false;
		call->unsaved = rc != 0;
		if (!is_over(call))
			continue;
		calls_remove(&intake->calls, call);
		call_free(call);
	}
	intake->n_touched = 0;
}

/* Puts into the outbox what the events read so far tell, in one commit. */
void intake_queue(struct intake *intake)
{
	size_t most = (size_t)intake->n_touched * CALL_KINDS;
	struct entry *entries = sv_calloc(most, sizeof *entries);
	int64_t *seqs = sv_calloc(most, sizeof *seqs);
	int i, n = make_entries(intake, entries), rc = 0;

	if (intake->options->dry_run)
		for (i = 0; i < n; i++)
			say(intake, &entries[i]);
	else if (intake->drain->outbox)
		rc = put_all(intake, entries, n, seqs);
	else
		rc = intake->code;
	if (intake->drain->outbox)
		intake_note(intake, rc);
	for (i = 0; i < n; i++) {
		if (!rc)
			tell(intake, &entries[i], seqs[i]);
		entry_release(&entries[i]);
	}
	untouch(intake, rc);
	free(entries);
	free(seqs);
}

/* the call has something new for the outbox */
static void touch(struct intake *intake, struct call *call)
{
	if (call->touched)
		return;
	call->touched = true;
	intake->touched[intake->n_touched++] = call;
}

/* What a call is waits in the outbox, or in the store for the rest of its
 * events, which another run may get. */
static void keep(struct intake *intake, const struct call *call)
{
	struct outbox *outbox = intake->drain->outbox;
	char *state;

	intake->lost = intake->lost || call->unsaved;
	if (!outbox || intake->options->dry_run || is_over(call))
		return;
	state = call_state(call);
	intake_note(intake, outbox_save_call(outbox, call->id, state));
	free(state);
}

/* The n calls last heard of longest ago leave the memory, in one commit: each
 * of its own would wait for the disk. */
static void put_aside(struct intake *intake, int n)
{
	struct outbox *outbox = intake->drain->outbox;
	struct call *call;
	int rc = outbox ? outbox_begin(outbox) : 0;

	intake_note(intake, rc);
	for (; n > 0 && (call = calls_oldest(&intake->calls)); n--) {
		keep(intake, call);
		calls_remove(&intake->calls, call);
		call_free(call);
	}
	if (!outbox || rc)
		return;
	rc = outbox_commit(outbox);
	intake_note(intake, rc);
	if (rc)
		outbox_rollback(outbox);
}

/* All that is touched is queued first, as the oldest may be among it. */
static void make_room(struct intake *intake)
{
	if (intake->n_touched)
		intake_queue(intake);
	if (intake->calls.n >= CALLS_MAX)
		put_aside(intake, CALLS_MAX / 8);
}

static struct call *find_call(struct intake *intake, const char *id)
{
	struct call *call = calls_find(&intake->calls, id);
	struct outbox *outbox = intake->drain->outbox;
	char *state = NULL;

	if (call)
		return call;
	if (intake->calls.n >= CALLS_MAX)
		make_room(intake);
	if (outbox)
		intake_note(intake, outbox_load_call(outbox, id, &state));
	call = call_new(id, state);
	free(state);
	calls_add(&intake->calls, call);
	return call;
}

void intake_event(struct intake *intake, const struct sv_event *event,
                  long line)
{
	bool concludes = !strcmp(event->type, "dialog.end");
	struct call *call;

	if (!call_wants(event->type))
		return;
	if (!*event->call || strlen(event->call) > SV_CALL_MAX) {
		if (concludes) {
			sv_fail(EX_DATAERR,
			        "stdin:%ld: dialog.end of no call: "
			        "a lead needs one",
			        line);
			sv_event_error(NULL, event->t, EX_DATAERR, NULL);
		}
		return;
	}
	call = find_call(intake, event->call);
	call_fold(call, event);
	if (concludes || !strcmp(event->type, "call.end"))
		touch(intake, call);
}

/* The record need not wait for more of its call. */
static void release(struct intake *intake, const struct call *call)
{
	struct outbox *outbox = intake->drain->outbox;

	if (!outbox || intake->options->dry_run ||
	    !(call_concluded(call) || call_ended(call)))
		return;
	intake_note(intake, outbox_release(outbox, call->id, sv_wall_ms()));
}

/* No more events: what waited for them is due, what is open is kept. */
void intake_settle(struct intake *intake)
{
	struct call *call;

	for (call = intake->calls.first; call; call = call->next)
		if (call->unsaved)
			touch(intake, call);
	if (intake->n_touched)
		intake_queue(intake);
	for (call = intake->calls.first; call; call = call->next)
		release(intake, call);
	put_aside(intake, intake->calls.n);
}
