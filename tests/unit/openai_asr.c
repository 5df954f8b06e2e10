/*
 * Unit tests of what the engine openai of sv-asr reads and writes.
 *
 * uses: src/asr/openai-answer.c src/asr/openai-event.c src/asr/openai-wav.c
 */
#include <stdlib.h>

#include "lib/fail.h"

#include "src/asr/openai-event.h"
#include "src/asr/openai-wav.h"
#include "src/asr/openai.h"
#include "tests/unit/tap.h"

/* fields of an answer at 1 s of a call, 3 s long, as sorted JSON */
static char *fields_of(const char *answer)
{
	json_t *json = json_loads(answer, 0, NULL);
	json_t *fields = NULL;
	char *text = NULL;

	if (!openai_fields(json, 1000, 3000, &fields))
		text = json_dumps(fields, JSON_COMPACT | JSON_SORT_KEYS |
		                                  JSON_REAL_PRECISION(4));
	json_decref(fields);
	json_decref(json);
	return text;
}

static void answers(const char *answer, const char *fields)
{
	char *got = fields_of(answer);

	is(got, fields);
	free(got);
}

static void test_answers(void)
{
	answers("{\"text\":\" да, конечно\\n\"}", "{\"text\":\"да, конечно\"}");
	answers("{\"text\":\"\"}", "{\"text\":\"\"}");
	answers("{\"text\":\"a\",\"logprobs\":[{\"logprob\":-0.1},"
	        "{\"logprob\":-0.3}]}",
	        "{\"confidence\":0.819,\"text\":\"a\"}");
	/* words of the utterance, none of them outside of it */
	answers("{\"text\":\"a b\",\"words\":[{\"word\":\" a\",\"start\":-1,"
	        "\"end\":0.5},{\"word\":\"b\",\"start\":0.5,\"end\":1e9},"
	        "{\"word\":\" \"},{\"start\":1},7],\"segments\":[{\"start\":0,"
	        "\"end\":3,\"avg_logprob\":-0.5}]}",
	        "{\"confidence\":0.607,\"text\":\"a b\",\"words\":["
	        "{\"end_ms\":1500,\"start_ms\":1000,\"word\":\"a\"},"
	        "{\"end_ms\":4000,\"start_ms\":1500,\"word\":\"b\"}]}");
	answers("{\"text\":\"a\",\"words\":{},\"segments\":\"x\","
	        "\"logprobs\":[]}",
	        "{\"text\":\"a\"}");
	ok(!fields_of("{\"text\":null}"));
	is(sv_why(), "openai: an answer without a text");
	ok(!fields_of("{}"));
}

static void test_segments(void)
{
	json_t *answer = json_loads(
		"{\"text\":\"a b c\",\"segments\":[{\"start\":0,\"end\":1,"
		"\"text\":\" a b\",\"speaker\":\"A\"},{\"start\":1,\"end\":2,"
		"\"text\":\" \"},{\"start\":2,\"end\":1.5,\"text\":\"c\","
		"\"avg_logprob\":-0.5}],\"words\":[{\"word\":\"a\",\"start\":"
		"0,\"end\":0.4},{\"word\":\"b\",\"start\":0.5,\"end\":1.2}]}",
		0, NULL);
	json_t *all = json_object_get(answer, "segments");
	size_t word = 0;
	json_t *one =
		openai_segment(answer, json_array_get(all, 0), 100, &word);

	ok(json_integer_value(json_object_get(one, "start_ms")) == 100);
	ok(json_integer_value(json_object_get(one, "end_ms")) == 1100);
	is(json_string_value(json_object_get(one, "text")), "a b");
	is(json_string_value(json_object_get(one, "speaker")), "A");
	ok(json_array_size(json_object_get(one, "words")) == 2 && word == 2);
	json_decref(one);
	ok(!openai_segment(answer, json_array_get(all, 1), 0, &word));
	one = openai_segment(answer, json_array_get(all, 2), 0, &word);
	ok(json_integer_value(json_object_get(one, "end_ms")) == 2000);
	ok(!json_object_get(one, "words"));
	ok(json_real_value(json_object_get(one, "confidence")) > 0.6);
	json_decref(one);
	json_decref(answer);
}

static void read_one(struct openai_event *event, const char *text)
{
	ok(!openai_event_read(event, text, strlen(text)));
}

static void test_events(void)
{
	struct openai_event event;

	read_one(&event, "{\"type\":\"conversation.item.input_audio_"
	                 "transcription.delta\",\"item_id\":\"i\","
	                 "\"delta\":\" да\"}");
	ok(event.kind == OPENAI_DELTA);
	is(event.item, "i");
	is(event.text, " да");
	openai_event_release(&event);
	read_one(&event, "{\"type\":\"error\",\"error\":{\"code\":"
	                 "\"session_expired\",\"event_id\":null}}");
	ok(event.kind == OPENAI_ERROR && event.error);
	is(event.code, "session_expired");
	is(event.about, "");
	openai_event_release(&event);
	read_one(&event, "{\"type\":\"session.weather\"}");
	ok(event.kind == OPENAI_OTHER);
	openai_event_release(&event);
	read_one(&event, "{\"type\":3,\"item_id\":[]}");
	ok(event.kind == OPENAI_OTHER && !*event.item);
	openai_event_release(&event);
	ok(openai_event_read(&event, "{\"type\":", 8) == EX_UNAVAILABLE);
	ok(openai_event_read(&event, "[]", 2) == EX_UNAVAILABLE);
	ok(openai_event_harmless("input_audio_buffer_commit_empty"));
	ok(!openai_event_harmless("insufficient_quota"));
	ok(openai_event_fatal("insufficient_quota"));
	ok(!openai_event_fatal("session_expired") && !openai_event_fatal(""));
}

static void test_wav(void)
{
	static const unsigned char header[] =
		"RIFF\x44\x06\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0"
		"\x80\x3e\0\0\2\0\x10\0data\x20\x06\0\0\1\0\xff\x7f\0\x80";
	const int16_t samples[] = { 1, INT16_MAX, INT16_MIN };
	struct sv_buf wav = { 0 };

	openai_wav_begin(&wav);
	ok(!openai_wav_add(&wav, samples, 3));
	ok(!openai_wav_end(&wav, 8000, 700)); /* blocks of 256 */
	wav.data[4] = 0x44;
	wav.data[5] = 6;
	wav.data[40] = 0x20;
	wav.data[41] = 6;
	ok(wav.len >= 44 + 2 * 700 && wav.len < 44 + 2 * 1000);
	ok(!memcmp(wav.data, header, sizeof header - 1));
	openai_wav_begin(&wav);
	ok(!openai_wav_add(&wav, samples, 3) && !openai_wav_end(&wav, 8000, 0));
	ok(wav.len == 50 && wav.data[4] == 42 && wav.data[40] == 6);
	sv_buf_release(&wav);
}

int main(void)
{
	test_answers();
	test_segments();
	test_events();
	test_wav();
	return tap_end();
}
