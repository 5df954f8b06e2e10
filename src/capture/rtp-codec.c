/* rtp-codec.c: the codecs of RTP */
#include "src/capture/rtp-codec.h"

#include <opus/opus.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/pcm.h"
#include "lib/spandsp.h"

enum {
	OPUS_CLOCK = 48000,
	OPUS_BITS = 24000,   /* a second, of what we send: speech, wide band */
	OPUS_COMPLEXITY = 1, /* of 10: 3 costs half as much again, and is not
	                      * heard on a telephone */
};

struct rtp_coder {
	const struct rtp_codec *codec;
	int rate_hz;
	OpusDecoder *opus_in;
	OpusEncoder *opus_out;
	const struct sv_spandsp *spandsp;
	g722_decode_state_t *g722_in;
	g722_encode_state_t *g722_out;
};

static uint32_t bytes_ticks(const uint8_t *payload, size_t len)
{
	(void)payload;
	return (uint32_t)len;
}

static int ulaw_decode(struct rtp_coder *coder, const uint8_t *payload,
                       size_t len, int16_t *samples)
{
	(void)coder;
	for (size_t i = 0; i < len; i++)
		samples[i] = ulaw_to_linear(payload[i]);
	return (int)len;
}

static int ulaw_encode(struct rtp_coder *coder, const int16_t *samples,
                       size_t n, uint8_t *payload)
{
	(void)coder;
	for (size_t i = 0; i < n; i++)
		payload[i] = linear_to_ulaw(samples[i]);
	return (int)n;
}

static int alaw_decode(struct rtp_coder *coder, const uint8_t *payload,
                       size_t len, int16_t *samples)
{
	(void)coder;
	for (size_t i = 0; i < len; i++)
		samples[i] = alaw_to_linear(payload[i]);
	return (int)len;
}

static int alaw_encode(struct rtp_coder *coder, const int16_t *samples,
                       size_t n, uint8_t *payload)
{
	(void)coder;
	for (size_t i = 0; i < n; i++)
		payload[i] = linear_to_alaw(samples[i]);
	return (int)n;
}

/* RFC 3551 4.5.2: its clock says 8000 although 16000 samples go by */
static int g722_decode_payload(struct rtp_coder *coder, const uint8_t *payload,
                               size_t len, int16_t *samples)
{
	return coder->spandsp->g722_decode(coder->g722_in, samples, payload,
	                                   (int)len);
}

static int g722_encode_samples(struct rtp_coder *coder, const int16_t *samples,
                               size_t n, uint8_t *payload)
{
	return coder->spandsp->g722_encode(coder->g722_out, payload, samples,
	                                   (int)n);
}

/* linear samples, in network order; Asterisk sends them so */
static uint32_t slin_ticks(const uint8_t *payload, size_t len)
{
	(void)payload;
	return (uint32_t)(len / 2);
}

static int slin_decode(struct rtp_coder *coder, const uint8_t *payload,
                       size_t len, int16_t *samples)
{
	(void)coder;
	for (size_t i = 0; i < len / 2; i++)
		samples[i] = (int16_t)(uint16_t)(payload[2 * i] << 8 |
		                                 payload[2 * i + 1]);
	return (int)(len / 2);
}

static int slin_encode(struct rtp_coder *coder, const int16_t *samples,
                       size_t n, uint8_t *payload)
{
	(void)coder;
	for (size_t i = 0; i < n; i++) {
		payload[2 * i] = (uint8_t)((uint16_t)samples[i] >> 8);
		payload[2 * i + 1] = (uint8_t)samples[i];
	}
	return (int)(2 * n);
}

static uint32_t opus_ticks(const uint8_t *payload, size_t len)
{
	int n = len ? opus_packet_get_nb_samples(payload, (opus_int32)len,
	                                         OPUS_CLOCK)
	            : 0;

	return n > 0 ? (uint32_t)n : 0;
}

static int opus_decode_payload(struct rtp_coder *coder, const uint8_t *payload,
                               size_t len, int16_t *samples)
{
	int max = (int)sv_samples(RTP_LONGEST_MS, coder->rate_hz);

	return opus_decode(coder->opus_in, payload, (opus_int32)len, samples,
	                   max, 0);
}

/* What the next packet repeats of this one, or what the decoder guesses; it
 * does so by steps of 2.5 ms. */
static void opus_fill(struct rtp_coder *coder, const uint8_t *next,
                      size_t next_len, int16_t *samples, size_t n)
{
	size_t step = (size_t)coder->rate_hz / 400, whole = n / step * step;
	int got = 0;

	if (whole)
		got = opus_decode(coder->opus_in, next, (opus_int32)next_len,
		                  samples, (int)whole, next != NULL);
	if (got < 0)
		got = 0;
	memset(samples + got, 0, (n - (size_t)got) * sizeof *samples);
}

