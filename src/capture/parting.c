/* parting.c: how a call ends, from either side, and by what deadlines */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"

#include "src/capture/inside.h"
#include "src/capture/known.h"

enum { EXIT_MS = 10 }; /* between the end of its pipes and COMMAND's own */

/* --- the pipeline's last words --- */

/* what it has written and we have not sent, in samples */
static int64_t unsaid(const struct call *call)
{
	return play_queued(&call->play) +
	       (int64_t)(play_unread(&call->play) / sizeof(int16_t));
}

/* No more of the caller comes: the end of its input, and call.end. */
static void end_pipeline(struct call *call)
{
	if (call->ended_ms)
		return;
	call->ended_ms = sv_now_ms();
	route_release(&call->route);
	media_end(call);
	hear_end(&call->hear);
	talk_end(call);
	if (call->pipeline.fds[0] >= 0)
		sv_loop_unwatch(call->loop, call->pipeline.fds[0]);
	pipeline_shut(&call->pipeline, 0);
}

static void kill_at(struct call *call, int64_t ms, int signal)
{
	if (call->killed == signal || sv_now_ms() < ms)
		return;
	if (signal == SIGKILL)
		sv_warn("the pipeline did not end by itself: killed");
	call->killed = signal;
	pipeline_kill(&call->pipeline, signal);
}

/* SOUND_MS after the end of its input nobody takes its sound any more: who
 * makes it in real time need not make it to the end. */
static void shut_rest(struct call *call)
{
	bool late = sv_now_ms() > call->ended_ms + SOUND_MS;

	if (!call->dialog.queue.len || late)
		lines_close(&call->dialog);
	if (!call->asr.queue.len || late)
		lines_close(&call->asr);
	if (!late || call->play.fd < 0)
		return;
	sv_loop_unwatch(call->loop, call->play.fd);
	call->play.fd = -1;
	pipeline_shut(&call->pipeline, 1);
}

static void watch_pipeline(struct call *call)
{
	int64_t term_ms = call->ended_ms + call->config->grace_ms;
	bool ended = pipeline_ended(&call->pipeline);

	shut_rest(call);
	if (ended && call->phase == CALL_OVER &&
	    (!call->route.events || call->killed == SIGKILL)) {
		sv_loop_stop(call->loop);
		return;
	}
	if (ended && !call->route.events)
		return;
	if (call->killed != SIGKILL)
		kill_at(call, term_ms, SIGTERM);
	kill_at(call, term_ms + KILL_MS, SIGKILL);
}

/* All that it has said by events comes before its end. */
static void hear_out(struct call *call)
{
	int unread = 1;

	while (call->pipeline.fds[3] >= 0 && unread > 0) {
		if (ioctl(call->pipeline.fds[3], FIONREAD, &unread))
			unread = 0;
		unread += call->route.more;
		if (unread > 0 && !route_read(&call->route))
			unread = 0;
	}
}

/* A script for a call without sound is done when it is done; in any other
 * call the caller would be left in silence. */
void part_pipeline_ends(struct call *call)
{
	struct pollfd exits = { .fd = call->pipeline.watch, .events = POLLIN };
	char how[64];
	int code = EX_UNAVAILABLE;

	if (call->phase == CALL_PARTING && call->play.fd < 0)
		call->left = play_queued(&call->play);
	if (call->phase != CALL_UP)
		return;
	hear_out(call);
	if (call->phase != CALL_UP)
		return;
	if (exits.fd >= 0)
		poll(&exits, 1, EXIT_MS);
	if (pipeline_ended(&call->pipeline) && !call->pipeline.status &&
	    call->facts.silent) {
		part(call, CALL_TRANSFER, "eof", "pipeline");
		return;
	}
	pipeline_end_text(&call->pipeline, how);
	code = sv_fail(code, "the pipeline %s while the caller was on the line",
	               how);
	part_failed(call, code);
}

/* --- the far end --- */

void part(struct call *call, enum call_ending ending, const char *reason,
          const char *by)
{
	if (call->phase != CALL_UP)
		return;
	call->phase = CALL_PARTING;
	call->since_ms = sv_now_ms();
	call->ending = ending;
	call->reason = reason;
	call->by = by;
	call->left = unsaid(call);
	if (!call->target && strcmp(by, "capture") == 0)
		call->target = sv_strdup(call->config->fallback);
	if (call->facts.silent)
		part_leave(call);
}

