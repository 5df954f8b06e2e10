/* take-call: how a call began and ended, and what was recognised in it */
#include "src/report/takers.h"

void take_call_start(struct store *store, struct call *call,
                     struct event *event)
{
	call->start_ms = event->time_ms;
	call->caller = either(event_text(store, event, "caller"), call->caller);
	call->callee = event_text(store, event, "callee");
	call->source = event_text(store, event, "source");
	call->direction = event_text(store, event, "direction");
	call->language =
		either(event_text(store, event, "language"), call->language);
	if (call->duration_ms == NEVER)
		call->duration_ms = event_count(event, "duration_ms", NEVER);
}

void take_call_end(struct store *store, struct call *call, struct event *event)
{
	call->ended = true;
	call->end_ms = event->time_ms;
	call->end_reason = event_text(store, event, "reason");
	call->recording = event_text(store, event, "recording");
	call->duration_ms =
		event_count(event, "duration_ms", call->duration_ms);
	if (call->duration_ms == NEVER && event->t > 0)
		call->duration_ms = event->t;
	if (call->duration_ms == NEVER && call->start_ms != NEVER &&
	    call->end_ms >= call->start_ms)
		call->duration_ms = call->end_ms - call->start_ms;
}

void take_final(struct store *store, struct call *call, struct event *event)
{
	struct span text, speaker;
	double confidence;

	if (!scan_string(event->scan, "text", &text) || !text.len)
		return;
	if (!call->language)
		call->language = event_text(store, event, "language");
	call->spoken = true;
	if (event_share(event, "confidence", &confidence)) {
		call->confidence += confidence;
		call->confident++;
	}
	if (!scan_string(event->scan, "speaker", &speaker) ||
	    !span_is(speaker, "agent"))
		call->answers++;
}

void take_key(struct store *store, struct call *call, struct event *event)
{
	(void)store;
	(void)event;
	call->spoken = true;
}

void take_error(struct store *store, struct call *call, struct event *event)
{
	(void)store;
	(void)event;
	call->errors++;
}
