/*
 * Vosk's answers become the text of an utterance.
 *
 * uses: src/asr/vosk-text.c
 */
#include "src/asr/vosk-text.h"

#include <string.h>

#include "lib/fail.h"

#include "tests/unit/tap.h"

static struct vosk_text text;

static const char *string(const json_t *fields, const char *key)
{
	return json_string_value(json_object_get(fields, key));
}

static json_int_t number(const json_t *fields, size_t i, const char *key)
{
	json_t *words = json_object_get(fields, "words");

	return json_integer_value(
		json_object_get(json_array_get(words, i), key));
}

static void results_are_put_together(void)
{
	json_t *fields;

	vosk_text_begin(&text);
	is(vosk_text_partial(&text, "{\"partial\": \"hel\"}"), "hel");
	ok(vosk_text_add(&text, "{\"text\": \"hello\", \"result\": [{\"word\":"
	                        "\"hello\", \"start\": 3.1, \"end\": 3.45, "
	                        "\"conf\": 0.5}]}") == 0);
	is(vosk_text_partial(&text, "{\"partial\": \"wor\"}"), "hello wor");
	ok(vosk_text_add(&text, "{\"text\": \"world\", \"result\": [{\"word\":"
	                        "\"world\", \"start\": 4, \"end\": 4.5, "
	                        "\"conf\": 1.000001}]}") == 0);
	ok(vosk_text_add(&text, "{\"text\": \"\"}") == 0);
	is(vosk_text_partial(&text, "{\"partial\": \"\"}"), "hello world");
	fields = vosk_text_fields(&text, 3000, 60000);
	is(string(fields, "text"), "hello world");
	ok(json_real_value(json_object_get(fields, "confidence")) == 0.75);
	ok(number(fields, 0, "start_ms") == 60100);
	ok(number(fields, 0, "end_ms") == 60450);
	ok(number(fields, 1, "start_ms") == 61000);
	json_decref(fields);
}

static void what_nobody_said_is_left_out(void)
{
	json_t *fields;

	vosk_text_begin(&text);
	is(vosk_text_partial(&text, "{\"partial\": \"[unk] yes [unk]\"}"),
	   "yes");
	ok(vosk_text_add(&text,
	                 "{\"text\": \"[unk] yes  [unk]\", \"result\": ["
	                 "{\"word\": \"[unk]\", \"conf\": 1},"
	                 "{\"word\": \"yes\", \"start\": 1, \"end\": 0.5,"
	                 "\"conf\": 0.25}]}") == 0);
	fields = vosk_text_fields(&text, 2000, 0);
	is(string(fields, "text"), "yes");
	ok(json_array_size(json_object_get(fields, "words")) == 1);
	ok(number(fields, 0, "start_ms") == 0 &&
	   number(fields, 0, "end_ms") == 0);
	json_decref(fields);
	vosk_text_begin(&text);
	ok(vosk_text_add(&text, "{\"text\": \"[unk]\", \"result\": ["
	                        "{\"word\": \"[unk]\", \"conf\": 1}]}") == 0);
	fields = vosk_text_fields(&text, 0, 0);
	is(string(fields, "text"), "");
	ok(!json_object_get(fields, "words"));
	ok(!json_object_get(fields, "confidence"));
	json_decref(fields);
}

static void answers_that_make_no_sense_do_no_harm(void)
{
	json_t *fields;

	vosk_text_begin(&text);
	ok(vosk_text_add(&text, "{\"text\": \"a\", \"result\": [{\"conf\": "
	                        "nan}]}") == EX_UNAVAILABLE);
	ok(vosk_text_add(&text, NULL) == EX_UNAVAILABLE);
	is(vosk_text_partial(&text, NULL), "");
	is(vosk_text_partial(&text, "{\"partial\": 7}"), "");
	ok(vosk_text_add(&text, "{\"text\": 7, \"result\": {}}") == 0);
	ok(vosk_text_add(&text, "{\"result\": [7, {}, {\"word\": 7}]}") == 0);
	fields = vosk_text_fields(&text, 0, 0);
	is(string(fields, "text"), "");
	ok(!json_object_get(fields, "words"));
	json_decref(fields);
}

int main(void)
{
	vosk_text_init(&text);
	results_are_put_together();
	what_nobody_said_is_left_out();
	answers_that_make_no_sense_do_no_harm();
	vosk_text_release(&text);
	return tap_end();
}
