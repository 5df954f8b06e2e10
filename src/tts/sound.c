/* sound.c: the samples of a sentence, and where its words begin */
#include "src/tts/sound.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/loop.h"
#include "lib/resample.h"
#include "lib/utf8.h"

enum { BREATH_MS = 10, BLOCK = 2048, SLOW_MS = 85 /* a letter */ };

void tts_sound_init(struct tts_sound *sound, int rate_hz)
{
	*sound = (struct tts_sound){ .rate_hz = rate_hz, .from_hz = rate_hz };
}

void tts_sound_reset(struct tts_sound *sound)
{
	sv_resample_free(sound->resampler);
	sound->resampler = NULL;
	sound->from_hz = sound->rate_hz;
	sound->n = sound->n_marks = sound->played = 0;
	sound->whole = sound->meant = sound->halved = false;
	sound->base_sample = sound->base_at = 0;
}

void tts_sound_release(struct tts_sound *sound)
{
	tts_sound_reset(sound);
	free(sound->samples);
	free(sound->marks);
	tts_sound_init(sound, sound->rate_hz);
}

int tts_sound_from(struct tts_sound *sound, int from_hz)
{
	sv_resample_free(sound->resampler);
	sound->resampler = NULL;
	sound->from_hz = from_hz;
	sound->halved = false;
	if (from_hz == sound->rate_hz)
		return 0;
	/* The sentence is not waited for by the sample: the first ones come
	 * when the engine, faster than speech, has fed the filter. */
	return sv_resample_new(&sound->resampler, from_hz, sound->rate_hz,
	                       SV_HIGH);
}

static int append(struct tts_sound *sound, const int16_t *samples, size_t n)
{
	if (sound->n + n > (size_t)sound->rate_hz * TTS_SOUND_S)
		return sv_fail(EX_SOFTWARE,
		               "a sentence speaks longer than %d s",
		               TTS_SOUND_S);
	if (sound->n + n > sound->cap) {
		sound->cap = 2 * (sound->n + n);
		sound->samples = sv_realloc(
			sound->samples, sound->cap * sizeof(*sound->samples));
	}
	if (n)
		memcpy(sound->samples + sound->n, samples,
		       n * sizeof(*samples));
	sound->n += n;
	return n && sound->grew ? sound->grew(sound->arg) : 0;
}

int tts_sound_add(struct tts_sound *sound, const int16_t *samples, size_t n)
{
	int rc;

	if (sound->resampler) {
		rc = sv_resample(sound->resampler, samples, n, &samples, &n);
		if (rc)
			return rc;
	}
	return append(sound, samples, n);
}

static int16_t sample(unsigned char low, unsigned char high)
{
	return (int16_t)(uint16_t)(low | high << 8);
}

int tts_sound_add_bytes(struct tts_sound *sound, const void *data, size_t len)
{
	const unsigned char *byte = data;
	const unsigned char *end = byte + len;
	int16_t block[BLOCK];
	int rc = 0;

	while (!rc && byte < end) {
		size_t n = 0;

		if (sound->halved)
			block[n++] = sample(sound->half, *byte++);
		for (; n < BLOCK && end - byte > 1; byte += 2)
			block[n++] = sample(byte[0], byte[1]);
		sound->halved = end - byte == 1;
		if (sound->halved)
			sound->half = *byte++;
		rc = tts_sound_add(sound, block, n);
	}
	return rc;
}

int tts_sound_breathe(struct tts_sound *sound)
{
	return sound->grew ? sound->grew(sound->arg) : 0;
}

int tts_sound_wait(struct tts_sound *sound, struct sv_loop *loop,
                   const bool *done)
{
	int rc = 0;

	while (!rc && !*done) {
		rc = sv_loop_step(loop, BREATH_MS);
		if (!rc && !*done)
			rc = tts_sound_breathe(sound);
	}
	return rc;
}

/* what the filter still holds */
static int flush(struct tts_sound *sound)
{
	const int16_t *samples = NULL;
	size_t n = 0;
	int rc = 0;

	if (sound->resampler)
		rc = sv_resample_end(sound->resampler, &samples, &n);
	if (!rc)
		rc = append(sound, samples, n);
	sv_resample_free(sound->resampler);
	sound->resampler = NULL;
	return rc;
}

int tts_sound_end(struct tts_sound *sound)
{
	int rc = flush(sound);

	sound->whole = true;
	return rc;
}

