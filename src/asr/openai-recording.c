/*
 * openai-recording.c: a whole recording in one request, a channel at a time,
 * for answers that tell when each thing was said; and the probe
 */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/pcm.h"
#include "lib/resample.h"
#include "lib/sound.h"

#include "src/asr/openai-form.h"
#include "src/asr/openai-wav.h"
#include "src/asr/openai.h"

enum {
	RATE = 16000,
	BLOCK = 4096,
	STEP_MS = 1000, /* between two signs of life */
	PROBE_MS = 500,
	PROBE_WAIT_MS = 30000,
};

/* a recogniser with a loop of its own */
struct alone {
	struct asr_place place;
	struct asr *asr;
};

static int alone_open(struct alone *alone, struct asr_model *model,
                      const char *call, bool live)
{
	alone->place = (struct asr_place){ .loop = sv_loop_new(),
		                           .call = call,
		                           .rate_hz = RATE,
		                           .live = live };
	return asr_openai.open(&alone->asr, model, &alone->place);
}

static void alone_close(struct alone *alone)
{
	asr_openai.close(alone->asr);
	sv_loop_free(alone->place.loop);
}

/* --- a recording --- */

/* The file as the service takes it must have room for the sound. */
static bool fits(const struct sv_sound_info *info)
{
	return info->frames >= 0 && info->frames * RATE / info->rate_hz <
	                                    (OPENAI_WAV_MAX - 1024) / 2;
}

static int feed_channel(struct asr *asr, struct sv_sound *sound, int channel)
{
	const struct sv_sound_info *info = sv_sound_info(sound);
	int16_t *samples =
		sv_calloc(BLOCK * (size_t)info->channels, sizeof *samples);
	struct sv_resampler *resampler = NULL;
	const int16_t *out;
	size_t n, out_n;
	int rc = sv_resample_new(&resampler, info->rate_hz, RATE, SV_HIGH);

	while (!rc && (n = sv_sound_read(sound, samples, BLOCK))) {
		sv_sound_channel(samples, n, info->channels, channel, samples);
		rc = sv_resample(resampler, samples, n, &out, &out_n);
		if (!rc)
			rc = asr_openai.feed(asr, out, out_n);
	}
	if (!rc)
		rc = sv_resample_end(resampler, &out, &out_n);
	if (!rc)
		rc = asr_openai.feed(asr, out, out_n);
	sv_resample_free(resampler);
	free(samples);
	return rc;
}

static int wait(struct alone *alone, const struct asr_recording *recording,
                int permille, json_t **answer)
{
	int rc = 0;

	while (!rc && !*answer) {
		rc = sv_loop_step(alone->place.loop, STEP_MS);
		if (!rc)
			rc = asr_openai.result(alone->asr, answer);
		if (!rc && !*answer)
			rc = recording->progress(recording->arg, permille);
	}
	return rc;
}

static int tell(const struct asr_recording *recording, int channel,
                const json_t *answer)
{
	json_t *segment;
	size_t i, word = 0;
	int rc = 0;

	json_array_foreach (json_object_get(answer, "segments"), i, segment) {
		json_t *fields = openai_segment(answer, segment, 0, &word);

		if (!rc && fields)
			rc = recording->heard(recording->arg, channel, fields);
		else
			json_decref(fields);
	}
	return rc;
}

static int hear_channel(struct alone *alone, struct sv_sound *sound,
                        const struct asr_recording *recording, int channel)
{
	int permille = 1000 * channel / recording->channels;
	json_t *answer = NULL;
	int rc = asr_openai.begin(alone->asr);

	if (!rc) {
		alone->asr->last->whole = true;
		rc = feed_channel(alone->asr, sound, channel);
	}
	if (!rc)
		rc = asr_openai.finish(alone->asr, 0, true);
	if (!rc)
		rc = wait(alone, recording, permille, &answer);
	if (!rc)
		rc = tell(recording, channel, answer);
	json_decref(answer);
	return rc;
}

/* opened once more for each channel but the first, for which it is open */
static int hear_all(struct alone *alone, struct sv_sound *sound,
                    const struct asr_recording *recording)
{
	int channel, rc = 0;

	for (channel = 0; !rc && channel < recording->channels; channel++) {
		if (!sound)
			rc = sv_sound_open(&sound, recording->path,
			                   recording->config->raw);
		if (!rc)
			rc = hear_channel(alone, sound, recording, channel);
		sv_sound_close(sound);
		sound = NULL;
	}
	return rc;
}

int openai_recording(struct asr_model *model,
                     const struct asr_recording *recording)
{
	struct alone alone = { 0 };
	struct sv_sound *sound;
	struct asr_spent spent = { 0 };
	int rc;

	if (!openai_whole(model))
		return ASR_BY_LINES;
	rc = sv_sound_open(&sound, recording->path, recording->config->raw);
	if (rc)
		return rc;
	if (!fits(sv_sound_info(sound))) {
		sv_sound_close(sound);
		return ASR_BY_LINES;
	}
	rc = alone_open(&alone, model, recording->call, false);
	if (rc)
		sv_sound_close(sound);
	else
		rc = hear_all(&alone, sound, recording);
	if (alone.asr)
		asr_openai.spent(alone.asr, &spent);
	recording->spent->seconds += spent.seconds;
	recording->spent->input_tokens += spent.input_tokens;
	recording->spent->output_tokens += spent.output_tokens;
	alone_close(&alone);
	return rc;
}

/* --- the probe --- */

/* half a second of silence, which the service answers like any other sound */
static int ask(struct alone *alone)
{
	static const int16_t silence[RATE * PROBE_MS / 1000];
	int64_t until = sv_now_ms() + PROBE_WAIT_MS;
	json_t *fields = NULL;
	int rc = asr_openai.begin(alone->asr);

	if (!rc)
		rc = asr_openai.feed(alone->asr, silence,
		                     sizeof silence / sizeof *silence);
	if (!rc)
		rc = asr_openai.finish(alone->asr, 0, true);
	while (!rc && !fields && sv_now_ms() < until) {
		rc = sv_loop_step(alone->place.loop, STEP_MS);
		if (!rc)
			rc = asr_openai.result(alone->asr, &fields);
	}
	if (!rc && !fields)
		rc = sv_fail(EX_TEMPFAIL, "openai: no answer within %d s",
		             PROBE_WAIT_MS / 1000);
	json_decref(fields);
	return rc;
}

/* one way, as a live call or a recording would go */
static int probe(struct asr_model *model, bool live, struct sv_buf *about)
{
	struct alone alone = { 0 };
	int64_t began = sv_now_ms();
	int rc = alone_open(&alone, model, NULL, live);

	if (!rc)
		rc = ask(&alone);
	if (!rc)
		rc = sv_buf_printf(
			about, "%s%s %s in %lld ms", about->len ? ", " : "",
			openai_by_session(model, live) ? "realtime"
						       : "transcriptions",
			model->used, (long long)(sv_now_ms() - began));
	alone_close(&alone);
	return rc;
}

int openai_probe(struct asr_model *model, struct sv_buf *about)
{
	bool both = openai_by_session(model, true) !=
	            openai_by_session(model, false);
	int rc = probe(model, false, about);

	if (!rc && both)
		rc = probe(model, true, about);
	return rc;
}
