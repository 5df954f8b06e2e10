/* filter.c: sv-crm without a word, events through and what they mean queued */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/loop.h"
#include "lib/start.h"

#include "src/crm/crew.h"
#include "src/crm/intake.h"

struct filter {
	struct sv_loop *loop;
	struct sv_events *events;
	struct crew *crew;
	int code; /* what ended the stream before its end, SV_GONE too: then
	           * nothing more is written */
	char *why;
	bool ended;
};

static void note(struct filter *filter, int code)
{
	if (filter->code || !code)
		return;
	filter->code = code;
	filter->why = sv_strdup(sv_why());
}

static void end(struct filter *filter)
{
	if (filter->ended)
		return;
	filter->ended = true;
	sv_loop_unwatch(filter->loop, STDIN_FILENO);
	crew_end(filter->crew, sv_stopping());
}

/* What is told by those who queue and send. */
static void tell(void *arg, const char *line, size_t len)
{
	struct filter *filter = arg;

	if (!filter->code)
		note(filter, sv_write(STDOUT_FILENO, line, len, "events"));
	if (filter->code)
		end(filter);
}

/* a lead needs a call */
static void check(struct filter *filter, const struct sv_event *event)
{
	if (strcmp(event->type, "dialog.end") != 0 || *event->call)
		return;
	sv_fail(EX_DATAERR,
	        "stdin:%ld: dialog.end of no call: a lead needs one",
	        sv_events_line(filter->events));
	if (!filter->code)
		note(filter, sv_event_error(NULL, event->t, EX_DATAERR, NULL));
}

/* Events first go on; then they are understood, also when nobody reads. */
static void take(struct filter *filter, const struct sv_event *event)
{
	if (!filter->code)
		note(filter, sv_event_pass(event));
	check(filter, event);
	if (intake_wants(event))
		crew_take(filter->crew, event);
}

static int on_input(void *arg, short revents)
{
	struct filter *filter = arg;
	struct sv_event event;
	int got = sv_events_fill(filter->events), more;

	(void)revents;
	if (got < 0)
		note(filter, sv_events_code(filter->events));
	while (got >= 0 && (more = sv_events_pop(filter->events, &event))) {
		if (more > 0)
			take(filter, &event);
		else /* a bad line that nobody could be told of */
			note(filter, sv_events_code(filter->events));
	}
	if (got <= 0 || filter->code)
		end(filter);
	else if (crew_full(filter->crew))
		sv_loop_unwatch(filter->loop, STDIN_FILENO);
	return 0;
}

static void go_on(void *arg)
{
	struct filter *filter = arg;

	if (!filter->ended)
		sv_loop_watch(filter->loop, STDIN_FILENO, POLLIN, on_input,
		              filter);
}

static int stop(void *arg)
{
	struct filter *filter = arg;

	end(filter);
	crew_end(filter->crew, true);
	return 0;
}

/* The end of the events comes first; then what is lacking. */
static int pass(struct filter *filter, const struct crew_options *options)
{
	int rc = crew_start(&filter->crew, filter->loop, options);
	int lacking;

	if (!rc) {
		go_on(filter);
		sv_loop_on_stop(filter->loop, stop, filter);
		rc = sv_loop_run(filter->loop);
		note(filter, rc);
	}
	lacking = crew_finish(filter->crew);
	if (filter->code > 0)
		return sv_fail(filter->code, "%s", filter->why);
	return rc ? rc : lacking;
}

int crm_filter(const struct crm_options *options)
{
	struct filter filter = { 0 };
	struct crew_options crew = {
		.options = options,
		.tell = tell,
		.room = go_on,
		.arg = &filter,
	};
	int rc = crm_engine_open(options, &crew.engine, &crew.crm);

	filter.loop = sv_loop_new();
	filter.events = sv_events_new(STDIN_FILENO, "stdin");
	if (!rc)
		rc = pass(&filter, &crew);
	sv_events_free(filter.events);
	sv_loop_free(filter.loop);
	free(filter.why);
	if (crew.engine)
		crew.engine->close(crew.crm);
	return rc;
}
