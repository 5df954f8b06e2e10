/* record_opus.c: recordings in Ogg Opus (RFC 7845), by libopus and libogg */
#include <ogg/ogg.h>
#include <opus.h>
#include <opus_multistream.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/pcm.h"

#include "src/capture/record_format.h"

enum {
	CLOCK_HZ = 48000, /* of an Ogg Opus file, whatever the input's rate */
	LEAD = CLOCK_HZ / 1000 * SV_FRAME_MS, /* before the sound begins */
	BIT_RATE = 24000,                     /* of each side */
	PACKET_MAX = 2 * 1275 + 2,
	FRAME_MAX = SV_RATE_MAX / 1000 * SV_FRAME_MS,
	SERIAL = 1, /* the file holds one stream */
};

static const int16_t silence[FRAME_MAX * RECORD_CHANNELS];

struct coder_state {
	OpusMSEncoder *encoder;
	ogg_stream_state stream;
	bool streaming;
	struct sv_buf *out;
	int rate_hz;
	size_t frame;    /* samples in 20 ms */
	int64_t samples; /* that went in */
	int64_t coded;   /* of the packets, silence at the end too */
	ogg_int64_t packets;
};

static void put_le(uint8_t *at, uint32_t value, int len)
{
	while (len-- > 0) {
		*at++ = value & 0xff;
		value >>= 8;
	}
}

static int put_pages(struct coder_state *coder)
{
	ogg_page page;
	int rc = 0;

	while (!rc && ogg_stream_flush(&coder->stream, &page)) {
		rc = sv_buf_add(coder->out, page.header,
		                (size_t)page.header_len);
		if (!rc)
			rc = sv_buf_add(coder->out, page.body,
			                (size_t)page.body_len);
	}
	return rc;
}

static int put_packet(struct coder_state *coder, ogg_packet *packet)
{
	packet->b_o_s = coder->packets == 0;
	packet->packetno = coder->packets++;
	return ogg_stream_packetin(&coder->stream, packet)
	               ? sv_fail(EX_SOFTWARE, "libogg takes no packet")
	               : 0;
}

static int put_header_packet(struct coder_state *coder, uint8_t *bytes,
                             size_t len)
{
	ogg_packet packet = { 0 };
	int rc;

	packet.packet = bytes;
	packet.bytes = (long)len;
	rc = put_packet(coder, &packet);
	return rc ? rc : put_pages(coder);
}

/* The end of the file is where the sound ends, not the last packet. */
static int encode(struct coder_state *coder, const int16_t *frames, bool last)
{
	uint8_t bytes[PACKET_MAX];
	ogg_packet packet = { 0 };
	int64_t end;
	int len = opus_multistream_encode(
		coder->encoder, frames, (int)coder->frame, bytes, sizeof bytes);

	if (len < 0)
		return sv_fail(EX_SOFTWARE, "libopus: %s", opus_strerror(len));
	coder->coded += (int64_t)coder->frame;
	end = last ? coder->samples + (int64_t)coder->frame : coder->coded;
	packet.packet = bytes;
	packet.bytes = len;
	packet.e_o_s = last;
	packet.granulepos = end * (CLOCK_HZ / coder->rate_hz);
	return put_packet(coder, &packet);
}

/* The two sides are two mono streams: one that is silent stays so, and no
 * voice leaks into the other's channel, as it would in coupled stereo. */
static int put_header(struct coder_state *coder)
{
	static const char vendor[] = "sales-voice";
	uint8_t head[23] = "OpusHead",
		tags[8 + 4 + sizeof vendor - 1 + 4] = "OpusTags";
	int rc;

	head[8] = 1; /* version */
	head[9] = RECORD_CHANNELS;
	put_le(head + 10, LEAD, 2);
	put_le(head + 12, (uint32_t)coder->rate_hz, 4);
	head[18] = 1;               /* mapping family: any streams */
	head[19] = RECORD_CHANNELS; /* streams; none of them coupled */
	head[22] = 1;               /* the right channel is the second */
	rc = put_header_packet(coder, head, sizeof head);
	put_le(tags + 8, sizeof vendor - 1, 4);
	memcpy(tags + 12, vendor, sizeof vendor - 1);
	return rc ? rc : put_header_packet(coder, tags, sizeof tags);
}

static void opus_close(struct coder_state *coder)
{
	if (!coder)
		return;
	if (coder->encoder)
		opus_multistream_encoder_destroy(coder->encoder);
	if (coder->streaming)
		ogg_stream_clear(&coder->stream);
	free(coder);
}

/* Without its speech codec libopus takes a third of the time; of speech at
 * this bit rate little is lost. */
static int start(struct coder_state *coder)
{
	static const unsigned char mapping[RECORD_CHANNELS] = { 0, 1 };
	int error = OPUS_OK, rc;

	coder->encoder = opus_multistream_encoder_create(
		coder->rate_hz, RECORD_CHANNELS, RECORD_CHANNELS, 0, mapping,
		OPUS_APPLICATION_RESTRICTED_LOWDELAY, &error);
	if (!coder->encoder)
		return sv_fail(EX_UNAVAILABLE, "libopus: %s at %d Hz",
		               opus_strerror(error), coder->rate_hz);
	opus_multistream_encoder_ctl(coder->encoder, OPUS_SET_COMPLEXITY(0));
	opus_multistream_encoder_ctl(
		coder->encoder, OPUS_SET_BITRATE(BIT_RATE * RECORD_CHANNELS));
	if (ogg_stream_init(&coder->stream, SERIAL))
		return sv_fail(EX_TEMPFAIL, "libogg gets no memory");
	coder->streaming = true;
	/* A file without sound is refused by most readers, so that a frame
	 * that players skip is there from the beginning. What the encoder lags
	 * behind is not skipped, since at the beginning there is none of it:
	 * the sound is 2.5 ms late, on both sides. */
	rc = put_header(coder);
	if (!rc)
		rc = encode(coder, silence, false);
	return rc ? rc : put_pages(coder);
}

static int opus_open(struct coder_state **made, int rate_hz, struct sv_buf *out)
{
	struct coder_state *coder = sv_alloc(sizeof *coder);
	int rc;

	coder->out = out;
	coder->rate_hz = rate_hz;
	coder->frame = (size_t)sv_samples(SV_FRAME_MS, rate_hz);
	rc = start(coder);
	if (rc)
		opus_close(coder);
	else
		*made = coder;
	return rc;
}

/* A last piece that is no whole frame shares its page with the last packet:
 * what the page says of its end holds for both. */
static int opus_encode_frames(struct coder_state *coder, const int16_t *frames,
                              size_t n)
{
	int16_t whole[FRAME_MAX * RECORD_CHANNELS] = { 0 };

	coder->samples += (int64_t)n;
	if (n == coder->frame)
		return encode(coder, frames, false);
	memcpy(whole, frames, n * RECORD_CHANNELS * sizeof *whole);
	return encode(coder, whole, false);
}

static int opus_finish(struct coder_state *coder)
{
	int rc = encode(coder, silence, true); /* what the encoder holds */

	return rc ? rc : put_pages(coder);
}

const struct record_format record_opus = {
	.name = "opus",
	.open = opus_open,
	.close = opus_close,
	.encode = opus_encode_frames,
	.flush = put_pages,
	.finish = opus_finish,
};
