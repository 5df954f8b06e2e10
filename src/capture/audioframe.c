/* audioframe.c: AudioSocket's frames, cut and made */
#include "src/capture/audioframe.h"

#include <string.h>

static const int rates_hz[] = { 8000,  12000, 16000, 24000, 32000,
	                        44100, 48000, 96000, 192000 };

enum { RATES = sizeof rates_hz / sizeof *rates_hz };

size_t audioframe_cut(const uint8_t *data, size_t len, struct audioframe *frame)
{
	size_t all;

	if (len < AUDIOFRAME_HEAD)
		return 0;
	all = AUDIOFRAME_HEAD + ((size_t)data[1] << 8 | data[2]);
	if (len < all)
		return 0;
	*frame = (struct audioframe){ .kind = data[0],
		                      .payload = data + AUDIOFRAME_HEAD,
		                      .len = all - AUDIOFRAME_HEAD };
	return all;
}

int audioframe_rate_hz(uint8_t kind)
{
	if (kind < AUDIOFRAME_AUDIO || kind >= AUDIOFRAME_AUDIO + RATES)
		return 0;
	return rates_hz[kind - AUDIOFRAME_AUDIO];
}

uint8_t audioframe_kind(int rate_hz)
{
	uint8_t i = 0;

	while (i < RATES - 1 && rates_hz[i] != rate_hz)
		i++;
	return (uint8_t)(AUDIOFRAME_AUDIO + i);
}

size_t audioframe_put(uint8_t *out, int rate_hz, const int16_t *samples,
                      size_t n)
{
	size_t len = n * sizeof *samples;

	out[0] = audioframe_kind(rate_hz);
	out[1] = (uint8_t)(len >> 8);
	out[2] = (uint8_t)len;
	memcpy(out + AUDIOFRAME_HEAD, samples, len);
	return AUDIOFRAME_HEAD + len;
}

void audioframes_init(struct audioframes *frames,
                      int (*take)(void *arg, const struct audioframe *frame),
                      void *arg)
{
	*frames = (struct audioframes){ .take = take, .arg = arg };
	sv_buf_init(&frames->rest, (size_t)2 * AUDIOFRAME_MAX);
}

void audioframes_release(struct audioframes *frames)
{
	sv_buf_release(&frames->rest);
}

/* *used: the bytes of the frames taken */
static int take_whole(struct audioframes *frames, const uint8_t *data,
                      size_t len, size_t *used)
{
	struct audioframe frame;
	size_t n = 1;
	int rc = 0;

	*used = 0;
	while (!rc && n) {
		n = audioframe_cut(data + *used, len - *used, &frame);
		*used += n;
		if (n)
			rc = frames->take(frames->arg, &frame);
	}
	return rc;
}

/* Mostly whole frames come, which are taken from where they are. */
static int feed_some(struct audioframes *frames, const uint8_t *data,
                     size_t len)
{
	struct sv_buf *rest = &frames->rest;
	size_t used;
	int rc;

	if (rest->len) {
		sv_buf_add(rest, data, len);
		rc = take_whole(frames, (const uint8_t *)rest->data, rest->len,
		                &used);
		sv_buf_drop(rest, used);
	} else {
		rc = take_whole(frames, data, len, &used);
		sv_buf_add(rest, data + used, len - used);
	}
	if (!rest->len)
		sv_buf_release(rest);
	return rc;
}

int audioframes_feed(struct audioframes *frames, const void *data, size_t len)
{
	const uint8_t *at = data;
	int rc = 0;

	/* rest has room for any frame, and so much more */
	while (!rc && len) {
		size_t some = len < AUDIOFRAME_MAX ? len : AUDIOFRAME_MAX;

		rc = feed_some(frames, at, some);
		at += some;
		len -= some;
	}
	return rc;
}

int audioframes_rate_hz(const struct sv_buf *bytes)
{
	const uint8_t *data = (const uint8_t *)sv_buf_str(bytes);
	struct audioframe frame;
	size_t at = 0, n;

	while ((n = audioframe_cut(data + at, bytes->len - at, &frame)) > 0) {
		if (audioframe_rate_hz(frame.kind))
			return audioframe_rate_hz(frame.kind);
		at += n;
	}
	return bytes->len > at ? audioframe_rate_hz(data[at]) : 0;
}
