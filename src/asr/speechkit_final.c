/* speechkit_final.c: one answer, read */
#include "src/asr/speechkit_final.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/utf8.h"

enum {
	TIME_MAX_MS = 86400000, /* what the service may call a time */
	LABELS_MAX = 64,        /* things classifiers say of an utterance */
};

void sk_final_release(struct sk_final *final)
{
	free(final->text);
	sk_words_release(&final->words);
	*final = (struct sk_final){ 0 };
}

int64_t sk_sane_ms(int64_t ms)
{
	return ms < 0 ? 0 : ms > TIME_MAX_MS ? TIME_MAX_MS : ms;
}

/* text that is UTF-8, and no longer than an utterance may be */
char *sk_clean(const char *text)
{
	size_t len = strlen(text);
	struct sv_buf out;
	char *made;

	sv_buf_init(&out, (size_t)SK_TEXT_MAX * 3);
	sv_utf8_repair(&out, text, sv_utf8_cut(text, len, SK_TEXT_MAX));
	made = sv_strdup(sv_buf_str(&out));
	sv_buf_release(&out);
	return made;
}

static int64_t in_piece(int64_t ms, int64_t from_ms)
{
	ms = sk_sane_ms(ms) - from_ms;
	return ms > 0 ? ms : 0;
}

static void read_words(struct sk_final *final, const Sk__Alternative *best,
                       int64_t from_ms)
{
	for (size_t i = 0; i < best->n_words; i++) {
		const Sk__Word *word = best->words[i];

		sk_words_add(&final->words, word->text,
		             in_piece(word->start_time_ms, from_ms),
		             in_piece(word->end_time_ms, from_ms));
	}
	if (!final->words.n)
		sk_words_share(&final->words, final->text,
		               in_piece(best->start_time_ms, from_ms),
		               in_piece(best->end_time_ms, from_ms));
}

bool sk_final_read(struct sk_final *final, const Sk__AlternativeUpdate *update,
                   int64_t from_ms)
{
	const Sk__Alternative *best;

	if (!update || !update->n_alternatives)
		return false;
	best = update->alternatives[0];
	*final = (struct sk_final){ .text = sk_clean(best->text) };
	if (best->confidence > 0 && best->confidence <= 1)
		final->confidence = best->confidence;
	read_words(final, best, from_ms);
	return true;
}

/* The words of what is normalised have times only where it says so: those made
 * of its text are worse than the plain ones. */
void sk_final_refine(struct sk_final *final,
                     const Sk__AlternativeUpdate *update, int64_t from_ms)
{
	struct sk_final refined;

	final->refined = true;
	if (!sk_final_read(&refined, update, from_ms))
		return;
	free(final->text);
	final->text = refined.text;
	refined.text = NULL;
	if (update->alternatives[0]->n_words) {
		sk_words_release(&final->words);
		final->words = refined.words;
		refined.words = (struct sk_words){ 0 };
	}
	sk_final_release(&refined);
}

static json_t *label_json(const Sk__ClassifierResult *result,
                          const Sk__Label *label)
{
	double sure = label->confidence;
	char *name = sk_clean(result->classifier);
	char *said = sk_clean(label->label);
	json_t *made;

	made = json_pack("{s:s,s:s,s:f}", "classifier", name, "label", said,
	                 "confidence", sure >= 0 && sure <= 1 ? sure : 0.0);
	free(name);
	free(said);
	return made;
}

bool sk_classifier_read(json_t **list, const Sk__ClassifierUpdate *update)
{
	const Sk__ClassifierResult *result = update->classifier_result;

	if (!result)
		return false;
	if (!*list)
		*list = json_array();
	for (size_t i = 0; i < result->n_labels; i++)
		if (json_array_size(*list) < LABELS_MAX)
			json_array_append_new(
				*list, label_json(result, result->labels[i]));
	return true;
}

static json_t *words_json(const struct sk_words *words, int64_t offset_ms)
{
	json_t *list = json_array();

	for (size_t i = 0; i < words->n; i++) {
		const struct sk_word *word = &words->items[i];
		json_int_t start_ms = word->start_ms + offset_ms;
		json_int_t end_ms = word->end_ms + offset_ms;

		json_array_append_new(list,
		                      json_pack("{s:s,s:I,s:I}", "word",
		                                word->text, "start_ms",
		                                start_ms, "end_ms", end_ms));
	}
	return list;
}

json_t *sk_fields(const char *said, const struct sk_words *words,
                  int64_t offset_ms, double confidence)
{
	json_t *fields = json_pack("{s:s}", "text", said);

	if (words->n)
		json_object_set_new(fields, "words",
		                    words_json(words, offset_ms));
	if (confidence > 0)
		json_object_set_new(fields, "confidence",
		                    json_real(confidence));
	return fields;
}

json_t *sk_final_fields(const struct sk_final *final)
{
	const struct sk_words *words = &final->words;
	int64_t start_ms = words->n ? words->items[0].start_ms : 0;
	int64_t end_ms = words->n ? words->items[words->n - 1].end_ms : 0;
	json_t *fields = sk_fields(final->text, words, 0, final->confidence);

	json_object_set_new(fields, "start_ms", json_integer(start_ms));
	json_object_set_new(fields, "end_ms", json_integer(end_ms));
	return fields;
}
