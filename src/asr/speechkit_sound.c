/* speechkit_sound.c: a recording as SpeechKit takes it */
#include "src/asr/speechkit_sound.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/pcm.h"
#include "lib/resample.h"
#include "lib/sound.h"

enum {
	BLOCK = 4096,         /* frames read at a time */
	BYTES_MAX = 60000000, /* the service's limit for one message */
};

/* one channel on its way to the rate that is wanted */
struct track {
	struct sv_resampler *resampler;
	struct sv_buf samples;
};

static int too_big(const struct asr_recording *recording)
{
	return sv_fail(EX_DATAERR,
	               "speechkit: %s: more than the 60 MB that it takes at "
	               "once: cut the recording, or use another engine",
	               recording->path);
}

static bool rate_known(int rate_hz)
{
	return rate_hz == 8000 || rate_hz == 16000 || rate_hz == 48000;
}

static int add(struct track *track, const int16_t *samples, size_t n)
{
	const int16_t *out;
	size_t out_n;
	int rc = sv_resample(track->resampler, samples, n, &out, &out_n);

	return rc ? rc : sv_buf_add(&track->samples, out, 2 * out_n);
}

static int end(struct track *track)
{
	const int16_t *out;
	size_t out_n;
	int rc = sv_resample_end(track->resampler, &out, &out_n);

	return rc ? rc : sv_buf_add(&track->samples, out, 2 * out_n);
}

/* all frames, channel by channel */
static int read_tracks(struct sv_sound *file, struct track *tracks,
                       int channels)
{
	int16_t *block =
		sv_calloc((size_t)BLOCK * (size_t)channels, sizeof *block);
	int16_t *one = sv_calloc(BLOCK, sizeof *one);
	size_t n;
	int rc = 0;

	while (!rc && (n = sv_sound_read(file, block, BLOCK)))
		for (int i = 0; !rc && i < channels; i++) {
			sv_sound_channel(block, n, channels, i, one);
			rc = add(&tracks[i], one, n);
		}
	for (int i = 0; !rc && i < channels; i++)
		rc = end(&tracks[i]);
	free(one);
	free(block);
	return rc;
}

static void interleave(struct sk_sound *sound, const struct track *tracks)
{
	const size_t frames = tracks[0].samples.len / 2;

	for (size_t i = 0; i < frames; i++)
		for (int c = 0; c < sound->channels; c++)
			sv_buf_add(&sound->bytes,
			           tracks[c].samples.data + 2 * i, 2);
	sound->duration_ms = sv_samples_ms((int64_t)frames, sound->rate_hz);
}

static int decode(struct sk_sound *sound, struct sv_sound *file)
{
	const size_t n = (size_t)sound->channels;
	struct track *tracks = sv_calloc(n, sizeof *tracks);
	int rc = 0;

	for (size_t i = 0; i < n; i++)
		sv_buf_init(&tracks[i].samples, BYTES_MAX / n);
	for (size_t i = 0; !rc && i < n; i++)
		rc = sv_resample_new(&tracks[i].resampler,
		                     sv_sound_info(file)->rate_hz,
		                     sound->rate_hz, SV_HIGH);
	if (!rc)
		rc = read_tracks(file, tracks, sound->channels);
	if (!rc)
		interleave(sound, tracks);
	for (size_t i = 0; i < n; i++) {
		sv_resample_free(tracks[i].resampler);
		sv_buf_release(&tracks[i].samples);
	}
	free(tracks);
	return rc;
}

static enum sk_container container_of(const char *head, size_t len)
{
	const unsigned char *byte = (const unsigned char *)head;

	if (len > 36 && !memcmp(head, "OggS", 4) &&
	    !memcmp(head + 28, "OpusHead", 8))
		return SK_OGG_OPUS;
	if (len > 3 && (!memcmp(head, "ID3", 3) ||
	                (byte[0] == 0xff && (byte[1] & 0xe6) == 0xe2)))
		return SK_MP3;
	return SK_RAW;
}

/* the file as it is, if the service knows its kind and it fits */
static int read_file(struct sk_sound *sound,
                     const struct asr_recording *recording)
{
	FILE *file = fopen(recording->path, "rb");
	char block[16384];
	size_t n;
	int rc = 0;

	if (!file)
		return sv_fail(EX_NOINPUT, "open %s:", recording->path);
	sv_buf_cut(&sound->bytes, 0);
	while (!rc && (n = fread(block, 1, sizeof block, file)) > 0) {
		if (!sound->bytes.len)
			sound->container = container_of(block, n);
		if (sound->container == SK_RAW ||
		    sv_buf_add(&sound->bytes, block, n))
			rc = too_big(recording);
	}
	if (!rc && ferror(file))
		rc = sv_fail(EX_IOERR, "read %s:", recording->path);
	fclose(file);
	return rc;
}

int sk_sound_read(struct sk_sound *sound, const struct asr_recording *recording)
{
	struct sv_sound *file;
	int rc;

	*sound = (struct sk_sound){ 0 };
	sv_buf_init(&sound->bytes, BYTES_MAX);
	rc = sv_sound_open(&file, recording->path, recording->config->raw);
	if (rc)
		return rc;
	sound->channels = sv_sound_info(file)->channels;
	sound->rate_hz = sv_sound_info(file)->rate_hz;
	sound->duration_ms =
		sv_samples_ms(sv_sound_info(file)->frames, sound->rate_hz);
	if (!rate_known(sound->rate_hz))
		sound->rate_hz = 16000;
	rc = decode(sound, file);
	sv_sound_close(file);
	if (rc == EX_DATAERR)
		rc = read_file(sound, recording);
	if (rc)
		sk_sound_release(sound);
	return rc;
}

void sk_sound_release(struct sk_sound *sound)
{
	sv_buf_release(&sound->bytes);
}
