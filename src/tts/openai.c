/*
 * openai.c: speech by OpenAI's POST /v1/audio/speech, and by servers that
 * have it, too
 *
 * The sound is asked for as PCM, which comes while it is made, in pieces that
 * end anywhere. A request is one sentence, and never sent again: what failed
 * is the next engine's.
 */
#include "src/tts/openai.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/resample.h"
#include "lib/utf8.h"

#include "src/tts/sentence.h"

enum {
	PCM_HZ = 24000,   /* of OpenAI's pcm, which has no header */
	INPUT_MAX = 4096, /* characters of a request */
};

/* OpenAI has no successor for the interface yet: sv-tts(1) says when this
 * one goes. */
static const char *const usual_model = "gpt-4o-mini-tts";
static const char *const usual_voice = "alloy"; /* every model has it */

static const char *const voices[] = { "alloy", "ash",  "ballad", "cedar",
	                              "coral", "echo", "fable",  "marin",
	                              "nova",  "onyx", "sage",   "shimmer",
	                              "verse", NULL };

/* --- settings --- */

static int read_settings(struct tts *tts, const struct sv_list *settings)
{
	int rc = tts_setting_manner(settings, "openai", &tts->manner);

	tts->model = sv_setting(settings, "openai", "model");
	if (!tts->model)
		tts->model = usual_model;
	tts->instructions = sv_setting(settings, "openai", "instructions");
	tts->pcm_hz = PCM_HZ;
	if (!rc)
		rc = sv_setting_int(settings, "openai", "pcm_rate",
		                    &tts->pcm_hz);
	if (rc)
		return rc;
	if (tts->pcm_hz < SV_RESAMPLE_MIN || tts->pcm_hz > SV_RESAMPLE_MAX)
		return sv_fail(EX_USAGE, "openai: pcm_rate %d is no rate",
		               tts->pcm_hz);
	if (tts->instructions && !strncmp(tts->model, "tts-1", 5))
		return sv_fail(EX_USAGE,
		               "openai: model %s takes no "
		               "instructions",
		               tts->model);
	if (tts->instructions &&
	    sv_utf8_count(tts->instructions, strlen(tts->instructions)) >
	            INPUT_MAX)
		return sv_fail(EX_USAGE,
		               "openai: instructions of more than %d "
		               "characters",
		               INPUT_MAX);
	return 0;
}

static void close_openai(struct tts *tts)
{
	if (!tts)
		return;
	sv_http_free(tts->http);
	sv_loop_free(tts->loop);
	sv_openai_release(&tts->openai);
	free(tts->voice);
	free(tts);
}

static int open_openai(struct tts **made, const struct tts_config *config)
{
	struct tts *tts = sv_alloc(sizeof(*tts));
	int rc = sv_openai_init(&tts->openai, &config->settings);

	tts->config = config;
	if (!rc)
		rc = read_settings(tts, &config->settings);
	if (!rc) {
		tts->loop = sv_loop_new();
		rc = sv_http_new(&tts->http, tts->loop);
	}
	if (rc)
		close_openai(tts);
	else
		*made = tts;
	return rc;
}

static bool known(const char *name)
{
	size_t i = 0;

	if (!strncmp(name, "voice_", 6))
		return true;
	while (voices[i] && strcmp(voices[i], name) != 0)
		i++;
	return voices[i] != NULL;
}

/* A voice that the dialog names may be another engine's; one that is set here
 * is the service's to know. */
static const char *voice(struct tts *tts, const char *language,
                         const char *wanted)
{
	const char *set =
		tts_setting_voice(&tts->config->settings, "openai", language);
	const char *found = set ? set : usual_voice;

	if (wanted && known(wanted))
		found = wanted;
	free(tts->voice);
	tts->voice = sv_strdup(found);
	return tts->voice;
}

static int identify(const struct tts *tts, struct sv_buf *out)
{
	return sv_buf_printf(
		out, "openai 1 %s model=%s rate=%d volume=%d pcm=%d said=%s",
		tts->openai.service.url, tts->model, tts->manner.rate,
		tts->manner.volume, tts->pcm_hz,
		tts->instructions ? tts->instructions : "");
}

/* as many whole sentences of text as one request may hold */
static size_t part(const char *text)
{
	size_t all = strlen(text), len = 0;

	while (len < all) {
		size_t more = tts_sentence(text + len, all - len);

		if (len && sv_utf8_count(text, len + more) > INPUT_MAX)
			break;
		len += more;
	}
	return len;
}

static int speak(struct tts *tts, const struct tts_phrase *phrase,
                 struct tts_sound *sound)
{
	const char *text = phrase->text;
	int rc = tts_sound_from(sound, tts->pcm_hz);

	while (!rc && *text) {
		size_t len = part(text);
		size_t trimmed = tts_trim(text, len);

		if (trimmed)
			rc = openai_speech(tts, phrase, text, trimmed, sound);
		text += len;
	}
	return rc;
}

/* --- the rest --- */

static const char *place(const struct tts *tts)
{
	return tts->openai.place;
}

static int retry_ms(const struct tts *tts)
{
	return tts->retry_ms;
}

static void warm(struct tts *tts)
{
	sv_http_warm(tts->http, &tts->openai.service);
}

static void tend(struct tts *tts)
{
	sv_loop_step(tts->loop, 0);
}

static void spent(struct tts *tts, struct tts_spent *counted)
{
	counted->characters += tts->characters;
	counted->model = tts->model;
	tts->characters = 0;
}

static int list_voices(struct tts *tts, struct sv_buf *out)
{
	int rc = 0;

	(void)tts;
	for (size_t i = 0; !rc && voices[i]; i++)
		rc = sv_buf_printf(out, "%s%s", i ? " " : "", voices[i]);
	return rc;
}

static const char *const settings[] = { "model",   "instructions", "pcm_rate",
	                                "project", "organization", NULL };

const struct tts_engine tts_openai = {
	.name = "openai",
	.about = "OpenAI's voices, or those of a server that speaks as it does",
	.settings = settings,
	.remote = true,
	.open = open_openai,
	.close = close_openai,
	.voice = voice,
	.identify = identify,
	.speak = speak,
	.place = place,
	.retry_ms = retry_ms,
	.warm = warm,
	.tend = tend,
	.spent = spent,
	.voices = list_voices,
};
