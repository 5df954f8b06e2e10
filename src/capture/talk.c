/* talk.c: the events of a call, its own and what the pipeline asks for */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/start.h"

#include "src/capture/inside.h"

void talk_tell(struct call *call, const char *type, json_t *fields,
               unsigned whom)
{
	char *line =
		sv_event_line(call->facts.id, call_now_ms(call), type, fields);

	if (!line) {
		sv_warn("%s", sv_why());
		return;
	}
	route_put(&call->route, line, strlen(line));
	if (whom & TO_DIALOG)
		lines_put(&call->dialog, line, strlen(line));
	if (whom & TO_ASR)
		lines_put(&call->asr, line, strlen(line));
	free(line);
}

void talk_error(struct call *call, int code, const char *source)
{
	json_t *fields = json_pack("{ss* si ss*}", "reason", sv_why(), "code",
	                           code, "source", source);

	if (!fields)
		fields = json_pack("{ss si}", "reason",
		                   "a reason that is not UTF-8", "code", code);
	talk_tell(call, "error", fields, TO_STREAM);
}

int talk_bad(void *arg, json_t *fields)
{
	struct call *call = arg;

	json_object_set_new(fields, "reason", json_string(sv_why()));
	json_object_set_new(fields, "code", json_integer(EX_DATAERR));
	talk_tell(call, "error", fields, TO_STREAM);
	sv_bad_input();
	return 0;
}

/* what was left out of the caller's sound, in ms, when it was any */
static void add_ms(const struct call *call, json_t *fields, const char *name,
                   int64_t samples)
{
	json_int_t ms = sv_samples_ms(samples, call->facts.rate_hz);

	if (ms)
		json_object_set_new(fields, name, json_integer(ms));
}

void talk_end(struct call *call)
{
	json_t *fields = json_pack(
		"{ss ss sI ss*}", "reason", call->reason, "by", call->by,
		"duration_ms", (json_int_t)call_now_ms(call), "recording",
		call->record ? record_path(call->record) : NULL);

	if (fields) {
		add_ms(call, fields, "excess_ms", call->hear.excess);
		add_ms(call, fields, "unheard_ms", call->hear.lost);
	}
	call->end_line = sv_event_line(call->facts.id, call_now_ms(call),
	                               "call.end", fields);
	if (call->end_line)
		lines_put(&call->dialog, call->end_line,
		          strlen(call->end_line));
	else
		sv_warn("%s", sv_why());
}

/* --- what the pipeline asks for --- */

static const char *string(const struct sv_event *event, const char *name)
{
	return json_string_value(json_object_get(event->json, name));
}

static void keep(char **where, const char *text)
{
	if (!text)
		return;
	free(*where);
	*where = sv_strdup(text);
}

/* Of the brief its gist: a channel variable is one short line. All of it is in
 * the event. */
static void on_handoff(struct call *call, const struct sv_event *event)
{
	const json_t *brief = json_object_get(event->json, "brief");
	const json_t *gist = json_object_get(brief, "text");

	keep(&call->target, string(event, "target"));
	keep(&call->why, string(event, "reason"));
	keep(&call->brief, json_string_value(gist ? gist : brief));
}

static void on_dialog_end(struct call *call, const struct sv_event *event)
{
	keep(&call->outcome, string(event, "outcome"));
}

static void on_hangup(struct call *call, const struct sv_event *event)
{
	(void)event;
	part(call, CALL_HANGUP, "hangup", "pipeline");
}

static void on_transfer(struct call *call, const struct sv_event *event)
{
	if (call->phase == CALL_UP)
		keep(&call->target, string(event, "target"));
	part(call, CALL_TRANSFER, "handoff", "pipeline");
}

static void on_keys(struct call *call, const struct sv_event *event)
{
	const char *digits = string(event, "digits");
	int rc = DTMF_AS_TONES;

	if (!digits || call->phase > CALL_PARTING)
		return;
	if (call->via->dtmf)
		rc = call->via->dtmf(call->transport, digits);
	if (rc == DTMF_AS_TONES &&
	    tone_add(&call->play.tone, digits) == strlen(digits))
		rc = 0;
	if (rc == DTMF_AS_TONES)
		rc = sv_fail(EX_DATAERR,
		             "dtmf.send: keys that no telephone has, or more "
		             "than %d at once",
		             TONE_KEYS_MAX);
	if (rc)
		talk_error(call, rc, "the pipeline");
}

static void on_cancel(struct call *call, const struct sv_event *event)
{
	(void)event;
	if (call->via->flush && call->phase <= CALL_PARTING &&
	    call->via->flush(call->transport))
		talk_error(call, EX_PROTOCOL, call->via->scheme);
}

/* the caller has the word */
static void on_pause(struct call *call, const struct sv_event *event)
{
	call->hush = true;
	on_cancel(call, event);
}

/* there is sound again that is to be heard */
static void on_start(struct call *call, const struct sv_event *event)
{
	(void)event;
	call->hush = false;
}

void talk_obey(void *arg, const struct sv_event *event)
{
	static const struct {
		const char *type;
		void (*act)(struct call *call, const struct sv_event *event);
	} acts[] = {
		{ "call.hangup", on_hangup },
		{ "call.transfer", on_transfer },
		{ "dialog.handoff", on_handoff },
		{ "dialog.end", on_dialog_end },
		{ "dtmf.send", on_keys },
		{ "tts.pause", on_pause },
		{ "tts.cancel", on_cancel },
		{ "tts.start", on_start },
		{ "tts.resume", on_start },
	};
	struct call *call = arg;
	int rc = 0;

	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
		if (strcmp(acts[i].type, event->type) != 0)
			continue;
		acts[i].act(call, event);
		return;
	}
	if (call->via->event && call->phase <= CALL_PARTING)
		rc = call->via->event(call->transport, event->json);
	if (rc)
		talk_error(call, rc, call->via->scheme);
}
