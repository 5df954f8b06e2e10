/* filter.c: events pass at once; what they mean for the CRM is queued */
#include "src/crm/filter.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/loop.h"
#include "lib/start.h"

#include "src/crm/call.h"

enum {
	SLICE_MS = 20,  /* of sending, between two looks at stdin */
	BUSY_MS = 200,  /* until a busy outbox is tried again */
	RETRY_MS = 5000 /* until one that failed is */
};

enum { ENTRIES_MAX = 2 * CALLS_MAX }; /* a lead and a record of each */

/* how much a call's record knows: the dialog's end, the line's, both */
enum { RANK_NONE, RANK_CONCLUDED, RANK_ENDED, RANK_WHOLE };

struct filter {
	struct drain *drain; /* outbox NULL: could not be opened */
	const struct filter_options *options;
	struct sv_events *events;
	struct sv_loop *loop;
	struct sv_timer timer;
	struct calls calls;
	struct call *touched[CALLS_MAX]; /* to be queued, in their order */
	int n_touched;
	json_t *said; /* keys that a dry run told of */
	int code;     /* why something is not in the outbox, or not sent */
	char *why;
	bool lost; /* something is not even in the outbox */
};

/* What is wrong with the outbox or the CRM must not stop the events: it is
 * said when it happens, and is the exit code if it stays so. */
static void note(struct filter *filter, int code)
{
	if (code == 0)
		return;
	if (!filter->why || strcmp(filter->why, sv_why()) != 0)
		sv_warn("%s", sv_why());
	filter->code = code;
	free(filter->why);
	filter->why = sv_strdup(sv_why());
}

static struct entry entry_for(const struct call *call, const char *kind)
{
	struct entry entry = { 0 };

	entry.key = call_key(call, kind);
	entry.kind = sv_strdup(kind);
	entry.call = sv_strdup(call->id);
	return entry;
}

/* the record of the call, which may wait for more of the call to come */
static struct entry record_of(const struct filter *filter,
                              const struct call *call)
{
	struct entry entry = entry_for(call, "call");
	bool more = call_ended(call)
	                    ? call_talked(call) && !call_concluded(call)
	                    : true;

	entry.payload = call_record(call);
	entry.rank = (call_concluded(call) ? RANK_CONCLUDED : RANK_NONE) +
	             (call_ended(call) ? RANK_ENDED : RANK_NONE);
	entry.next_due_ms =
		sv_wall_ms() + (more ? filter->options->hold_ms : 0);
	return entry;
}

static struct entry lead_of(const struct call *call)
{
	struct entry entry = entry_for(call, "lead");

	entry.payload = call_lead(call);
	entry.rank = RANK_WHOLE;
	entry.next_due_ms = sv_wall_ms();
	return entry;
}

/* queued for good: only now it is told */
static void tell(const struct filter *filter, const struct entry *entry,
                 int64_t seq)
{
	if (seq)
		drain_tell(filter->drain, entry, "crm.queued", seq,
		           json_pack("{ss ss ss}", "kind", entry->kind, "key",
		                     entry->key, "engine",
		                     filter->drain->engine->name));
}

/* what a dry run says instead */
static void say(struct filter *filter, const struct entry *entry)
{
	struct entry there = { 0 };
	int rc = filter->drain->outbox
	                 ? outbox_get(filter->drain->outbox, entry->key, &there)
	                 : EX_NOINPUT;

	entry_release(&there);
	if (rc != EX_NOINPUT || json_object_get(filter->said, entry->key))
		return;
	json_object_set_new(filter->said, entry->key, json_true());
	fprintf(stderr, "sv-crm: would queue %s %s\n", entry->kind, entry->key);
}

/* Whatever comes next of the call adds nothing. */
static bool is_over(const struct call *call)
{
	return call_ended(call) && !call->unsaved &&
	       (call_concluded(call) || !call_talked(call));
}

/* What is known of the touched calls to be true: the record of each, and when
 * its conversation is over its lead. Gives how many entries there are. */
