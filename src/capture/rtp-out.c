/* rtp-out.c: our sound and keys in packets */
#include "src/capture/rtp-out.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/pcm.h"
#include "lib/resample.h"

#include "src/capture/rtp.h"

enum {
	FRAME_US = SV_FRAME_MS * 1000,
	LEFT_OUT_US = 5 * FRAME_US, /* so late, frames were left out */
	PRESSED = 5,                /* frames that a key is pressed for */
	RELEASED = 3,               /* and between two */
	LAST_TIMES = 3,             /* its last packet is sent: RFC 4733 */
	CONVERTED = 3 * SV_RATE_MAX / 1000 * SV_FRAME_MS,
};

struct rtp_out {
	void (*put)(void *arg, const uint8_t *data, size_t len);
	void *arg;
	int rate_hz;
	const struct rtp_codec *codec;
	struct rtp_coder *coder;
	struct sv_resampler *resampler; /* where the codec's rate is another */
	int codec_hz;
	int16_t converted[CONVERTED];
	size_t converted_n;

	int type;
	bool marker; /* on the next packet: nothing came before it */
	uint16_t sequence;
	int64_t due_us; /* the next frame; 0: none was sent */
	struct rtp_out_counts counts;

	char keys[RTP_OUT_KEYS + 1]; /* the first one is being pressed */
	int key_type;
	int key_frames; /* that it is pressed for, or (negative) to wait */
	uint32_t key_timestamp;
};

struct rtp_out *
rtp_out_new(int rate_hz,
            void (*put)(void *arg, const uint8_t *data, size_t len), void *arg)
{
	struct rtp_out *out = sv_alloc(sizeof *out);
	uint32_t random[3] = { 0 };

	/* RFC 3550 5.1: all three begin at random */
	getrandom(random, sizeof random, GRND_NONBLOCK);
	out->put = put;
	out->arg = arg;
	out->rate_hz = rate_hz;
	out->marker = true;
	out->counts.ssrc = random[0];
	out->counts.timestamp = random[1];
	out->sequence = (uint16_t)random[2];
	return out;
}

void rtp_out_free(struct rtp_out *out)
{
	if (!out)
		return;
	rtp_coder_free(out->coder);
	sv_resample_free(out->resampler);
	free(out);
}

int rtp_out_codec(struct rtp_out *out, const struct rtp_codec *codec, int type)
{
	int hz = codec->rate_hz ? codec->rate_hz : out->rate_hz, rc;
	struct sv_resampler *resampler = NULL;
	struct rtp_coder *coder;

	if (codec == out->codec) {
		out->type = type;
		return 0;
	}
	rc = rtp_coder_new(&coder, codec, out->rate_hz);
	if (!rc && hz != out->rate_hz)
		rc = sv_resample_new(&resampler, out->rate_hz, hz, SV_QUICK);
	if (rc) {
		rtp_coder_free(coder);
		return rc;
	}
	rtp_coder_free(out->coder);
	sv_resample_free(out->resampler);
	out->codec = codec;
	out->coder = coder;
	out->resampler = resampler;
	out->codec_hz = hz;
	out->converted_n = 0;
	out->type = type;
	return 0;
}

static uint32_t frame_ticks(const struct rtp_out *out)
{
	return (uint32_t)sv_samples(SV_FRAME_MS, out->codec->clock_hz);
}

/* payload stands behind room for the header */
static void put(struct rtp_out *out, const struct rtp_packet *packet,
                uint8_t *datagram, size_t len)
{
	rtp_header(packet, datagram);
	out->put(out->arg, datagram, RTP_HEADER + len);
	out->sequence++;
	out->counts.packets++;
	out->counts.bytes += (uint32_t)len;
}

