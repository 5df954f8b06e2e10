/* run_take.c: what today's dialog answers in a run */
#include <stdlib.h>
#include <string.h>

#include "src/replay/rewrite.h"
#include "src/replay/run.h"

static const char *string(const struct sv_event *event, const char *key)
{
	return json_string_value(json_object_get(event->json, key));
}

static void on_say(struct run *run, const struct sv_event *event)
{
	const char *id = string(event, "say");
	const char *text = string(event, "text");
	struct spoken spoken;
	bool first = run->answered;

	if (!id || !text || !run->past->live)
		return;
	spoken = past_spoken(run->past, text);
	if (first) {
		run->opened = true;
		run->answered = false;
	}
	voice_add(&run->voice, id, text, event->t, &spoken);
	if (first)
		run->batch.start = run->voice.from_t > event->t
		                           ? run->voice.from_t
		                           : event->t;
	/* what follows in one breath belongs to it */
	if (first || event->t <= run->batch.end)
		run->batch.end = voice_end(&run->voice, event->t);
}

static int on_cancel(struct run *run, const struct sv_event *event)
{
	struct report report;

	if (!voice_cancel(&run->voice, string(event, "say"), event->t, &report))
		return 0;
	return run_put(run, &run->out, report.type, report.fields);
}

static void note_end(struct run *run, const struct sv_event *event)
{
	run->ended |= !strcmp(event->type, "dialog.end");
	run->left |= !strcmp(event->type, "call.hangup") ||
	             !strcmp(event->type, "call.transfer");
}

static int obey(struct run *run, const struct sv_event *event)
{
	if (!strcmp(event->type, "dialog.say"))
		on_say(run, event);
	else if (!strcmp(event->type, "tts.pause"))
		voice_pause(&run->voice, event->t);
	else if (!strcmp(event->type, "tts.resume"))
		voice_resume(&run->voice, event->t);
	else if (!strcmp(event->type, "tts.cancel"))
		return on_cancel(run, event);
	note_end(run, event);
	return 0;
}

static void on_clock(struct run *run, const struct sv_event *event)
{
	const json_t *due = json_object_get(event->json, "due");

	run->due = json_is_integer(due) ? json_integer_value(due) : -1;
}

/* what we sent: the caller's, and our voice's */
static bool is_then(const struct sv_event *event)
{
	static const char *const types[] = { "call.start", "vad.start",
		                             "vad.end",    "asr.partial",
		                             "asr.final",  "dtmf",
		                             "call.end",   "tts.start",
		                             "tts.end",    NULL };
	size_t i;

	for (i = 0; types[i]; i++)
		if (!strcmp(event->type, types[i]))
			return true;
	return false;
}

int run_take(struct run *run, const struct sv_event *event)
{
	int rc;

	if (!strcmp(event->type, "clock")) {
		on_clock(run, event);
		return 0;
	}
	account_take(&run->account, event);
	if (is_then(event))
		rc = sv_buf_add(&run->out, event->line, event->len);
	else
		rc = rewrite_today(run->past, event, &run->out);
	return rc ? rc : obey(run, event);
}

int run_today(struct run *run, const struct sv_event *event)
{
	account_take(&run->account, event);
	note_end(run, event);
	return rewrite_today(run->past, event, &run->out);
}

int run_line(struct run *run, const char *line)
{
	json_t *json = json_loads(line, 0, NULL);
	const char *type = json_string_value(json_object_get(json, "type"));
	struct sv_event event = { .type = type ? type : "", .json = json };

	account_take(&run->account, &event);
	json_decref(json);
	return sv_buf_puts(&run->out, line);
}
