/* ingest: events from stdin to stdout as they are, and into the store */
#include "src/report/ingest.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/event.h"
#include "lib/fail.h"

#include "src/report/feeder.h"

struct ingest {
	struct sv_loop *loop;
	struct sv_events *events;
	struct feeder *feeder;
	bool ended;
	int code; /* what ended the stream before its end */
};

static int finish(struct ingest *ingest, int code)
{
	ingest->code = code;
	ingest->ended = true;
	sv_loop_unwatch(ingest->loop, STDIN_FILENO);
	feeder_end(ingest->feeder);
	return 0;
}

static int take(void *arg, short revents)
{
	struct ingest *ingest = arg;
	struct sv_event event;
	int more = sv_events_fill(ingest->events);
	int rc = 0, got;

	(void)revents;
	if (more < 0)
		return finish(ingest, sv_events_code(ingest->events));
	while (!rc && (got = sv_events_pop(ingest->events, &event))) {
		if (got < 0)
			return finish(ingest, sv_events_code(ingest->events));
		rc = sv_event_pass(&event);
		feeder_put(ingest->feeder, event.line, event.len);
	}
	if (rc || !more)
		return finish(ingest, rc);
	if (feeder_full(ingest->feeder))
		sv_loop_unwatch(ingest->loop, STDIN_FILENO);
	return 0;
}

static void go_on(void *arg)
{
	struct ingest *ingest = arg;

	if (!ingest->ended)
		sv_loop_watch(ingest->loop, STDIN_FILENO, POLLIN, take, ingest);
}

static int stop(void *arg)
{
	return finish(arg, 0);
}

int ingest(const struct ingest_options *options)
{
	struct ingest ingest = { .loop = sv_loop_new() };
	const struct feeder_options feeder_options = {
		.dsn = options->dsn,
		.memory = (size_t)options->memory_mib << 20,
		.timeout_ms = options->timeout_ms,
		.room = go_on,
		.arg = &ingest,
	};
	int rc = feeder_start(&ingest.feeder, ingest.loop, &feeder_options);
	int stored;

	ingest.events = sv_events_new(STDIN_FILENO, "stdin");
	if (!rc) {
		go_on(&ingest);
		sv_loop_on_stop(ingest.loop, stop, &ingest);
		rc = sv_loop_run(ingest.loop);
	}
	stored = feeder_finish(ingest.feeder);
	sv_events_free(ingest.events);
	sv_loop_free(ingest.loop);
	if (stored)
		return stored;
	return rc ? rc : ingest.code;
}