/* A frame of the key being pressed; the last one three times. */
static void put_key(struct rtp_out *out)
{
	uint8_t datagram[RTP_HEADER + RTP_EVENT];
	struct rtp_event event = { .key = out->keys[0] };
	struct rtp_packet packet = { .type = out->key_type,
		                     .ssrc = out->counts.ssrc };
	int times;

	if (!out->key_frames)
		out->key_timestamp = out->counts.timestamp;
	packet.marker = !out->key_frames++;
	packet.timestamp = out->key_timestamp;
	event.end = out->key_frames == PRESSED;
	event.duration =
		(uint16_t)((uint32_t)out->key_frames * frame_ticks(out));
	rtp_event_write(&event, datagram + RTP_HEADER);
	for (times = event.end ? LAST_TIMES : 1; times; times--) {
		packet.sequence = out->sequence;
		put(out, &packet, datagram, RTP_EVENT);
	}
	if (event.end) {
		memmove(out->keys, out->keys + 1, strlen(out->keys));
		out->key_frames = -RELEASED;
	}
}

/* n samples at the codec's rate */
static void put_sound(struct rtp_out *out, const int16_t *samples, size_t n)
{
	uint8_t datagram[RTP_HEADER + RTP_ENCODED_MAX];
	struct rtp_packet packet = { .marker = out->marker,
		                     .type = out->type,
		                     .sequence = out->sequence,
		                     .timestamp = out->counts.timestamp,
		                     .ssrc = out->counts.ssrc };
	int len = out->codec->encode(out->coder, samples, n,
	                             datagram + RTP_HEADER);

	if (len < 0)
		return;
	out->marker = false;
	put(out, &packet, datagram, (size_t)len);
}

/* Brings a frame to the codec's rate; what the resampler holds back is filled
 * up with silence once. */
static int convert(struct rtp_out *out, const int16_t *samples, size_t n)
{
	size_t frame = (size_t)sv_samples(SV_FRAME_MS, out->codec_hz), some;
	int rc = sv_resample(out->resampler, samples, n, &samples, &some);

	if (rc)
		return rc;
	if (some > CONVERTED - out->converted_n)
		some = CONVERTED - out->converted_n;
	memcpy(out->converted + out->converted_n, samples,
	       some * sizeof *samples);
	out->converted_n += some;
	if (out->converted_n < frame) {
		some = frame - out->converted_n;
		memmove(out->converted + some, out->converted,
		        out->converted_n * sizeof *samples);
		memset(out->converted, 0, some * sizeof *samples);
		out->converted_n = frame;
	}
	put_sound(out, out->converted, frame);
	out->converted_n -= frame;
	memmove(out->converted, out->converted + frame,
	        out->converted_n * sizeof *samples);
	return 0;
}

/* Time has gone on without us: so does the timestamp. */
static void catch_up(struct rtp_out *out, int64_t now_us)
{
	int64_t frames;

	if (out->due_us && now_us - out->due_us > LEFT_OUT_US) {
		frames = (now_us - out->due_us) / FRAME_US;
		out->counts.timestamp += (uint32_t)frames * frame_ticks(out);
		out->marker = true;
		out->due_us += frames * FRAME_US;
	}
	if (!out->due_us)
		out->due_us = now_us;
	out->due_us += FRAME_US;
}

int rtp_out_frame(struct rtp_out *out, const int16_t *samples, size_t n,
                  int64_t now_us)
{
	int rc = 0;

	catch_up(out, now_us);
	if (out->keys[0] && out->key_frames >= 0) {
		put_key(out);
	} else {
		out->key_frames += out->key_frames < 0;
		if (out->resampler)
			rc = convert(out, samples, n);
		else
			put_sound(out, samples, n);
	}
	out->counts.timestamp += frame_ticks(out);
	return rc;
}

int rtp_out_keys(struct rtp_out *out, const char *keys, int type)
{
	size_t len = strlen(keys), before = strlen(out->keys);

	if (strspn(keys, "0123456789*#ABCD") != len)
		return sv_fail(EX_USAGE, "keys that no telephone has");
	if (len > RTP_OUT_KEYS - before)
		return sv_fail(EX_UNAVAILABLE,
		               "more than %d keys wait to be pressed",
		               RTP_OUT_KEYS);
	memcpy(out->keys + before, keys, len + 1);
	out->key_type = type;
	return 0;
}

bool rtp_out_pressing(const struct rtp_out *out)
{
	return out->keys[0];
}

const struct rtp_out_counts *rtp_out_counts(const struct rtp_out *out)
{
	return &out->counts;
}
