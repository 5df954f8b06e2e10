/* call.c: a call, from its first byte to its last event */
#include "src/capture/call.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/utf8.h"

#include "src/capture/inside.h"
#include "src/capture/known.h"
#include "src/capture/url.h"

/* --- for the transport --- */

struct sv_loop *call_loop(struct call *call)
{
	return call->loop;
}

const struct call_config *call_config(const struct call *call)
{
	return call->config;
}

int call_heard_dtmf(struct call *call, char digit, int duration_ms)
{
	char key[] = { digit, '\0' };
	json_t *fields = json_pack("{ss}", "digit", key);

	if (duration_ms > 0)
		json_object_set_new(fields, "duration_ms",
		                    json_integer(duration_ms));
	call->hear.last_us = sv_now_us(); /* no sound comes with a key */
	if (call->phase <= CALL_PARTING)
		talk_tell(call, "dtmf", fields, TO_DIALOG | TO_ASR);
	else
		json_decref(fields);
	return 0;
}

int call_heard_event(struct call *call, const char *type, json_t *fields)
{
	if (call->phase <= CALL_LEAVING)
		talk_tell(call, type, fields, TO_DIALOG);
	else
		json_decref(fields);
	return 0;
}

int call_heard_end(struct call *call, const char *reason)
{
	part_over(call, reason);
	return 0;
}

/* --- the pipeline --- */

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

static void make_settings(struct call *call)
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

static int on_events(void *arg, short revents)
{
	struct call *call = arg;

	(void)revents;
	/* who makes events faster than they are read waits for the reader */
	if (lines_stuck(&call->stream)) {
		sv_loop_unwatch(call->loop, call->pipeline.fds[3]);
		call->events_wait = true;
	} else if (!route_read(&call->route)) {
		sv_loop_unwatch(call->loop, call->pipeline.fds[3]);
		pipeline_shut(&call->pipeline, 3);
		part_pipeline_ends(call);
	}
	return media_run(call);
}

void call_watch_events(struct call *call)
{
	call->events_wait = false;
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
		n = write(STDERR_FILENO, block, (size_t)n);
	} else {
		sv_loop_unwatch(call->loop, call->pipeline.fds[2]);
		pipeline_shut(&call->pipeline, 2);
	}
	return 0;
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

static int start_pipeline(struct call *call)
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
	if (pipeline->fds[0] >= 0)
		hear_into(&call->hear, pipeline->fds[0]);
	call->play.fd = pipeline->fds[1];
	lines_init(&call->dialog, call->loop, pipeline->fds[4]);
	lines_init(&call->asr, call->loop, pipeline->fds[5]);
	pipeline->fds[4] = pipeline->fds[5] = -1; /* theirs now */
	route_open(&call->route, pipeline->fds[3]);
	call_watch_events(call);
	sv_loop_watch(call->loop, pipeline->watch, POLLIN, on_exit_of_command,
	              call);
	watch_traced(call);
	return 0;
}

/* --- beginning --- */

static int on_stop(void *arg)
{
	struct call *call = arg;

	if (!call->why && call->phase == CALL_UP)
		call->why = sv_strdup("stopped");
	part(call, CALL_TRANSFER, "stopped", "capture");
	return media_run(call);
}

/* The server is gone, and with it who would read our events: the caller is
 * handed over while we can. */
static int on_server_gone(void *arg)
{
	struct call *call = arg;

	part_failed(call, sv_fail(EX_IOERR, "nobody reads the events of this "
	                                    "call any more"));
	return media_run(call);
}

static char *repaired(char *text)
{
	struct sv_buf good;

	if (!text || sv_utf8_check(text, strlen(text)) == strlen(text))
		return text;
	sv_buf_init(&good, 4 * strlen(text));
	sv_utf8_repair(&good, text, strlen(text));
	free(text);
	return sv_buf_take(&good);
}

static void announce(struct call *call)
{
	struct call_facts *facts = &call->facts;
	json_t *fields;

	facts->caller = repaired(facts->caller);
	facts->callee = repaired(facts->callee);
	fields = json_pack(
		"{ss* ss* ss si ss ss*}", "caller",
		facts->caller && *facts->caller ? facts->caller : NULL,
		"callee",
		facts->callee && *facts->callee ? facts->callee : NULL,
		"direction", facts->outbound ? "out" : "in", "rate",
		facts->rate_hz, "source", call->url->text, "language",
		call->config->language);
	if (fields && facts->more)
		json_object_update_missing(fields, facts->more);
	talk_tell(call, "call.start", fields, TO_DIALOG);
}

