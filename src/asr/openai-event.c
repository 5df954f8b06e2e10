/* openai-event.c: what a realtime session tells us */
#include "src/asr/openai-event.h"

#include <string.h>

#include "lib/fail.h"
#include "lib/openai.h"

#define TRANSCRIPTION "conversation.item.input_audio_transcription."

static const struct {
	const char *type;
	enum openai_event_kind kind;
} types[] = {
	{ "session.updated", OPENAI_UPDATED },
	{ "transcription_session.updated", OPENAI_UPDATED }, /* beta's name */
	{ "input_audio_buffer.committed", OPENAI_COMMITTED },
	{ TRANSCRIPTION "delta", OPENAI_DELTA },
	{ TRANSCRIPTION "completed", OPENAI_COMPLETED },
	{ TRANSCRIPTION "failed", OPENAI_FAILED },
	{ "error", OPENAI_ERROR },
};

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static enum openai_event_kind kind_of(const char *type)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (!strcmp(types[i].type, type))
			return types[i].kind;
	return OPENAI_OTHER;
}

int openai_event_read(struct openai_event *event, const char *text, size_t len)
{
	json_t *json = sv_openai_object("an event", text, len);

	*event = (struct openai_event){ .json = json };
	if (!json)
		return EX_UNAVAILABLE;
	event->kind = kind_of(text_of(json, "type"));
	event->item = text_of(json, "item_id");
	event->previous = text_of(json, "previous_item_id");
	event->text = text_of(json, event->kind == OPENAI_DELTA ? "delta"
	                                                        : "transcript");
	event->error = json_object_get(json, "error");
	event->code = text_of(event->error, "code");
	event->about = text_of(event->error, "event_id");
	event->usage = json_object_get(json, "usage");
	event->logprobs = json_object_get(json, "logprobs");
	return 0;
}

void openai_event_release(struct openai_event *event)
{
	json_decref(event->json);
	*event = (struct openai_event){ 0 };
}

static bool one_of(const char *const *list, const char *text)
{
	for (; *list; list++)
		if (!strcmp(*list, text))
			return true;
	return false;
}

bool openai_event_harmless(const char *code)
{
	static const char *const codes[] = {
		"response_cancel_not_active",
		"conversation_already_has_active_response",
		"input_audio_buffer_commit_empty",
		"item_retrieve_invalid_item_id",
		NULL,
	};

	return one_of(codes, code);
}

bool openai_event_fatal(const char *code)
{
	static const char *const codes[] = {
		"insufficient_quota",
		"invalid_api_key",
		"account_deactivated",
		"billing_hard_limit_reached",
		NULL,
	};

	return one_of(codes, code);
}
