/* vosk-text.c: Vosk's answers, put together to the text of one utterance */
#include "src/asr/vosk-text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"

enum { TEXT_MAX = 1 << 16 };

void vosk_text_init(struct vosk_text *text)
{
	*text = (struct vosk_text){ .words = json_array() };
	sv_buf_init(&text->text, TEXT_MAX);
}

void vosk_text_release(struct vosk_text *text)
{
	sv_buf_release(&text->text);
	json_decref(text->words);
	free(text->partial);
	text->words = NULL;
	text->partial = NULL;
}

void vosk_text_begin(struct vosk_text *text)
{
	sv_buf_cut(&text->text, 0);
	json_array_clear(text->words);
}

/* takes VOSK_UNKNOWN and spare blanks out */
static void drop_unknown(char *text)
{
	const size_t unknown = strlen(VOSK_UNKNOWN);
	const char *from = text + strspn(text, " ");
	size_t kept = 0;

	while (*from) {
		size_t len = strcspn(from, " ");

		if (len != unknown || strncmp(from, VOSK_UNKNOWN, len) != 0) {
			if (kept)
				text[kept++] = ' ';
			memmove(text + kept, from, len);
			kept += len;
		}
		from += len;
		from += strspn(from, " ");
	}
	text[kept] = '\0';
}

/* the string under key without what nobody said, yours to free() */
static char *said(const json_t *json, const char *key)
{
	const char *value = json_string_value(json_object_get(json, key));
	char *copy = sv_format("%s", value ? value : "");

	drop_unknown(copy);
	return copy;
}

int vosk_text_add(struct vosk_text *text, const char *result)
{
	json_t *json = json_loads(result ? result : "", 0, NULL);
	const char *blank = text->text.len ? " " : "";
	char *more;
	int rc = 0;

	if (!json)
		return sv_fail(EX_UNAVAILABLE,
		               "vosk: libvosk gave a result that is not JSON");
	more = said(json, "text");
	if (*more)
		rc = sv_buf_printf(&text->text, "%s%s", blank, more);
	json_array_extend(text->words, json_object_get(json, "result"));
	free(more);
	json_decref(json);
	return rc;
}

const char *vosk_text_partial(struct vosk_text *text, const char *partial)
{
	json_t *json = json_loads(partial ? partial : "", 0, NULL);
	char *more = said(json, "partial");

	free(text->partial);
	text->partial = sv_format("%s%s%s", sv_buf_str(&text->text),
	                          text->text.len && *more ? " " : "", more);
	free(more);
	json_decref(json);
	return text->partial;
}

/* One of Vosk's words as asr.final has it; adds its confidence to the sum.
 * NULL for what is no word. */
static json_t *word_of(json_t *given, int64_t began_ms, int64_t offset_ms,
                       double *sum)
{
	const char *word = VOSK_UNKNOWN;
	double confidence = 0;
	double start = 0;
	double end = 0;
	json_int_t start_ms;
	json_int_t end_ms;

	json_unpack(given, "{s:s,s?F,s?F,s?F}", "word", &word, "conf",
	            &confidence, "start", &start, "end", &end);
	if (!strcmp(word, VOSK_UNKNOWN))
		return NULL;
	start_ms = llround(start * 1000) - began_ms;
	end_ms = llround(end * 1000) - began_ms;
	start_ms = offset_ms + (start_ms > 0 ? start_ms : 0);
	end_ms += offset_ms;
	end_ms = end_ms > start_ms ? end_ms : start_ms;
	confidence = fmax(0, fmin(1, confidence));
	*sum += confidence;
	return json_pack("{s:s,s:I,s:I,s:f}", "word", word, "start_ms",
	                 start_ms, "end_ms", end_ms, "confidence", confidence);
}

json_t *vosk_text_fields(const struct vosk_text *text, int64_t began_ms,
                         int64_t offset_ms)
{
	json_t *fields = json_pack("{s:s}", "text", sv_buf_str(&text->text));
	json_t *words = json_array();
	double sum = 0;
	json_t *given;
	size_t i;

	json_array_foreach (text->words, i, given) {
		json_t *word = word_of(given, began_ms, offset_ms, &sum);

		if (word)
			json_array_append_new(words, word);
	}
	i = json_array_size(words);
	if (i) {
		json_object_set_new(fields, "confidence",
		                    json_real(sum / (double)i));
		json_object_set(fields, "words", words);
	}
	json_decref(words);
	return fields;
}
