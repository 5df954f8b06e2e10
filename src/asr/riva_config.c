/* riva_config.c: what a stream begins with */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/asr/riva_model.h"

enum {
	PHRASES_MAX = 500, /* hints, and those of the settings */
	CUSTOM_MAX = 32,
	LINEAR_PCM = 1,
};

/* the messages, and the strings that are theirs */
struct config {
	Riva__StreamingRecognitionConfig streaming;
	Riva__RecognitionConfig recognition;
	Riva__Endpointing endpointing;
	struct riva_endpoint start, stop, stop_eou;
	Riva__SpeechContext context;
	Riva__SpeechContext *contexts[1];
	char *phrases[PHRASES_MAX];
	Riva__Custom custom[CUSTOM_MAX];
	Riva__Custom *customs[CUSTOM_MAX];
	Riva__RequestId id;
};

const char *riva_language(const char *language)
{
	return strcmp(language, "en") != 0 ? "ru-RU" : "en-US";
}

static void add_phrase(struct config *config, const char *phrase)
{
	Riva__SpeechContext *context = &config->context;

	if (phrase && *phrase && context->n_phrases < PHRASES_MAX)
		config->phrases[context->n_phrases++] = sv_strdup(phrase);
}

static void ask_phrases(struct config *config, const struct asr_model *model,
                        const json_t *hints)
{
	const json_t *hint;
	size_t i;

	riva__speech_context__init(&config->context);
	config->context.phrases = config->phrases;
	config->context.boost = model->boost;
	for (i = 0; i < model->phrases.n; i++)
		add_phrase(config, model->phrases.items[i]);
	json_array_foreach (hints, i, hint) {
		add_phrase(config, json_string_value(hint));
	}
	config->contexts[0] = &config->context;
	config->recognition.speech_contexts = config->contexts;
	config->recognition.n_speech_contexts = config->context.n_phrases > 0;
}

static void ask_custom(struct config *config, const struct asr_model *model)
{
	size_t n = model->custom.n < CUSTOM_MAX ? model->custom.n : CUSTOM_MAX;

	for (size_t i = 0; i < n; i++) {
		const char *pair = model->custom.items[i];
		size_t len = strcspn(pair, ":");

		riva__custom__init(&config->custom[i]);
		config->custom[i].key = sv_strndup(pair, len);
		config->custom[i].value = sv_strdup(pair + len + 1);
		config->customs[i] = &config->custom[i];
	}
	config->recognition.custom_configuration = config->customs;
	config->recognition.n_custom_configuration = n;
}

/* What is not set is left out, so that the model's own values hold. */
static void ask_endpointing(struct config *config,
                            const struct asr_model *model)
{
	Riva__Endpointing *to = &config->endpointing;

	riva__endpointing__init(to);
	config->start = model->start;
	config->stop = model->stop;
	config->stop_eou = model->stop_eou;
	to->start_history = &config->start.history_ms;
	to->n_start_history = config->start.history_ms >= 0;
	to->start_threshold = &config->start.threshold;
	to->n_start_threshold = config->start.threshold >= 0;
	to->stop_history = &config->stop.history_ms;
	to->n_stop_history = config->stop.history_ms >= 0;
	to->stop_threshold = &config->stop.threshold;
	to->n_stop_threshold = config->stop.threshold >= 0;
	to->stop_history_eou = &config->stop_eou.history_ms;
	to->n_stop_history_eou = config->stop_eou.history_ms >= 0;
	to->stop_threshold_eou = &config->stop_eou.threshold;
	to->n_stop_threshold_eou = config->stop_eou.threshold >= 0;
	if (riva__endpointing__get_packed_size(to))
		config->recognition.endpointing_config = to;
}

static void ask(struct config *config, const struct asr_model *model,
                const struct riva_asked *asked)
{
	Riva__RecognitionConfig *to = &config->recognition;

	riva__recognition_config__init(to);
	to->encoding = LINEAR_PCM;
	to->sample_rate_hertz = asked->rate_hz;
	to->language_code = sv_strdup(riva_language(asked->language));
	to->max_alternatives = 1;
	to->profanity_filter = model->censors;
	to->audio_channel_count = 1;
	to->enable_word_time_offsets = true;
	to->enable_automatic_punctuation = model->punctuates;
	to->model = sv_strdup(model->name);
	to->verbatim_transcripts = model->verbatim;
	ask_phrases(config, model, asked->hints);
	ask_custom(config, model);
	ask_endpointing(config, model);
	riva__streaming_recognition_config__init(&config->streaming);
	config->streaming.config = to;
	config->streaming.interim_results = true;
}

static void release(struct config *config)
{
	free(config->recognition.language_code);
	free(config->recognition.model);
	for (size_t i = 0; i < config->context.n_phrases; i++)
		free(config->phrases[i]);
	for (size_t i = 0; i < config->recognition.n_custom_configuration;
	     i++) {
		free(config->custom[i].key);
		free(config->custom[i].value);
	}
	free(config->id.value);
}

uint8_t *riva_config(const struct asr_model *model,
                     const struct riva_asked *asked, size_t *len)
{
	Riva__StreamingRecognizeRequest request =
		RIVA__STREAMING_RECOGNIZE_REQUEST__INIT;
	struct config *config = sv_alloc(sizeof *config);
	uint8_t *bytes;

	ask(config, model, asked);
	request.of_case =
		RIVA__STREAMING_RECOGNIZE_REQUEST__OF_STREAMING_CONFIG;
	request.streaming_config = &config->streaming;
	if (asked->call) {
		riva__request_id__init(&config->id);
		config->id.value = sv_strdup(asked->call);
		request.id = &config->id;
	}
	*len = riva__streaming_recognize_request__get_packed_size(&request);
	bytes = sv_alloc(*len);
	riva__streaming_recognize_request__pack(&request, bytes);
	release(config);
	free(config);
	return bytes;
}
