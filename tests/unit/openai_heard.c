/*
 * openai_heard: what a realtime session tells is of the utterance it belongs to
 *
 * uses: src/asr/openai-heard.c src/asr/openai-event.c src/asr/openai-answer.c
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/asr/openai-live.h"
#include "src/asr/openai-session.h"
#include "tests/unit/tap.h"

#define TRANSCRIPTION "conversation.item.input_audio_transcription."

/* --- the engine, as far as it is needed --- */

void openai_done(struct openai_utterance *utterance, int rc, json_t *fields)
{
	utterance->done = true;
	utterance->rc = rc;
	utterance->fields = fields;
}

void openai_broken(struct asr *asr, int rc, int retry_ms)
{
	(void)retry_ms;
	asr->rc = rc;
}

void openai_count(struct asr *asr, const json_t *usage, int64_t ms)
{
	(void)asr;
	(void)usage;
	(void)ms;
}

void openai_live_id(const struct openai_utterance *utterance,
                    char id[OPENAI_EVENT_ID])
{
	snprintf(id, OPENAI_EVENT_ID, "utterance-%lld",
	         (long long)utterance->number);
}

/* --- what is tried --- */

static void hear(struct openai_session *session, const char *type,
                 const char *item, const char *text)
{
	char *line = sv_format("{\"type\":\"%s\",\"item_id\":\"%s\","
	                       "\"delta\":\"%s\",\"transcript\":\"%s\"}",
	                       type, item, text, text);
	struct openai_event event;

	ok(!openai_event_read(&event, line, strlen(line)));
	openai_session_hear(session, &event);
	openai_event_release(&event);
	free(line);
}

static const char *text_of(const struct openai_utterance *utterance)
{
	return json_string_value(json_object_get(utterance->fields, "text"));
}

static void begin(struct openai_utterance *utterance,
                  struct openai_session *session, int number)
{
	*utterance = (struct openai_utterance){ .asr = session->asr,
		                                .session = session,
		                                .number = number };
	sv_buf_init(&utterance->text, 1000);
}

static void release(struct openai_utterance *utterance)
{
	free(utterance->item);
	json_decref(utterance->fields);
	sv_buf_release(&utterance->text);
}

/* A service may say a thing twice, or late: it is no other utterance's. */
int main(void)
{
	struct asr asr = { .rate_hz = 8000 };
	struct openai_session session = { .asr = &asr, .state = OPENAI_READY };
	struct openai_utterance one, two;

	begin(&one, &session, 1);
	begin(&two, &session, 2);
	asr.first = &one;
	hear(&session, "input_audio_buffer.committed", "item_1", "");
	hear(&session, TRANSCRIPTION "completed", "item_1", "first");
	ok(one.done && !two.done);
	is(text_of(&one), "first");
	asr.first = &two; /* it was asked for, and is gone */
	hear(&session, "input_audio_buffer.committed", "item_1", "");
	hear(&session, TRANSCRIPTION "delta", "item_1", "st");
	hear(&session, TRANSCRIPTION "completed", "item_1", "first");
	ok(!two.done && !two.item && !two.text.len);
	hear(&session, TRANSCRIPTION "delta", "item_2", "sec");
	is(sv_buf_str(&two.text), "sec");
	hear(&session, TRANSCRIPTION "completed", "item_2", "second");
	is(text_of(&two), "second");
	release(&one);
	release(&two);
	free(session.over);
	return tap_end();
}