static int make_entries(const struct filter *filter, struct entry *entries)
{
	int i, n = 0;

	for (i = 0; i < filter->n_touched; i++) {
		if (call_concluded(filter->touched[i]))
			entries[n++] = lead_of(filter->touched[i]);
		entries[n++] = record_of(filter, filter->touched[i]);
	}
	return n;
}

static int put_all(const struct filter *filter, const struct entry *entries,
                   int n, int64_t *seqs)
{
	struct outbox *outbox = filter->drain->outbox;
	int i, rc = outbox_begin(outbox);

	for (i = 0; !rc && i < n; i++)
		rc = outbox_put(outbox, &entries[i], &seqs[i]);
	for (i = 0; !rc && i < filter->n_touched; i++)
		if (call_ended(filter->touched[i]) &&
		    call_concluded(filter->touched[i]))
			rc = outbox_save_call(outbox, filter->touched[i]->id,
			                      NULL);
	if (!rc)
		rc = outbox_commit(outbox);
	if (rc)
		outbox_rollback(outbox);
	return rc;
}

/* The touched calls are done with, or when rc is not 0 wait for a store that
 * has room. */
static void untouch(struct filter *filter, int rc)
{
	int i;

	for (i = 0; i < filter->n_touched; i++) {
		struct call *call = filter->touched[i];

		call->touched = false;
		call->unsaved = rc != 0;
		if (!is_over(call))
			continue;
		calls_remove(&filter->calls, call);
		call_free(call);
	}
	filter->n_touched = 0;
}

/* Puts into the outbox what the events read so far tell, in one commit. */
static void queue(struct filter *filter)
{
	struct entry *entries = sv_calloc(ENTRIES_MAX, sizeof *entries);
	int64_t *seqs = sv_calloc(ENTRIES_MAX, sizeof *seqs);
	int i, n = make_entries(filter, entries), rc = 0;

	if (filter->options->dry_run)
		for (i = 0; i < n; i++)
			say(filter, &entries[i]);
	else if (filter->drain->outbox)
		rc = put_all(filter, entries, n, seqs);
	else
		rc = filter->code;
	if (filter->drain->outbox)
		note(filter, rc);
	for (i = 0; i < n; i++) {
		if (!rc)
			tell(filter, &entries[i], seqs[i]);
		entry_release(&entries[i]);
	}
	untouch(filter, rc);
	free(entries);
	free(seqs);
}

/* the call has something new for the outbox */
static void touch(struct filter *filter, struct call *call)
{
	if (call->touched)
		return;
	call->touched = true;
	filter->touched[filter->n_touched++] = call;
}

/* A call leaves the memory: what it is waits in the outbox, or in the store
 * for the rest of its events, which another run may get. */
static void put_aside(struct filter *filter, struct call *call)
{
	struct outbox *outbox = filter->drain->outbox;
	char *state;

	filter->lost = filter->lost || call->unsaved;
	if (outbox && !filter->options->dry_run && !is_over(call)) {
		state = call_state(call);
		note(filter, outbox_save_call(outbox, call->id, state));
		free(state);
	}
	calls_remove(&filter->calls, call);
	call_free(call);
}

/* All that is touched is queued first, as the oldest may be among it. */
static void make_room(struct filter *filter)
{
	if (filter->n_touched)
		queue(filter);
	if (filter->calls.n >= CALLS_MAX)
		put_aside(filter, calls_oldest(&filter->calls));
}

static struct call *find_call(struct filter *filter, const char *id)
{
	struct call *call = calls_find(&filter->calls, id);
	struct outbox *outbox = filter->drain->outbox;
	char *state = NULL;

	if (call)
		return call;
	if (filter->calls.n >= CALLS_MAX)
		make_room(filter);
	if (outbox)
		note(filter, outbox_load_call(outbox, id, &state));
	call = call_new(id, state);
	free(state);
	calls_add(&filter->calls, call);
	return call;
}

