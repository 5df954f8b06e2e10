/* live.c: the stream of events, and the loop of a live call */
#include "src/dialog/live.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"

#include "src/dialog/post.h"

static const struct {
	const char *type;
	int (*handle)(struct call *call, const struct sv_event *event);
} handlers[] = {
	{ "call.start", call_started },      { "vad.start", floor_vad_start },
	{ "vad.end", floor_vad_end },        { "asr.partial", floor_partial },
	{ "asr.final", floor_final },        { "dtmf", floor_key },
	{ "tts.start", floor_started },      { "tts.end", floor_played },
	{ "tts.interrupted", floor_played },
};

static int end_of(struct live *live, const struct sv_event *event)
{
	struct call *call = live->calls;
	int rc = 0;

	while (call && strcmp(call->conversation->call, event->call) != 0)
		call = call->next;
	if (!call)
		return 0;
	if (live->by_call)
		rc = wait_until(call, event->t);
	if (event->t > call->conversation->t)
		call->conversation->t = event->t;
	return rc ? rc : call_end(call);
}

/* The other side of a recording is our own people's: not to be answered. */
static bool agent_speaks(const struct sv_event *event)
{
	const char *speaker =
		json_string_value(json_object_get(event->json, "speaker"));

	return speaker && !strcmp(speaker, "agent");
}

static int handle(struct live *live, const struct sv_event *event)
{
	struct call *call = NULL;
	int rc;
	size_t i;

	if (!strcmp(event->type, "call.end"))
		return end_of(live, event);
	for (i = 0; i < sizeof handlers / sizeof *handlers; i++)
		if (!strcmp(event->type, handlers[i].type))
			break;
	if (i == sizeof handlers / sizeof *handlers || agent_speaks(event))
		return 0;
	rc = call_find(live, event, &call);
	if (rc || !call)
		return rc;
	sv_log_call(call->conversation->call);
	if (live->by_call)
		rc = wait_until(call, event->t);
	if (event->t > call->conversation->t)
		call->conversation->t = event->t;
	call->event_ms = sv_now_ms();
	if (!rc)
		rc = handlers[i].handle(call, event);
	if (!rc)
		rc = wait_update(call);
	sv_log_call(NULL);
	if (!rc && call->conversation->parting == PART_DONE)
		call_forget(call);
	return rc;
}

/* The call's clock has come so far. Ours follows, with what we have done until
 * then before it, and says when something is due next if nothing happens. */
static int tick(struct live *live, const struct sv_event *event)
{
	json_t *fields = json_object();
	struct call *call;
	int rc = call_find(live, event, &call);

	if (!rc && call)
		rc = wait_until(call, event->t);
	if (!rc && call && call->conversation->parting == PART_DONE) {
		call_forget(call);
		call = NULL;
	}
	if (call && call->due_t >= 0)
		json_object_set_new(fields, "due", json_integer(call->due_t));
	if (!rc)
		return sv_event_write(event->call, event->t, "clock", fields);
	json_decref(fields);
	return rc;
}

/* what came on stdin goes on first: nothing we do may lose it */
static int from_stdin(struct live *live, const struct sv_event *event)
{
	int rc;

	if (live->by_call && !strcmp(event->type, "clock"))
		return tick(live, event);
	rc = sv_event_pass(event);
	return rc ? rc : handle(live, event);
}

/* What comes on fd 4 is sv-capture's own, and stands in its stream already:
 * it is not passed on. *more: it has not ended. */
static int take_line(struct live *live, bool *more)
{
	struct sv_event event;
	int filled = sv_events_fill(live->line);
	int rc = 0;
	int got;

	*more = filled > 0;
	if (filled < 0)
		return sv_events_code(live->line);
	while (!rc && (got = sv_events_pop(live->line, &event)))
		rc = got < 0 ? sv_events_code(live->line)
		             : handle(live, &event);
	return rc;
}

/* fd 4 has ended */
static void drop_line(struct live *live)
{
	if (live->loop)
		sv_loop_unwatch(live->loop, SV_FD_DIALOG);
	sv_events_free(live->line);
	live->line = NULL;
}

/* What was written on fd 4 by now came before the event at hand, however late
 * we look: by the call's clock always, and live as the end of a prompt comes
 * before the answer to it. */
static int catch_up(struct live *live)
{
	struct pollfd fd = { .fd = SV_FD_DIALOG, .events = POLLIN };
	bool more = true;
	int rc = 0;

	while (!rc && live->line && poll(&fd, 1, 0) > 0) {
		rc = take_line(live, &more);
		if (!more)
			drop_line(live);
	}
	return rc;
}

static int run_stream(struct live *live)
{
	struct sv_event event;
	int rc = 0;
	int more;

	while (!rc) {
		more = sv_events_next(live->in, &event);
		if (more < 0)
			return sv_events_code(live->in);
		rc = catch_up(live);
		if (!more)
			break;
		if (!rc)
			rc = from_stdin(live, &event);
	}
	return rc;
}

/* a handler ends the loop by a value that is not 0: a code, or this */
enum { ENOUGH = 1000 };

static int stdin_ready(void *arg, short revents)
{
	struct live *live = arg;
	struct sv_event event;
	int more = sv_events_fill(live->in);
	int rc = 0;
	int got;

	(void)revents;
	if (more < 0)
		return sv_events_code(live->in);
	rc = catch_up(live);
	while (!rc && (got = sv_events_pop(live->in, &event)))
		rc = got < 0 ? sv_events_code(live->in)
		             : from_stdin(live, &event);
	return rc || more ? rc : ENOUGH;
}

/* What made it ready may have been taken already, in the same turn of the
 * loop: catch_up() looks again. */
static int line_ready(void *arg, short revents)
{
	(void)revents;
	return catch_up(arg);
}

static int run_live(struct live *live)
{
	struct call *call;
	int rc;

	live->loop = live->mind ? mind_loop(live->mind) : sv_loop_new();
	if (live->mind)
		mind_warm(live->mind);
	/* a conversation that was killed goes on without waiting for a word */
	rc = call_find(live, NULL, &call);
	if (!rc && call)
		rc = wait_update(call);
	sv_loop_watch(live->loop, STDIN_FILENO, POLLIN, stdin_ready, live);
	sv_loop_watch(live->loop, SV_FD_DIALOG, POLLIN, line_ready, live);
	if (!rc)
		rc = sv_loop_run(live->loop);
	if (!rc && live->mind)
		rc = mind_code(live->mind);
	return rc == ENOUGH ? 0 : rc;
}

int live_run(struct live *live)
{
	int rc;
	int end;

	live->in = sv_events_new(STDIN_FILENO, "stdin");
	live->over = sv_calloc(OVER_MAX, sizeof *live->over);
	if (sv_call_fd(SV_FD_DIALOG) >= 0)
		live->line = sv_events_new(SV_FD_DIALOG, "fd 4");
	live->timed = live->line || live->by_call;
	rc = live->line && !live->by_call ? run_live(live) : run_stream(live);
	/* Who still talks has hung up, or we are to stop: what is known is
	 * told. A stream that failed keeps its checkpoints. */
	while (live->calls) {
		end = rc ? 0 : call_end(live->calls);
		if (rc || end)
			call_forget(live->calls);
		rc = rc ? rc : end;
	}
	if (!rc)
		rc = post_code();
	sv_events_free(live->in);
	sv_events_free(live->line);
	if (!live->mind)
		sv_loop_free(live->loop);
	free(live->over);
	return rc;
}