static void add_mark(struct tts_sound *sound, struct tts_mark mark)
{
	const struct tts_mark *last = NULL;

	if (sound->marks && sound->n_marks)
		last = sound->marks + sound->n_marks - 1;
	if (last && (mark.sample < last->sample || mark.at <= last->at))
		return;
	if (!sound->marks || sound->n_marks == sound->cap_marks) {
		sound->cap_marks = sound->cap_marks ? 2 * sound->cap_marks : 32;
		sound->marks = sv_realloc(
			sound->marks, sound->cap_marks * sizeof(*sound->marks));
	}
	sound->marks[sound->n_marks++] = mark;
}

void tts_sound_mark(struct tts_sound *sound, int64_t sample, size_t at)
{
	struct tts_mark mark = { 0 };

	mark.sample = (uint32_t)(sound->base_sample +
	                         sample * sound->rate_hz / sound->from_hz);
	mark.at = (uint32_t)(sound->base_at + at) & INT32_MAX;
	add_mark(sound, mark);
}

int tts_sound_part(struct tts_sound *sound, size_t at)
{
	struct tts_mark mark = { .part = 1 };
	int rc = flush(sound);

	mark.sample = (uint32_t)sound->n;
	mark.at = (uint32_t)at & INT32_MAX;
	if (sound->n)
		add_mark(sound, mark);
	sound->base_sample = sound->n;
	sound->base_at = at;
	sound->from_hz = sound->rate_hz;
	return rc;
}

int tts_sound_pause(struct tts_sound *sound, int ms)
{
	static const int16_t silence[BLOCK];
	size_t left = (size_t)ms * (size_t)sound->rate_hz / 1000;
	int rc = flush(sound);

	if (!sound->n && left)
		sound->meant = true;
	for (; !rc && left; left -= left < BLOCK ? left : BLOCK)
		rc = append(sound, silence, left < BLOCK ? left : BLOCK);
	return rc;
}

/* The last mark at that sample or before it; where there is none, the
 * beginning is one. *next is the one behind it, or NULL. */
static struct tts_mark mark_at(const struct tts_sound *sound, size_t sample,
                               const struct tts_mark **next)
{
	struct tts_mark mark = { .part = 1 };
	size_t i = 0;

	for (; i < sound->n_marks && sound->marks[i].sample <= sample; i++)
		mark = sound->marks[i];
	*next = i < sound->n_marks ? sound->marks + i : NULL;
	return mark;
}

/* The end of a part is not known yet: what a slow voice has said by then. */
static size_t slowly(const struct tts_sound *sound, struct tts_mark from,
                     const char *text, size_t len)
{
	int64_t ms =
		(int64_t)(sound->played - from.sample) * 1000 / sound->rate_hz;
	const char *p = text + from.at, *end = text + len;

	for (; ms >= SLOW_MS && p < end; ms -= SLOW_MS)
		sv_utf8_next(&p, end);
	return (size_t)(p - text);
}

/* An engine that does not say where its words are: by the share of a part's
 * sound that was played, back to the end of a word. */
static size_t share(const struct tts_sound *sound, const char *text, size_t len)
{
	const struct tts_mark *next;
	struct tts_mark from = mark_at(sound, sound->played, &next);
	size_t end = next ? next->sample : sound->n;
	size_t to = next && next->at < len ? next->at : len;
	size_t at;

	if (from.at >= len || end <= from.sample)
		return from.at < len ? from.at : len;
	if (!next && !sound->whole)
		at = slowly(sound, from, text, len);
	else
		at = from.at + (size_t)((uint64_t)(to - from.at) *
		                        (sound->played - from.sample) /
		                        (end - from.sample));
	at = sv_utf8_cut(text, len, at);
	while (at > from.at && text[at] != ' ')
		at--;
	return at;
}

size_t tts_sound_heard(const struct tts_sound *sound, const char *text,
                       size_t len)
{
	const struct tts_mark *next;
	struct tts_mark mark = mark_at(sound, sound->played, &next);

	if (sound->whole && sound->played >= sound->n)
		return len;
	/* a word was heard when the next one has begun */
	if (mark.part && !(next && !next->part))
		return share(sound, text, len);
	return mark.at < len ? mark.at : len;
}

void tts_sound_rewind(struct tts_sound *sound)
{
	const struct tts_mark *next;
	struct tts_mark mark = mark_at(sound, sound->played, &next);

	if (sound->whole && sound->played >= sound->n)
		return;
	if (!mark.part || (next && !next->part))
		sound->played = mark.sample;
}