static int opus_encode_samples(struct rtp_coder *coder, const int16_t *samples,
                               size_t n, uint8_t *payload)
{
	return opus_encode(coder->opus_out, samples, (int)n, payload,
	                   RTP_ENCODED_MAX);
}

#define SLIN                                                                   \
	.kind = RTP_SOUND, .ticks = slin_ticks, .decode = slin_decode,         \
	.encode = slin_encode

const struct rtp_codec rtp_codecs[] = {
	{ .name = "ulaw",
	  .kind = RTP_SOUND,
	  .types = { 0, -1 },
	  .clock_hz = 8000,
	  .rate_hz = 8000,
	  .ticks = bytes_ticks,
	  .decode = ulaw_decode,
	  .encode = ulaw_encode },
	{ .name = "alaw",
	  .kind = RTP_SOUND,
	  .types = { 8, -1 },
	  .clock_hz = 8000,
	  .rate_hz = 8000,
	  .ticks = bytes_ticks,
	  .decode = alaw_decode,
	  .encode = alaw_encode },
	{ .name = "g722",
	  .kind = RTP_SOUND,
	  .types = { 9, -1 },
	  .clock_hz = 8000,
	  .rate_hz = 16000,
	  .ticks = bytes_ticks,
	  .decode = g722_decode_payload,
	  .encode = g722_encode_samples },
	/* RFC 3551 has 44100 Hz under these two, Asterisk 8000 */
	{ .name = "slin",
	  .types = { 10, 11, -1 },
	  .clock_hz = 8000,
	  .rate_hz = 8000,
	  SLIN },
	{ .name = "slin16",
	  .types = { 118, -1 },
	  .clock_hz = 16000,
	  .rate_hz = 16000,
	  SLIN },
	{ .name = "slin24",
	  .types = { 123, -1 },
	  .clock_hz = 24000,
	  .rate_hz = 24000,
	  SLIN },
	{ .name = "slin48",
	  .types = { 126, -1 },
	  .clock_hz = 48000,
	  .rate_hz = 48000,
	  SLIN },
	{ .name = "opus",
	  .kind = RTP_SOUND,
	  .types = { 107, -1 },
	  .clock_hz = OPUS_CLOCK,
	  .ticks = opus_ticks,
	  .decode = opus_decode_payload,
	  .fill = opus_fill,
	  .encode = opus_encode_samples },
	{ .name = "dtmf", .kind = RTP_KEY, .types = { 101, 121, -1 } },
	/* comfort noise, RFC 3389; 19 is what it was in drafts */
	{ .name = "noise", .kind = RTP_NOISE, .types = { 13, 19, -1 } },
	{ 0 },
};

static int opus_new(struct rtp_coder *coder)
{
	int rc, other;

	coder->opus_in = opus_decoder_create(coder->rate_hz, 1, &rc);
	coder->opus_out = opus_encoder_create(coder->rate_hz, 1,
	                                      OPUS_APPLICATION_VOIP, &other);
	if (rc || other)
		return sv_fail(EX_SOFTWARE, "libopus: %s",
		               opus_strerror(rc ? rc : other));
	opus_encoder_ctl(coder->opus_out, OPUS_SET_BITRATE(OPUS_BITS));
	opus_encoder_ctl(coder->opus_out, OPUS_SET_COMPLEXITY(OPUS_COMPLEXITY));
	opus_encoder_ctl(coder->opus_out, OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE));
	return 0;
}

static int g722_new(struct rtp_coder *coder)
{
	int rc = sv_spandsp(&coder->spandsp);

	if (rc)
		return rc;
	coder->g722_in = coder->spandsp->g722_decode_init(NULL, 64000, 0);
	coder->g722_out = coder->spandsp->g722_encode_init(NULL, 64000, 0);
	if (!coder->g722_in || !coder->g722_out)
		return sv_fail(EX_SOFTWARE, "libspandsp makes no G.722");
	return 0;
}

int rtp_coder_new(struct rtp_coder **made, const struct rtp_codec *codec,
                  int rate_hz)
{
	struct rtp_coder *coder = sv_alloc(sizeof *coder);
	int rc = 0;

	coder->codec = codec;
	coder->rate_hz = codec->rate_hz ? codec->rate_hz : rate_hz;
	if (codec->decode == opus_decode_payload)
		rc = opus_new(coder);
	else if (codec->decode == g722_decode_payload)
		rc = g722_new(coder);
	if (rc) {
		rtp_coder_free(coder);
		coder = NULL;
	}
	*made = coder;
	return rc;
}

void rtp_coder_free(struct rtp_coder *coder)
{
	if (!coder)
		return;
	if (coder->opus_in)
		opus_decoder_destroy(coder->opus_in);
	if (coder->opus_out)
		opus_encoder_destroy(coder->opus_out);
	if (coder->g722_in)
		coder->spandsp->g722_decode_free(coder->g722_in);
	if (coder->g722_out)
		coder->spandsp->g722_encode_free(coder->g722_out);
	free(coder);
}