void part_failed(struct call *call, int code)
{
	if (call->phase != CALL_UP)
		return;
	talk_error(call, code, NULL);
	sv_warn("%s", sv_why());
	if (!call->why)
		call->why = sv_strdup("failure");
	part(call, CALL_TRANSFER, "error", "capture");
}

static const char *farewell_reason(const struct call *call)
{
	const char *said =
		call->ending == CALL_HANGUP ? call->outcome : call->why;

	return said ? said : call->reason;
}

/* for the dialplan, which asks when the call has come back to it */
static void leave_word(struct call *call, const struct call_farewell *farewell)
{
	bool hangup = farewell->ending == CALL_HANGUP;
	json_t *fields;

	if (!call->config->run || call->facts.silent)
		return;
	fields = json_pack("{ss ss* ss* sO*}", "outcome",
	                   hangup ? "hangup" : "transfer", "target",
	                   farewell->target, "reason", farewell->reason,
	                   "brief", farewell->brief);
	if (known_put(call->config->run, call->facts.id, fields))
		sv_warn("%s", sv_why());
}

void part_leave(struct call *call)
{
	json_t *brief = call->brief ? json_string(call->brief) : NULL;
	struct call_farewell farewell = {
		.ending = call->ending,
		.target = call->ending == CALL_TRANSFER ? call->target : NULL,
		.reason = farewell_reason(call),
		.brief = brief,
	};

	if (call->phase >= CALL_LEAVING)
		return;
	call->phase = CALL_LEAVING;
	call->since_ms = sv_now_ms();
	leave_word(call, &farewell);
	if (!call->via->leave || call->via->leave(call->transport, &farewell))
		part_over(call, call->reason);
	json_decref(brief);
	end_pipeline(call);
}

void part_over(struct call *call, const char *reason)
{
	if (call->phase == CALL_OVER)
		return;
	if (call->phase == CALL_UP) {
		call->reason = reason;
		call->by = "far";
	}
	call->phase = CALL_OVER;
	call->since_ms = sv_now_ms();
	end_pipeline(call);
	/* the transport may be calling us: it is closed from the loop */
	sv_loop_arm(call->loop, &call->tick, call->since_ms);
}

/* --- deadlines --- */

/* more than ms have gone since then; ms 0: for ever */
static bool past(int64_t now_ms, int64_t since_ms, int ms)
{
	return ms > 0 && now_ms - since_ms > ms;
}

static void watch_call(struct call *call, int64_t now_ms)
{
	const struct call_config *config = call->config;
	const struct hear *hear = &call->hear;

	if (!call->facts.silent &&
	    past(now_ms, hear->last_us / 1000, config->silence_ms)) {
		part(call, CALL_HANGUP, "timeout", "far");
	} else if (past(now_ms, call->start_ms, config->max_call_ms)) {
		if (!call->why)
			call->why = sv_strdup("timeout");
		part(call, CALL_TRANSFER, "timeout", "capture");
	} else if (hear->stuck_us &&
	           past(now_ms, hear->stuck_us / 1000, HEAR_DEAD_MS)) {
		part_failed(call, sv_fail(EX_TEMPFAIL,
		                          "the pipeline has read nothing for "
		                          "%d s",
		                          HEAR_DEAD_MS / 1000));
	} else if (call->stuck_ms && past(now_ms, call->stuck_ms, STUCK_MS)) {
		part_failed(call, sv_fail(EX_IOERR, "nobody reads the events "
		                                    "of this call"));
	} else if (lines_stuck(&call->dialog) || lines_stuck(&call->asr)) {
		part_failed(call,
		            sv_fail(EX_IOERR,
		                    "the pipeline does not read its "
		                    "descriptor %d: 1 MiB of events waits",
		                    lines_stuck(&call->dialog) ? 4 : 5));
	}
}

void part_watch(struct call *call)
{
	int64_t now_ms = sv_now_ms();

	if (call->phase == CALL_UP)
		watch_call(call, now_ms);
	if (call->phase == CALL_PARTING &&
	    past(now_ms, call->since_ms, FAREWELL_MS))
		part_leave(call);
	if (call->phase == CALL_LEAVING &&
	    past(now_ms, call->since_ms, LEAVE_MS))
		part_over(call, call->reason);
	if (call->phase == CALL_OVER && call->transport) {
		call->via->close(call->transport);
		call->transport = NULL;
	}
	if (call->stuck_ms && !lines_stuck(&call->stream))
		command_watch_events(call);
	if (call->ended_ms)
		watch_pipeline(call);
}
