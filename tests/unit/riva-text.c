/*
 * What Riva says in a stream becomes an utterance.
 *
 * uses: src/asr/riva_text.c src/asr/riva.proto
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/asr/riva_text.h"
#include "tests/unit/tap.h"

static struct riva_text text;

/* a response of up to two results, each of one alternative of up to two words
 */
struct result {
	const char *transcript;
	bool final;
	float stability, confidence;
	const char *word;
	int start_ms, end_ms;
};

static bool take(const struct result *first, const struct result *second)
{
	const struct result *given[] = { first, second };
	Riva__StreamingRecognizeResponse response;
	Riva__StreamingRecognitionResult results[2];
	Riva__StreamingRecognitionResult *list[2];
	Riva__SpeechRecognitionAlternative best[2];
	Riva__SpeechRecognitionAlternative *bests[2];
	Riva__WordInfo words[2];
	Riva__WordInfo *word[2];
	bool changed;

	riva__streaming_recognize_response__init(&response);
	response.results = list;
	for (size_t i = 0; i < 2 && given[i]; i++) {
		riva__streaming_recognition_result__init(&results[i]);
		riva__speech_recognition_alternative__init(&best[i]);
		riva__word_info__init(&words[i]);
		best[i].transcript = sv_strdup(given[i]->transcript);
		best[i].confidence = given[i]->confidence;
		words[i].word = sv_strdup(given[i]->word ? given[i]->word : "");
		words[i].start_time = given[i]->start_ms;
		words[i].end_time = given[i]->end_ms;
		words[i].confidence = given[i]->confidence;
		word[i] = &words[i];
		best[i].words = &word[i];
		best[i].n_words = given[i]->word != NULL;
		bests[i] = &best[i];
		results[i].alternatives = &bests[i];
		results[i].n_alternatives = 1;
		results[i].is_final = given[i]->final;
		results[i].stability = given[i]->stability;
		list[response.n_results++] = &results[i];
	}
	changed = riva_text_take(&text, &response);
	for (size_t i = 0; i < response.n_results; i++) {
		free(best[i].transcript);
		free(words[i].word);
	}
	return changed;
}

static const char *partial(void)
{
	return sv_buf_str(&text.partial);
}

static void hypotheses_are_joined_the_stable_first(void)
{
	const struct result sure = { "я хочу ", .stability = 0.9F };
	const struct result tail = { "куп", .stability = 0.1F };
	const struct result more = { "купить", .stability = 0.1F };

	riva_text_init(&text);
	ok(take(&sure, &tail));
	is(partial(), "я хочу куп");
	ok(!take(&tail, &sure));
	is(partial(), "я хочу куп");
	ok(take(&sure, &more));
	is(partial(), "я хочу купить");
	ok(take(NULL, NULL));
	is(partial(), "");
	riva_text_release(&text);
}

static void finals_are_put_together(void)
{
	const struct result one = { "Раз. ", true, 0, 0.5F, "раз", 100, 300 };
	const struct result two = { "Два.", true, 0, 1, "два", 900, 1200 };
	const struct result tail = { "три", .stability = 0.1F };
	const struct result blank = { " три ", true, 0, 0, NULL, 0, 0 };
	json_t *fields;
	json_t *word;

	riva_text_init(&text);
	ok(take(&one, NULL));
	is(partial(), "Раз.");
	ok(take(&two, &tail));
	is(partial(), "Раз. Два. три");
	ok(!take(&blank, NULL));
	fields = riva_text_fields(&text, 5000);
	is(json_string_value(json_object_get(fields, "text")), "Раз. Два. три");
	ok(json_real_value(json_object_get(fields, "confidence")) == 0.75);
	word = json_array_get(json_object_get(fields, "words"), 1);
	is(json_string_value(json_object_get(word, "word")), "два");
	ok(json_integer_value(json_object_get(word, "start_ms")) == 5900);
	ok(json_integer_value(json_object_get(word, "end_ms")) == 6200);
	ok(json_real_value(json_object_get(word, "confidence")) == 1);
	json_decref(fields);
	riva_text_release(&text);
}

static void nothing_heard_is_an_empty_text(void)
{
	json_t *fields;

	riva_text_init(&text);
	fields = riva_text_fields(&text, 0);
	is(json_string_value(json_object_get(fields, "text")), "");
	ok(!json_object_get(fields, "words"));
	ok(!json_object_get(fields, "confidence"));
	json_decref(fields);
	riva_text_release(&text);
}

static void numbers_that_are_none_do_no_harm(void)
{
	const struct result odd = { "\xff", true, NAN, NAN, "\xfe", -5, -100 };
	const struct result other = { "b", false, NAN, INFINITY, "c", 9, 1 };
	json_t *fields;
	char *dump;

	riva_text_init(&text);
	ok(take(&odd, &other));
	is(partial(), "\xef\xbf\xbd b");
	fields = riva_text_fields(&text, 0);
	dump = json_dumps(fields, 0);
	ok(dump != NULL);
	ok(!json_object_get(fields, "confidence"));
	free(dump);
	json_decref(fields);
	riva_text_release(&text);
}

int main(void)
{
	hypotheses_are_joined_the_stable_first();
	finals_are_put_together();
	nothing_heard_is_an_empty_text();
	numbers_that_are_none_do_no_harm();
	return tap_end();
}