static void open_files(struct call *call)
{
	const struct call_config *config = call->config;
	const struct call_facts *facts = &call->facts;

	if (config->trace && trace_open(&call->trace, config->trace, facts->id,
	                                call->settings, config->command))
		sv_warn("%s; this call is not traced", sv_why());
}

static void open_record(struct call *call)
{
	const struct call_config *config = call->config;
	int rc;

	if (!config->record || call->facts.silent)
		return;
	rc = record_open(&call->record, config->record, call->facts.id,
	                 config->record_as ? config->record_as : "flac",
	                 call->facts.rate_hz);
	if (rc)
		talk_error(call, rc, "recording");
}

static void begin(struct call *call)
{
	int rc;

	sv_log_call(call->facts.id);
	call->start_ms = sv_now_ms();
	media_open(call);
	media_run(call); /* the line is open: the first silence */
	make_settings(call);
	open_files(call);
	rc = start_pipeline(call);
	if (rc)
		route_open(&call->route, -1);
	announce(call);
	if (rc)
		part_failed(call, rc);
	open_record(call);
	sv_loop_on_stop(call->loop, on_stop, call);
	media_run(call);
}

/* --- end --- */

/* call.end comes last, when all that it tells of is true */
static void settle(struct call *call)
{
	if (call->record && record_close(call->record))
		talk_error(call, EX_IOERR, "recording");
	call->record = NULL;
	if (call->end_line)
		route_put(&call->route, call->end_line, strlen(call->end_line));
	route_close(&call->route);
	lines_flush(&call->stream);
}

static void release(struct call *call)
{
	if (call->transport)
		call->via->close(call->transport);
	pipeline_close(&call->pipeline);
	if (call->group)
		*call->group = 0;
	lines_close(&call->dialog);
	lines_close(&call->asr);
	lines_close(&call->stream);
	hear_release(&call->hear);
	echo_free(call->echo);
	trace_close(call->trace);
	sv_loop_free(call->loop);
	for (int i = 0; i < SETTINGS; i++)
		free(call->settings[i]);
	free(call->facts.caller);
	free(call->facts.callee);
	json_decref(call->facts.more);
	free(call->target);
	free(call->why);
	free(call->outcome);
	free(call->brief);
	free(call->end_line);
	free(call);
	sv_log_call(NULL);
}

static int run(struct call *call)
{
	int rc = sv_loop_run(call->loop);

	/* what a handler could not do, the far end's perhaps: it is the end of
	 * the call, but in good order */
	while (rc && call->phase != CALL_OVER) {
		talk_error(call, rc, NULL);
		part_over(call, "error");
		rc = sv_loop_run(call->loop);
	}
	return rc;
}

int call_run(const struct call_config *config, const struct arrival *arrival,
             int events_fd, volatile int *pipeline)
{
	struct call *call = sv_alloc(sizeof *call);
	int rc;

	call->config = config;
	call->via = arrival->transport;
	call->url = arrival->url;
	call->group = pipeline;
	call->loop = sv_loop_new();
	call->pipeline.watch = -1;
	for (int fd = 0; fd < PIPELINE_FDS; fd++)
		call->pipeline.fds[fd] = -1;
	lines_init(&call->stream, call->loop, events_fd);
	lines_init(&call->dialog, call->loop, -1);
	lines_init(&call->asr, call->loop, -1);
	call->stream.left = on_server_gone;
	call->stream.arg = call;
	call->route = (struct route){ .call = call->facts.id,
		                      .stream = &call->stream,
		                      .dialog = &call->dialog,
		                      .asr = &call->asr,
		                      .obey = talk_obey,
		                      .bad = talk_bad,
		                      .arg = call };
	rc = call->via->open(&call->transport, call, arrival, &call->facts);
	if (!rc) {
		begin(call);
		rc = run(call);
		settle(call);
	}
	release(call);
	return rc;
}
