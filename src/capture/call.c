/* call.c: a call, from its first byte to its last event */
#include "src/capture/call.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
	else
		media_record(call);
}

static void begin(struct call *call)
{
	int rc;

	sv_log_call(call->facts.id);
	call->start_ms = sv_now_ms();
	media_open(call);
	media_run(call); /* the line is open: the first silence */
	command_settings(call);
	open_files(call);
	rc = command_start(call);
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
	command_last_words(call);
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

	signal(SIGCHLD, SIG_DFL); /* the server's affair; we wait for ours */
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
