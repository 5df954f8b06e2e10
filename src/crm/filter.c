/* filter.c: events pass at once; what is due is sent between two of them */
#include "src/crm/filter.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/loop.h"

#include "src/crm/command.h"
#include "src/crm/intake.h"

enum {
	SLICE_MS = 20,  /* of sending, between two looks at stdin */
	BUSY_MS = 200,  /* until a busy outbox is tried again */
	RETRY_MS = 5000 /* until one that failed is */
};

struct filter {
	struct intake intake;
	struct sv_events *events;
	struct sv_loop *loop;
	struct sv_timer timer;
};

/* The timer fires when the next entry is due; not while nothing can be. */
static void arm(struct filter *filter, int64_t delay_ms)
{
	int64_t due_ms, wait_ms = 0;

	if (!filter->intake.drain->outbox || filter->intake.options->dry_run)
		return;
	if (outbox_next_due(filter->intake.drain->outbox, &due_ms))
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
	int rc = drain(filter->intake.drain, SLICE_MS, &left);

	intake_note(&filter->intake, rc);
	arm(filter, rc ? RETRY_MS : left == DRAIN_BUSY ? BUSY_MS : 0);
	return filter->intake.drain->told;
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
	while ((more = sv_events_pop(filter->events, &event)) != 0) {
		int *told = &filter->intake.drain->told;

		if (!*told)
			*told = more > 0 ? sv_event_pass(&event)
			                 : sv_events_code(filter->events);
		if (more < 0) /* a bad line that nobody could be told of */
			continue;
		intake_event(&filter->intake, &event,
		             sv_events_line(filter->events));
	}
	if (filter->intake.n_touched) {
		intake_queue(&filter->intake);
		arm(filter, 0);
	}
	if (got == 0)
		sv_loop_stop(filter->loop);
	return filter->intake.drain->told;
}

/* The consequence; the cause was said when it came up. */
static int lacking(const struct filter *filter, int code)
{
	if (filter->intake.lost || !filter->intake.drain->outbox)
		return sv_fail(code, "not all calls are in the outbox: feed "
		                     "the events again when that is mended");
	return sv_fail(code, "not all calls are in the CRM: they wait in the "
	                     "outbox, sv-crm send tries again");
}

/* What was not sent or saved may be by now: only what still is not counts. */
static int finish(struct filter *filter, int rc)
{
	bool sends = filter->intake.drain->outbox &&
	             !filter->intake.options->dry_run;
	char *why = sv_strdup(sv_why());

	if (filter->intake.drain->outbox)
		filter->intake.code = 0;
	intake_settle(&filter->intake);
	if (sends)
		intake_note(&filter->intake,
		            drain_all(filter->intake.drain,
		                      filter->intake.options->timeout_ms));
	if (rc && rc != SV_GONE) /* the end of the events comes first */
		rc = sv_fail(rc, "%s", why);
	else if (filter->intake.code)
		rc = lacking(filter, filter->intake.code);
	free(why);
	return rc;
}

static int pass(struct drain *drain, const struct filter_options *options,
                int code)
{
	struct filter filter = { .intake = { .drain = drain,
		                             .options = options } };
	int rc;

	filter.events = sv_events_new(STDIN_FILENO, "stdin");
	filter.loop = sv_loop_new();
	filter.timer.fire = send_some;
	filter.timer.arg = &filter;
	filter.intake.said = json_object();
	intake_note(&filter.intake, code);
	arm(&filter, 0);
	sv_loop_watch(filter.loop, STDIN_FILENO, POLLIN, on_input, &filter);
	rc = sv_loop_run(filter.loop);
	rc = finish(&filter, rc);
	sv_events_free(filter.events);
	sv_loop_free(filter.loop);
	json_decref(filter.intake.said);
	free(filter.intake.why);
	return rc;
}

/* Without a store the events go on all the same. */
int crm_filter(const struct crm_options *options)
{
	const struct filter_options filter_options = {
		.hold_ms = options->hold_ms,
		.timeout_ms = options->timeout_ms,
		.dry_run = options->dry_run,
	};
	struct drain pump = { 0 };
	int rc = crm_engine_open(options, &pump.engine, &pump.crm);

	if (!rc) {
		rc = outbox_open(&pump.outbox, options->store,
		                 options->dry_run);
		if (rc != EX_USAGE)
			rc = pass(&pump, &filter_options, rc);
	}
	outbox_close(pump.outbox);
	if (pump.engine)
		pump.engine->close(pump.crm);
	return rc;
}
