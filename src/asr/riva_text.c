/* riva_text.c: from a stream's responses to an utterance */
#include "src/asr/riva_text.h"

#include <math.h>
#include <string.h>

#include "lib/utf8.h"

enum {
	TEXT_MAX = 1 << 16, /* bytes of an utterance */
	WORDS_MAX = 8192,
	WORD_MAX = 1024,
	INTERIM_MAX = 16, /* pieces of one hypothesis: two are usual */
	TIME_MAX_MS = 86400000,
};

void riva_text_init(struct riva_text *text)
{
	*text = (struct riva_text){ .words = json_array() };
	sv_buf_init(&text->text, TEXT_MAX);
	sv_buf_init(&text->partial, TEXT_MAX);
}

void riva_text_release(struct riva_text *text)
{
	sv_buf_release(&text->text);
	sv_buf_release(&text->partial);
	json_decref(text->words);
	text->words = NULL;
}

/* Adds a transcript. What belongs together may be cut inside a word, with the
 * blank that is wanted at its beginning or end; finals may have none. */
static void add(struct sv_buf *out, const char *transcript, bool part)
{
	size_t len = strlen(transcript);
	bool blank = out->len && out->data[out->len - 1] == ' ';

	if (!out->len || blank) {
		while (len && *transcript == ' ') {
			transcript++;
			len--;
		}
	}
	if (!len || out->len + 1 + 3 * len > out->max)
		return;
	if (out->len && !blank && !part && *transcript != ' ')
		sv_buf_putc(out, ' ');
	sv_utf8_repair(out, transcript, len);
}

static const Riva__SpeechRecognitionAlternative *
best_of(const Riva__StreamingRecognitionResult *result)
{
	return result->n_alternatives ? result->alternatives[0] : NULL;
}

static json_int_t sane_ms(int32_t ms)
{
	return ms < 0 ? 0 : ms > TIME_MAX_MS ? TIME_MAX_MS : ms;
}

/* as many figures of a confidence as mean something */
static json_t *rounded(double value)
{
	return json_real(round(value * 1000) / 1000);
}

static bool is_share(float value)
{
	return value > 0 && value <= 1;
}

static void add_word(struct riva_text *text, const Riva__WordInfo *word)
{
	json_int_t start_ms = sane_ms(word->start_time);
	json_int_t end_ms = sane_ms(word->end_time);
	struct sv_buf clean;
	json_t *made;

	if (!*word->word || strlen(word->word) > WORD_MAX ||
	    json_array_size(text->words) >= WORDS_MAX)
		return;
	sv_buf_init(&clean, (size_t)WORD_MAX * 3);
	sv_utf8_repair(&clean, word->word, strlen(word->word));
	made = json_pack("{s:s,s:I,s:I}", "word", sv_buf_str(&clean),
	                 "start_ms", start_ms, "end_ms",
	                 end_ms > start_ms ? end_ms : start_ms);
	if (is_share(word->confidence))
		json_object_set_new(made, "confidence",
		                    rounded((double)word->confidence));
	json_array_append_new(text->words, made);
	sv_buf_release(&clean);
}

static void take_finals(struct riva_text *text,
                        const Riva__StreamingRecognizeResponse *response)
{
	for (size_t i = 0; i < response->n_results; i++) {
		const Riva__StreamingRecognitionResult *result =
			response->results[i];
		const Riva__SpeechRecognitionAlternative *best =
			best_of(result);

		if (!result->is_final || !best)
			continue;
		add(&text->text, best->transcript, false);
		for (size_t j = 0; j < best->n_words; j++)
			add_word(text, best->words[j]);
		if (is_share(best->confidence)) {
			text->sure += (double)best->confidence;
			text->n++;
		}
	}
}

/* The results that are not final, the most stable first. */
static size_t sort_interim(const Riva__StreamingRecognizeResponse *response,
                           const Riva__StreamingRecognitionResult *sorted[])
{
	size_t n = 0;

	for (size_t i = 0; i < response->n_results && n < INTERIM_MAX; i++) {
		const Riva__StreamingRecognitionResult *result =
			response->results[i];
		size_t at = n;

		if (result->is_final || !best_of(result))
			continue;
		for (; at && sorted[at - 1]->stability < result->stability;
		     at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = result;
		n++;
	}
	return n;
}

bool riva_text_take(struct riva_text *text,
                    const Riva__StreamingRecognizeResponse *response)
{
	const Riva__StreamingRecognitionResult *interim[INTERIM_MAX];
	size_t n = sort_interim(response, interim);
	struct sv_buf now;
	bool changed;

	take_finals(text, response);
	sv_buf_init(&now, TEXT_MAX);
	sv_buf_add(&now, sv_buf_str(&text->text), text->text.len);
	for (size_t i = 0; i < n; i++)
		add(&now, best_of(interim[i])->transcript, i > 0);
	while (now.len && now.data[now.len - 1] == ' ')
		sv_buf_cut(&now, now.len - 1);
	text->owes = n && now.len > text->text.len;
	changed = strcmp(sv_buf_str(&now), sv_buf_str(&text->partial)) != 0;
	sv_buf_release(&text->partial);
	text->partial = now;
	return changed;
}

json_t *riva_text_fields(const struct riva_text *text, int64_t offset_ms)
{
	size_t len = text->text.len;
	json_t *fields;
	json_t *word;
	size_t i;

	while (len && text->text.data[len - 1] == ' ')
		len--;
	fields = json_object();
	json_object_set_new(fields, "text",
	                    json_stringn(sv_buf_str(&text->text), len));
	if (text->n)
		json_object_set_new(fields, "confidence",
		                    rounded(text->sure / (double)text->n));
	json_array_foreach (text->words, i, word) {
		json_int_t start_ms =
			json_integer_value(json_object_get(word, "start_ms"));
		json_int_t end_ms =
			json_integer_value(json_object_get(word, "end_ms"));

		json_object_set_new(word, "start_ms",
		                    json_integer(start_ms + offset_ms));
		json_object_set_new(word, "end_ms",
		                    json_integer(end_ms + offset_ms));
	}
	if (i)
		json_object_set(fields, "words", text->words);
	return fields;
}
