/* openai-form.c: what a request for a transcription says */
#include "src/asr/openai-form.h"

#include <stdlib.h>
#include <string.h>

#include "lib/pcm.h"

/* of sound that a diarizing model takes without being told how to cut it */
enum { CHUNK_MS = 30000 };

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

static bool diarizes(const struct asr_model *model)
{
	return strstr(model->model, "diarize") != NULL;
}

/* Text before the utterance is known is worth asking for where somebody
 * waits. */
bool openai_streams(const struct asr *asr)
{
	const struct asr_model *model = asr->model;

	if (model->stream_set)
		return model->stream;
	return asr->place->live && !openai_format(model) && !diarizes(model) &&
	       (begins(model->model, "gpt-transcribe") ||
	        begins(model->model, "gpt-4o"));
}

const char *openai_format(const struct asr_model *model)
{
	if (model->format)
		return strcmp(model->format, "json") ? model->format : NULL;
	return strcmp(model->model, "whisper-1") ? NULL : "verbose_json";
}

static void add(struct openai_form *form, const char *name, const char *value)
{
	if (!value || form->n == OPENAI_PARTS)
		return;
	form->parts[form->n++] = (struct sv_http_part){
		.name = name,
		.data = value,
		.len = strlen(value),
	};
}

static void add_format(struct openai_form *form, const struct asr *asr)
{
	const char *format = openai_format(asr->model);

	add(form, "response_format", format);
	if (format && !strcmp(format, "verbose_json")) {
		add(form, "timestamp_granularities[]", "word");
		add(form, "timestamp_granularities[]", "segment");
	}
	if (!format && asr->model->logprobs)
		add(form, "include[]", "logprobs");
	if (openai_streams(asr))
		add(form, "stream", "true");
}

static void add_expected(struct openai_form *form, const struct asr *asr)
{
	json_t *hint;
	size_t i;

	if (*asr->language)
		add(form, "language", asr->language);
	form->prompt = openai_prompt(asr);
	if (!diarizes(asr->model))
		add(form, "prompt", form->prompt);
	if (openai_hints_of(asr->model, asr->model->model) != OPENAI_KEYWORDS)
		return;
	json_array_foreach (asr->hints_list, i, hint)
		if (i < OPENAI_KEYWORDS_MAX)
			add(form, "keywords[]", json_string_value(hint));
}

void openai_form_init(struct openai_form *form,
                      const struct openai_utterance *utterance)
{
	const struct asr *asr = utterance->asr;
	const struct asr_model *model = asr->model;
	int64_t ms = sv_samples_ms((int64_t)utterance->n, asr->rate_hz);

	*form = (struct openai_form){ 0 };
	add(form, "model", model->model);
	add_format(form, asr);
	add_expected(form, asr);
	add(form, "temperature", model->temperature);
	if (model->chunking)
		add(form, "chunking_strategy", model->chunking);
	else if (diarizes(model) && ms > CHUNK_MS)
		add(form, "chunking_strategy", "auto");
	form->parts[form->n < OPENAI_PARTS ? form->n++ : form->n - 1] =
		(struct sv_http_part){
			.name = "file",
			.data = utterance->sound.data,
			.len = utterance->sound.len,
			.file = "utterance.wav",
			.type = "audio/wav",
		};
}

void openai_form_release(struct openai_form *form)
{
	free(form->prompt);
}
