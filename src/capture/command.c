/* command.c: COMMAND of a call, started and listened to */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/io.h"

#include "src/capture/inside.h"
#include "src/capture/known.h"

/* A pipeline that speaks faster than is heard gets so far ahead: the kernel's
 * 64 KiB would be 4 s of a telephone call. */
enum { AHEAD_MS = 500 };

/* W3C Trace Context: the trace is the call, its id the same 128 bits */
static char *trace_parent(const char *id)
{
	uint8_t trace[16], span[8];
	char text[64];
	int n = 0;

	if (!known_call_uuid(id, trace))
		getrandom(trace, sizeof trace, 0);
	getrandom(span, sizeof span, 0);
	for (size_t i = 0; i < sizeof trace; i++)
		n += snprintf(text + n, sizeof text - (size_t)n, "%02x",
		              trace[i]);
	text[n++] = '-';
	for (size_t i = 0; i < sizeof span; i++)
		n += snprintf(text + n, sizeof text - (size_t)n, "%02x",
		              span[i]);
	return sv_format("TRACEPARENT=00-%s-01", text);
}

void command_settings(struct call *call)
{
	const struct call_facts *facts = &call->facts;
	char **at = call->settings;

	*at++ = sv_format("SV_CALL_FDS=1");
	*at++ = sv_format("SV_CALL_ID=%s", facts->id);
	*at++ = sv_format("SV_CALLER=%s", facts->caller ? facts->caller : "");
	*at++ = sv_format("SV_CALLEE=%s", facts->callee ? facts->callee : "");
	*at++ = sv_format("SV_DIRECTION=%s", facts->outbound ? "out" : "in");
	*at++ = sv_format("SV_RATE=%d", facts->rate_hz);
	*at++ = trace_parent(facts->id);
	if (call->config->language)
		*at = sv_format("SV_LANG=%s", call->config->language);
}

/* What a paused prompt had written before it heard of that is not played any
 * more: it says it again when it goes on. What is in the pipe before the event
 * is read was written before anything that an event after it announces. */
static bool read_events(struct call *call)
{
	size_t unread = play_unread(&call->play);
	bool more;

	call->hush = false;
	more = route_read(&call->route);
	if (call->hush && call->phase == CALL_UP)
		play_hush(&call->play, unread);
	return more;
}

/* Who makes events faster than they are read waits for the reader. */
void command_events(struct call *call)
{
	if (lines_stuck(&call->stream)) {
		sv_loop_unwatch(call->loop, call->pipeline.fds[3]);
		if (!call->stuck_ms)
			call->stuck_ms = sv_now_ms();
	} else if (!read_events(call)) {
		sv_loop_unwatch(call->loop, call->pipeline.fds[3]);
		pipeline_shut(&call->pipeline, 3);
		if (call->route.any)
			part_pipeline_ends(call);
	}
}

static int on_events(void *arg, short revents)
{
	(void)revents;
	command_events(arg);
	return media_run(arg);
}

void command_watch_events(struct call *call)
{
	call->stuck_ms = 0;
	sv_loop_watch(call->loop, call->pipeline.fds[3], POLLIN, on_events,
	              call);
}

static int on_exit_of_command(void *arg, short revents)
{
	struct call *call = arg;

	(void)revents;
	sv_loop_unwatch(call->loop, call->pipeline.watch);
	pipeline_ended(&call->pipeline);
	part_pipeline_ends(call);
	return media_run(call);
}

/* what COMMAND has to say beside its work, when a trace is kept of it */
static int on_diagnostics(void *arg, short revents)
{
	struct call *call = arg;
	char block[4096];
	ssize_t n = read(call->pipeline.fds[2], block, sizeof block);

	(void)revents;
	if (n > 0) {
		trace_bytes(call->trace, 2, block, (size_t)n, call->hear.clock);
		sv_write(STDERR_FILENO, block, (size_t)n, "stderr");
	} else {
		sv_loop_unwatch(call->loop, call->pipeline.fds[2]);
		pipeline_shut(&call->pipeline, 2);
	}
	return 0;
}

static bool unread(const struct call *call, int fd)
{
	int n = 0;

	return call->pipeline.fds[fd] >= 0 &&
	       !ioctl(call->pipeline.fds[fd], FIONREAD, &n) && n > 0;
}

void command_last_words(struct call *call)
{
	while (call->trace && unread(call, 2))
		on_diagnostics(call, 0);
	while (call->trace && unread(call, 1))
		media_sound(call, 0);
}

static void trace_events(void *arg, const void *data, size_t len)
{
	struct call *call = arg;

	trace_bytes(call->trace, SV_FD_EVENTS, data, len, call->hear.clock);
}

static void trace_dialog(void *arg, const void *data, size_t len)
{
	struct call *call = arg;

	trace_bytes(call->trace, SV_FD_DIALOG, data, len, call->hear.clock);
}

static void trace_asr(void *arg, const void *data, size_t len)
{
	struct call *call = arg;

	trace_bytes(call->trace, SV_FD_ASR, data, len, call->hear.clock);
}

static void watch_traced(struct call *call)
{
	if (!call->trace)
		return;
	call->dialog.tap = trace_dialog;
	call->asr.tap = trace_asr;
	call->dialog.arg = call->asr.arg = call;
	sv_events_tap(call->route.events, trace_events, call);
	sv_loop_watch(call->loop, call->pipeline.fds[2], POLLIN, on_diagnostics,
	              call);
}

static void connect_sound(struct call *call)
{
	struct pipeline *pipeline = &call->pipeline;
	int bytes = (int)((int64_t)sizeof(int16_t) *
	                  sv_samples(AHEAD_MS, call->facts.rate_hz));

	hear_into(&call->hear, pipeline->fds[0]);
	call->play.fd = pipeline->fds[1];
	fcntl(call->play.fd, F_SETPIPE_SZ, bytes);
}

int command_start(struct call *call)
{
	const struct call_config *config = call->config;
	struct pipeline *pipeline = &call->pipeline;
	struct pipeline_order order = {
		.command = config->command,
		.environment = call->settings,
		.silent = call->facts.silent,
		.diagnostics = call->trace != NULL,
		.max_memory_mb = config->max_memory_mb,
	};
	int rc = pipeline_open(pipeline, &order);

	if (rc)
		return rc;
	if (call->group)
		*call->group = pipeline->pid;
	if (!call->facts.silent)
		connect_sound(call);
	lines_init(&call->dialog, call->loop, pipeline->fds[4]);
	lines_init(&call->asr, call->loop, pipeline->fds[5]);
	pipeline->fds[4] = pipeline->fds[5] = -1; /* theirs now */
	route_open(&call->route, pipeline->fds[3]);
	command_watch_events(call);
	sv_loop_watch(call->loop, pipeline->watch, POLLIN, on_exit_of_command,
	              call);
	watch_traced(call);
	return 0;
}