/* The timer fires when the next entry is due; not while nothing can be. */
static void arm(struct filter *filter, int64_t delay_ms)
{
	int64_t due_ms, wait_ms = 0;

	if (!filter->drain->outbox || filter->options->dry_run)
		return;
	if (outbox_next_due(filter->drain->outbox, &due_ms))
		due_ms = sv_wall_ms() + RETRY_MS;
	if (due_ms == INT64_MAX)
		return;
	wait_ms = due_ms - sv_wall_ms();
	sv_loop_arm(filter->loop, &filter->timer,
	            sv_now_ms() + (wait_ms > delay_ms ? wait_ms : delay_ms));
}

static int send_some(void *arg)
{
	struct filter *filter = arg;
	enum drained left;
	int rc = drain(filter->drain, SLICE_MS, &left);

	note(filter, rc);
	arm(filter, rc ? RETRY_MS : left == DRAIN_BUSY ? BUSY_MS : 0);
	return filter->drain->told;
}

static void understand(struct filter *filter, const struct sv_event *event)
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
			        sv_events_line(filter->events));
			sv_event_error(NULL, event->t, EX_DATAERR, NULL);
		}
		return;
	}
	call = find_call(filter, event->call);
	call_fold(call, event);
	if (concludes || !strcmp(event->type, "call.end"))
		touch(filter, call);
}

/* Events first go on; then they are understood, also when nobody reads. */
static int on_input(void *arg, short revents)
{
	struct filter *filter = arg;
	struct sv_event event;
	int got = sv_events_fill(filter->events), more;

	(void)revents;
	if (got < 0)
		return sv_events_code(filter->events);
	while ((more = sv_events_pop(filter->events, &event)) > 0) {
		if (!filter->drain->told)
			filter->drain->told = sv_event_pass(&event);
		understand(filter, &event);
	}
	if (filter->n_touched) {
		queue(filter);
		arm(filter, 0);
	}
	if (more < 0)
		return sv_events_code(filter->events);
	if (got == 0)
		sv_loop_stop(filter->loop);
	return filter->drain->told;
}

/* No more events: what waited for them is due, what is open is kept. */
static void settle(struct filter *filter)
{
	struct outbox *outbox = filter->drain->outbox;
	struct call *call;

	for (call = filter->calls.first; call; call = call->next)
		if (call->unsaved)
			touch(filter, call);
	if (filter->n_touched)
		queue(filter);
	while ((call = filter->calls.first)) {
		char *key = call_key(call, "call");

		if (outbox && !filter->options->dry_run &&
		    (call_concluded(call) || call_ended(call)))
			note(filter, outbox_release(outbox, key, sv_wall_ms()));
		free(key);
		put_aside(filter, call);
	}
}

/* The consequence; the cause was said when it came up. */
static int lacking(const struct filter *filter, int code)
{
	if (filter->lost || !filter->drain->outbox)
		return sv_fail(code, "not all calls are in the outbox: feed "
		                     "the events again when that is mended");
	return sv_fail(code, "not all calls are in the CRM: they wait in the "
	                     "outbox, sv-crm send tries again");
}

/* What was not sent or saved may be by now: only what still is not counts. */
static int finish(struct filter *filter, int rc)
{
	bool sends = filter->drain->outbox && !filter->options->dry_run;

	if (filter->drain->outbox)
		filter->code = 0;
	settle(filter);
	if (sends)
		note(filter,
		     drain_all(filter->drain, filter->options->timeout_ms));
	/* a full stdout says so itself */
	if (rc && rc != SV_GONE)
		return rc;
	return filter->code ? lacking(filter, filter->code) : rc;
}

int filter(struct drain *drain, const struct filter_options *options, int code)
{
	struct filter filter = { .drain = drain, .options = options };
	int rc;

	filter.events = sv_events_new(STDIN_FILENO, "stdin");
	filter.loop = sv_loop_new();
	filter.timer.fire = send_some;
	filter.timer.arg = &filter;
	filter.said = json_object();
	note(&filter, code);
	arm(&filter, 0);
	sv_loop_watch(filter.loop, STDIN_FILENO, POLLIN, on_input, &filter);
	rc = sv_loop_run(filter.loop);
	rc = finish(&filter, rc);
	sv_events_free(filter.events);
	sv_loop_free(filter.loop);
	json_decref(filter.said);
	free(filter.why);
	return rc;
}
