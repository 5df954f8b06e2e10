/* openai-answer.c: what an answer of OpenAI's says was said */
#include <math.h>
#include <string.h>

#include "lib/fail.h"
#include "lib/utf8.h"

#include "src/asr/openai.h"

enum { TEXT_MAX = 1 << 20, DAY_MS = 86400000 };

/* seconds, as a service tells them, in ms from 0 to most */
static int64_t ms_of(const json_t *object, const char *key, int64_t most)
{
	double s = json_number_value(json_object_get(object, key));

	if (!(s > 0))
		return 0;
	return s * 1000 < (double)most ? (int64_t)lround(s * 1000) : most;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

json_t *openai_text(const char *text)
{
	size_t len = strlen(text);
	struct sv_buf whole;
	json_t *made;

	while (len && blank(*text)) {
		text++;
		len--;
	}
	while (len && blank(text[len - 1]))
		len--;
	if (sv_utf8_check(text, len) == len)
		return json_stringn(text, len);
	sv_buf_init(&whole, 3 * len + 1);
	sv_utf8_repair(&whole, text, len);
	made = json_string(sv_buf_str(&whole));
	sv_buf_release(&whole);
	return made;
}

static const char *text_in(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static double probability(double log)
{
	return log < 0 ? round(1000 * exp(log)) / 1000 : 1;
}

double openai_confidence(const json_t *logprobs)
{
	double sum = 0;
	json_t *entry;
	size_t i;

	if (!json_array_size(logprobs))
		return -1;
	json_array_foreach (logprobs, i, entry)
		sum += json_number_value(json_object_get(entry, "logprob"));
	return probability(sum / (double)json_array_size(logprobs));
}

/* the segments' mean, each by its length; -1 when none tells */
static double confidence_of_segments(const json_t *segments)
{
	double sum = 0, weight = 0;
	json_t *segment;
	size_t i;

	json_array_foreach (segments, i, segment) {
		json_t *log = json_object_get(segment, "avg_logprob");
		double len = (double)(ms_of(segment, "end", DAY_MS) -
		                      ms_of(segment, "start", DAY_MS));

		if (!json_is_number(log) || len <= 0)
			continue;
		sum += len * json_number_value(log);
		weight += len;
	}
	return weight > 0 ? probability(sum / weight) : -1;
}

/* NULL for what is no word */
static json_t *word_of(const json_t *entry, int64_t offset_ms, int64_t end_ms)
{
	const char *text = text_in(entry, "word");
	int64_t start = ms_of(entry, "start", end_ms);
	int64_t end = ms_of(entry, "end", end_ms);
	json_t *said;

	if (!text)
		return NULL;
	said = openai_text(text);
	if (!json_string_length(said)) {
		json_decref(said);
		return NULL;
	}
	end = offset_ms + (end > start ? end : start);
	start += offset_ms;
	return json_pack("{so sI sI}", "word", said, "start_ms",
	                 (json_int_t)start, "end_ms", (json_int_t)end);
}

static void set(json_t *fields, const char *key, json_t *value)
{
	json_object_set_new(fields, key, value);
}

static void set_confidence(json_t *fields, double confidence)
{
	if (confidence >= 0 && confidence <= 1)
		set(fields, "confidence", json_real(confidence));
}

static json_t *words_of(const json_t *answer, int64_t offset_ms, int64_t end_ms)
{
	json_t *words = json_array();
	json_t *entry;
	size_t i;

	json_array_foreach (json_object_get(answer, "words"), i, entry) {
		json_t *word = word_of(entry, offset_ms, end_ms);

		if (word)
			json_array_append_new(words, word);
	}
	return words;
}

int openai_fields(const json_t *answer, int64_t offset_ms, int64_t end_ms,
                  json_t **fields)
{
	const char *text = text_in(answer, "text");
	json_t *words;
	double confidence;

	if (!text)
		return sv_fail(EX_UNAVAILABLE,
		               "openai: an answer without a text");
	*fields = json_pack("{so}", "text", openai_text(text));
	confidence = openai_confidence(json_object_get(answer, "logprobs"));
	if (confidence < 0)
		confidence = confidence_of_segments(
			json_object_get(answer, "segments"));
	set_confidence(*fields, confidence);
	words = words_of(answer, offset_ms, end_ms);
	if (json_array_size(words))
		set(*fields, "words", json_incref(words));
	json_decref(words);
	return 0;
}

/* the words that begin before end_ms */
static json_t *words_until(const json_t *answer, int64_t end_ms,
                           int64_t offset_ms, size_t *word)
{
	const json_t *all = json_object_get(answer, "words");
	json_t *words = json_array();

	for (; *word < json_array_size(all); ++*word) {
		json_t *entry = json_array_get(all, *word);
		json_t *made;

		if (ms_of(entry, "start", DAY_MS) >= end_ms)
			break;
		made = word_of(entry, offset_ms, DAY_MS);
		if (made)
			json_array_append_new(words, made);
	}
	return words;
}

json_t *openai_segment(const json_t *answer, const json_t *segment,
                       int64_t offset_ms, size_t *word)
{
	const char *text = text_in(segment, "text");
	const char *speaker = text_in(segment, "speaker");
	json_t *log = json_object_get(segment, "avg_logprob");
	int64_t start = ms_of(segment, "start", DAY_MS);
	int64_t end = ms_of(segment, "end", DAY_MS);
	json_t *words = words_until(answer, end, offset_ms, word);
	json_t *fields;

	end = offset_ms + (end > start ? end : start);
	start += offset_ms;
	fields = json_pack("{so sI sI}", "text", openai_text(text ? text : ""),
	                   "start_ms", (json_int_t)start, "end_ms",
	                   (json_int_t)end);
	if (speaker && *speaker)
		set(fields, "speaker", openai_text(speaker));
	if (json_is_number(log))
		set_confidence(fields, probability(json_number_value(log)));
	if (json_array_size(words))
		set(fields, "words", json_incref(words));
	json_decref(words);
	if (!json_string_length(json_object_get(fields, "text"))) {
		json_decref(fields);
		return NULL;
	}
	return fields;
}
