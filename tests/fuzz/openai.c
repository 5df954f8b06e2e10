/*
 * Whatever a service answers: JSON of a transcription, an event of a realtime
 * session, an error. Fields come out whole or not at all, and times lie within
 * the utterance.
 *
 * uses: src/asr/openai-answer.c src/asr/openai-event.c
 */
#include "src/asr/openai.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/asr/openai-event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OFFSET_MS = 500, LENGTH_MS = 4000 };

static void check_words(const json_t *fields)
{
	json_t *word;
	size_t i;

	json_array_foreach (json_object_get(fields, "words"), i, word) {
		json_int_t start =
			json_integer_value(json_object_get(word, "start_ms"));
		json_int_t end =
			json_integer_value(json_object_get(word, "end_ms"));

		assert(start >= OFFSET_MS && end >= start);
		assert(end <= OFFSET_MS + LENGTH_MS);
		assert(json_string_length(json_object_get(word, "word")));
	}
}

static void answer(const json_t *json)
{
	json_t *fields = NULL, *segment;
	size_t i, word = 0;

	if (!openai_fields(json, OFFSET_MS, LENGTH_MS, &fields)) {
		double confidence = json_number_value(
			json_object_get(fields, "confidence"));

		assert(json_is_string(json_object_get(fields, "text")));
		assert(confidence >= 0 && confidence <= 1);
		check_words(fields);
		json_decref(fields);
	}
	json_array_foreach (json_object_get(json, "segments"), i, segment)
		json_decref(openai_segment(json, segment, 0, &word));
}

static void event(const char *text, size_t size)
{
	struct openai_event read;

	if (openai_event_read(&read, text, size))
		return;
	assert(read.item && read.previous && read.text && read.code &&
	       read.about);
	openai_event_harmless(read.code);
	openai_event_fatal(read.code);
	json_decref(openai_text(read.text));
	openai_event_release(&read);
}

static void error(const char *text, size_t size)
{
	static const long statuses[] = { 0, 400, 401, 403, 404, 429, 500, 501 };
	const struct sv_openai openai = { .own = true };
	struct sv_http_answer failed = { .code = 69,
		                         .body = text,
		                         .len = size };
	struct sv_openai_error told;

	failed.status = statuses[size % 8];
	assert(sv_openai_failed(&openai, &failed, "tts-1", &told) == told.code);
	assert(told.code && told.wait_ms >= 0);
	sv_openai_again(NULL, &failed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	json_t *json = json_loadb(text, size, 0, NULL);

	if (json_is_object(json))
		answer(json);
	json_decref(json);
	event(text, size);
	error(text, size);
	return 0;
}
