/* record_flac.c: recordings in FLAC, by libFLAC */
#include <FLAC/stream_encoder.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/pcm.h"

#include "src/capture/record_format.h"

enum {
	/* Larger blocks make speech no smaller, but take more memory (4096:
	 * 350 kB a call instead of 126) and more time until they are out. */
	BLOCK = 1024,
	LEVEL = 0,
	/* STREAMINFO, behind "fLaC" and its own header of four bytes: the
	 * lowest 36 of its first 18 bytes' bits are the number of samples,
	 * and the MD5 of all of them follows */
	LENGTH_AT = 4 + 4 + 13,
	LENGTH_LEN = 5,
	MD5_LEN = 16,
};

struct coder_state {
	FLAC__StreamEncoder *encoder;
	struct sv_buf *out;
	int64_t samples; /* in the frames put out */
	uint8_t length_high;
	bool finished;
	uint8_t md5[MD5_LEN];
};

/* NOLINTNEXTLINE(readability-function-size): libFLAC says so */
static FLAC__StreamEncoderWriteStatus put(const FLAC__StreamEncoder *encoder,
                                          const FLAC__byte bytes[], size_t len,
                                          uint32_t samples, uint32_t frame,
                                          void *arg)
{
	struct coder_state *coder = arg;

	(void)encoder;
	(void)frame;
	if (sv_buf_add(coder->out, bytes, len))
		return FLAC__STREAM_ENCODER_WRITE_STATUS_FATAL_ERROR;
	coder->samples += samples;
	return FLAC__STREAM_ENCODER_WRITE_STATUS_OK;
}

/* called by finish, since we do not let libFLAC seek */
static void know_md5(const FLAC__StreamEncoder *encoder,
                     const FLAC__StreamMetadata *metadata, void *arg)
{
	struct coder_state *coder = arg;

	(void)encoder;
	if (metadata->type != FLAC__METADATA_TYPE_STREAMINFO)
		return;
	memcpy(coder->md5, metadata->data.stream_info.md5sum, MD5_LEN);
	coder->finished = true;
}

static bool set_up(struct coder_state *coder, int rate_hz)
{
	FLAC__StreamEncoder *encoder = coder->encoder;
	bool set =
		FLAC__stream_encoder_set_channels(encoder, RECORD_CHANNELS) &&
		FLAC__stream_encoder_set_bits_per_sample(encoder, 16) &&
		FLAC__stream_encoder_set_sample_rate(encoder,
	                                             (uint32_t)rate_hz) &&
		FLAC__stream_encoder_set_compression_level(encoder, LEVEL) &&
		FLAC__stream_encoder_set_blocksize(encoder, BLOCK);

	return set && FLAC__stream_encoder_init_stream(encoder, put, NULL, NULL,
	                                               know_md5, coder) ==
	                      FLAC__STREAM_ENCODER_INIT_STATUS_OK;
}

static void flac_close(struct coder_state *coder)
{
	if (!coder)
		return;
	if (coder->encoder)
		FLAC__stream_encoder_delete(coder->encoder);
	free(coder);
}

static int flac_open(struct coder_state **made, int rate_hz, struct sv_buf *out)
{
	struct coder_state *coder = sv_alloc(sizeof *coder);

	coder->out = out;
	coder->encoder = FLAC__stream_encoder_new();
	if (!coder->encoder || !set_up(coder, rate_hz)) {
		flac_close(coder);
		return sv_fail(EX_UNAVAILABLE,
		               "libFLAC takes no two channels at %d Hz",
		               rate_hz);
	}
	/* the byte that holds the length's upper bits holds others too */
	coder->length_high = (uint8_t)out->data[LENGTH_AT] & 0xf0;
	*made = coder;
	return 0;
}

static int flac_encode(struct coder_state *coder, const int16_t *frames,
                       size_t n)
{
	FLAC__int32 wide[SV_RATE_MAX / 1000 * SV_FRAME_MS * RECORD_CHANNELS];

	for (size_t i = 0; i < n * RECORD_CHANNELS; i++)
		wide[i] = frames[i];
	if (!FLAC__stream_encoder_process_interleaved(coder->encoder, wide,
	                                              (uint32_t)n))
		return sv_fail(EX_SOFTWARE, "libFLAC: %s",
		               FLAC__stream_encoder_get_resolved_state_string(
				       coder->encoder));
	return 0;
}

static int flac_flush(struct coder_state *coder)
{
	(void)coder; /* each block is out as soon as it is full */
	return 0;
}

static int flac_finish(struct coder_state *coder)
{
	return FLAC__stream_encoder_finish(coder->encoder)
	               ? 0
	               : sv_fail(EX_SOFTWARE, "libFLAC cannot finish");
}

static void flac_patch(const struct coder_state *coder,
                       struct record_patch *patch)
{
	uint64_t samples = (uint64_t)coder->samples;

	patch->at = LENGTH_AT;
	patch->len = LENGTH_LEN;
	patch->bytes[0] = coder->length_high | (samples >> 32 & 0x0f);
	for (int i = 1; i < LENGTH_LEN; i++)
		patch->bytes[i] = samples >> 8 * (LENGTH_LEN - 1 - i) & 0xff;
	if (!coder->finished)
		return;
	memcpy(patch->bytes + LENGTH_LEN, coder->md5, MD5_LEN);
	patch->len += MD5_LEN;
}

const struct record_format record_flac = {
	.name = "flac",
	.open = flac_open,
	.close = flac_close,
	.encode = flac_encode,
	.flush = flac_flush,
	.finish = flac_finish,
	.patch = flac_patch,
};
