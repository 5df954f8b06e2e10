/*
 * espeak.c: speech by libespeak-ng, in Russian and English among others.
 *
 * One voice of the library is in use at a time, and its state is the
 * process's: there is one struct tts of this engine at most. It speaks with
 * AUDIO_OUTPUT_SYNCHRONOUS, which touches no sound device.
 */
#include <espeak-ng/speak_lib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/hush.h"
#include "lib/service.h"
#include "lib/utf8.h"

#include "src/tts/engine.h"
#include "src/tts/settings.h"

enum { BUFFER_MS = 20, VOICE_MAX = 64 };

struct tts {
	const struct tts_config *config;
	struct tts_manner manner;
	int rate_hz;
	char voice[VOICE_MAX]; /* the one selected */
};

/* what the library's callback works on */
struct job {
	struct tts_sound *sound;
	const char *text;
	const char *at; /* the character that `position` is the number of */
	int position;   /* from 1 */
	int rate_hz;
	int rc;
};

static int open_espeak(struct tts **made, const struct tts_config *config)
{
	const char *data = sv_setting(&config->settings, "espeak", "data");
	struct tts_manner manner;
	int rc = tts_setting_manner(&config->settings, "espeak", &manner);
	int hushed, rate;

	if (rc)
		return rc;
	/* Without DONT_EXIT a library ends our process for us. It looks for
	 * PulseAudio, which complains of home folders that it cannot use. */
	hushed = sv_hush();
	rate = espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, BUFFER_MS, data,
	                         espeakINITIALIZE_DONT_EXIT);
	sv_hush_end(hushed);
	if (rate <= 0)
		return sv_fail(EX_UNAVAILABLE,
		               "espeak: no voices in %s; install "
		               "espeak-ng-data",
		               data ? data : "the usual place");
	*made = sv_alloc(sizeof(**made));
	(*made)->config = config;
	(*made)->manner = manner;
	(*made)->rate_hz = rate;
	return 0;
}

static void close_espeak(struct tts *tts)
{
	if (!tts)
		return;
	espeak_Terminate();
	free(tts);
}

/* selecting a voice reads its files: a millisecond or two */
static bool choose(struct tts *tts, const char *name)
{
	if (!name || strlen(name) >= sizeof(tts->voice))
		return false;
	if (!strcmp(tts->voice, name))
		return true;
	if (espeak_SetVoiceByName(name) != EE_OK)
		return false;
	snprintf(tts->voice, sizeof(tts->voice), "%s", name);
	return true;
}

/* The usual voice has the language's name. It is not selected before it
 * speaks: a sentence from the cache does not need it. */
static const char *voice(struct tts *tts, const char *language,
                         const char *wanted)
{
	const char *set =
		tts_setting_voice(&tts->config->settings, "espeak", language);

	if (choose(tts, wanted) || choose(tts, set))
		return tts->voice;
	return language;
}

/* it has a voice a language: ours, and the variants that go with any */
static int voices(struct tts *tts, struct sv_buf *out)
{
	(void)tts;
	return sv_buf_puts(out, "ru en, and as espeak-ng --voices has them, "
	                        "with a variant ru+f3");
}

static int identify(const struct tts *tts, struct sv_buf *out)
{
	const char *data = sv_setting(&tts->config->settings, "espeak", "data");

	return sv_buf_printf(
		out, "espeak %s rate=%d pitch=%d volume=%d data=%s",
		espeak_Info(NULL), tts->manner.rate, tts->manner.pitch,
		tts->manner.volume, data ? data : "");
}

/* the byte at which the character of that number, from 1, begins */
static size_t byte_of(struct job *job, int position)
{
	const char *end = job->at + strlen(job->at);

	while (job->position < position && job->at < end) {
		sv_utf8_next(&job->at, end);
		job->position++;
	}
	return (size_t)(job->at - job->text);
}

/* words that the library makes up ("and" for "&") have no length */
static void mark_words(struct job *job, const espeak_EVENT *event)
{
	for (; event->type != espeakEVENT_LIST_TERMINATED; event++)
		if (event->type == espeakEVENT_WORD && event->length > 0 &&
		    event->text_position >= job->position)
			tts_sound_mark(job->sound,
			               (int64_t)event->audio_position *
			                       job->rate_hz / 1000,
			               byte_of(job, event->text_position));
}

static int made_sound(short *wave, int n, espeak_EVENT *events)
{
	/* the terminating event, always there, has it too (1.51) */
	struct job *job = events->user_data;

	if (!job || job->rc)
		return 1;
	mark_words(job, events);
	if (wave && n > 0)
		job->rc = tts_sound_add(job->sound, wave, (size_t)n);
	return job->rc != 0;
}

static void set_manner(const struct tts_manner *manner)
{
	espeak_SetParameter(espeakRATE, espeakRATE_NORMAL * manner->rate / 100,
	                    0);
	espeak_SetParameter(espeakPITCH, manner->pitch / 2, 0);
	espeak_SetParameter(espeakVOLUME, manner->volume, 0);
}

/*
 * What the library may be given. Control characters are orders to it (\001 and
 * a letter sets the volume, say), and letters of a third script make it read
 * memory that it freed (1.51). Each becomes a blank, so that the number of a
 * character, which is what the library tells of words, stays.
 */
static bool safe(uint32_t code)
{
	static const uint32_t ranges[][2] = {
		{ 0x20, 0x7e },     { 0xa0, 0x24f }, /* Latin */
		{ 0x300, 0x36f },                    /* accents */
		{ 0x400, 0x52f },                    /* Cyrillic */
		{ 0x2000, 0x22ff },                  /* signs */
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
		if (code >= ranges[i][0] && code <= ranges[i][1])
			return true;
	return false;
}

static char *make_safe(const char *text)
{
	const char *end = text + strlen(text);
	char *copy = sv_alloc((size_t)(end - text) + 1), *to = copy;

	while (text < end) {
		uint32_t code = sv_utf8_next(&text, end);

		to += sv_utf8_put(to, safe(code) ? code : ' ');
	}
	return copy;
}

static bool synthesise(const char *text, struct job *job)
{
	char *copy = make_safe(text);
	espeak_ERROR rc = espeak_Synth(copy, strlen(copy) + 1, 0, POS_CHARACTER,
	                               0, espeakCHARS_UTF8, NULL, job);

	free(copy);
	return rc == EE_OK;
}

static int speak(struct tts *tts, const struct tts_phrase *phrase,
                 struct tts_sound *sound)
{
	struct job job = { .sound = sound,
		           .text = phrase->text,
		           .at = phrase->text,
		           .position = 1,
		           .rate_hz = tts->rate_hz };

	if (!choose(tts, phrase->voice))
		return sv_fail(EX_UNAVAILABLE, "espeak: no voice '%s'",
		               phrase->voice);
	job.rc = tts_sound_from(sound, tts->rate_hz);
	if (job.rc)
		return job.rc;
	set_manner(&tts->manner);
	espeak_SetSynthCallback(made_sound);
	if (!synthesise(phrase->text, &job) && !job.rc)
		return sv_fail(EX_SOFTWARE, "espeak: cannot speak a sentence");
	return job.rc;
}

const struct tts_engine tts_espeak = {
	.name = "espeak",
	.about = "eSpeak NG: small, quick, plain",
	.open = open_espeak,
	.close = close_espeak,
	.voice = voice,
	.identify = identify,
	.speak = speak,
	.voices = voices,
};
