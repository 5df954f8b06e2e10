/* coding.c: the codings of sound without a header, decoded */
#include "src/capture/coding.h"

#include <endian.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "lib/fail.h"
#include "lib/spandsp.h"

static void decode_u8(struct coder *coder, const uint8_t *in, size_t units,
                      int32_t *out)
{
	size_t i;

	(void)coder;
	for (i = 0; i < units; i++)
		out[i] = (in[i] - 128) * (1 << 24);
}

static void decode_s16(struct coder *coder, const uint8_t *in, size_t units,
                       int32_t *out)
{
	size_t i;

	(void)coder;
	for (i = 0; i < units; i++)
		out[i] = (int32_t)((uint32_t)in[2 * i] << 16 |
		                   (uint32_t)in[2 * i + 1] << 24);
}

static void decode_s24(struct coder *coder, const uint8_t *in, size_t units,
                       int32_t *out)
{
	size_t i;

	(void)coder;
	for (i = 0; i < units; i++)
		out[i] = (int32_t)((uint32_t)in[3 * i] << 8 |
		                   (uint32_t)in[3 * i + 1] << 16 |
		                   (uint32_t)in[3 * i + 2] << 24);
}

static void decode_s32(struct coder *coder, const uint8_t *in, size_t units,
                       int32_t *out)
{
	uint32_t word;
	size_t i;

	(void)coder;
	for (i = 0; i < units; i++) {
		memcpy(&word, in + 4 * i, sizeof word);
		out[i] = (int32_t)le32toh(word);
	}
}

/* clipped to full scale; what is not a number is silence */
static int32_t from_float(double sample)
{
	if (isnan(sample))
		return 0;
	sample *= 0x1p31;
	if (sample >= INT32_MAX)
		return INT32_MAX;
	if (sample <= INT32_MIN)
		return INT32_MIN;
	return (int32_t)sample;
}

static void decode_f32(struct coder *coder, const uint8_t *in, size_t units,
                       int32_t *out)
{
	uint32_t word;
	float sample;
	size_t i;

	(void)coder;
	for (i = 0; i < units; i++) {
		memcpy(&word, in + 4 * i, sizeof word);
		word = le32toh(word);
		memcpy(&sample, &word, sizeof sample);
		out[i] = from_float(sample);
	}
}

static void decode_f64(struct coder *coder, const uint8_t *in, size_t units,
                       int32_t *out)
{
	uint64_t word;
	double sample;
	size_t i;

	(void)coder;
	for (i = 0; i < units; i++) {
		memcpy(&word, in + 8 * i, sizeof word);
		word = le64toh(word);
		memcpy(&sample, &word, sizeof sample);
		out[i] = from_float(sample);
	}
}

static void decode_ulaw(struct coder *coder, const uint8_t *in, size_t units,
                        int32_t *out)
{
	size_t i;

	(void)coder;
	for (i = 0; i < units; i++)
		out[i] = ulaw_to_linear(in[i]) * 65536;
}

static void decode_alaw(struct coder *coder, const uint8_t *in, size_t units,
                        int32_t *out)
{
	size_t i;

	(void)coder;
	for (i = 0; i < units; i++)
		out[i] = alaw_to_linear(in[i]) * 65536;
}

static void decode_gsm(struct coder *coder, const uint8_t *in, size_t units,
                       int32_t *out)
{
	int16_t samples[160];
	size_t i, j;

	for (i = 0; i < units; i++) {
		coder->spandsp->gsm0610_decode(coder->gsm, samples, in + 33 * i,
		                               33);
		for (j = 0; j < 160; j++)
			out[160 * i + j] = samples[j] * 65536;
	}
}

static void decode_g722(struct coder *coder, const uint8_t *in, size_t units,
                        int32_t *out)
{
	int16_t samples[2];
	size_t i;

	for (i = 0; i < units; i++) {
		coder->spandsp->g722_decode(coder->g722, samples, in + i, 1);
		out[2 * i] = samples[0] * 65536;
		out[2 * i + 1] = samples[1] * 65536;
	}
}

int coder_init(struct coder *coder, const struct coding *coding)
{
	int rc = 0;

	*coder = (struct coder){ 0 };
	if (coding != &coding_gsm && coding != &coding_g722)
		return 0;
	rc = sv_spandsp(&coder->spandsp);
	if (rc)
		return rc;
	if (coding == &coding_gsm)
		coder->gsm = coder->spandsp->gsm0610_init(NULL,
		                                          GSM0610_PACKING_VOIP);
	else
		coder->g722 = coder->spandsp->g722_decode_init(NULL, 64000, 0);
	if (!coder->gsm && !coder->g722)
		return sv_fail(EX_SOFTWARE, "libspandsp makes no decoder");
	return 0;
}

void coder_release(struct coder *coder)
{
	if (coder->gsm)
		coder->spandsp->gsm0610_free(coder->gsm);
	if (coder->g722)
		coder->spandsp->g722_decode_free(coder->g722);
	*coder = (struct coder){ 0 };
}

const struct coding coding_u8 = {
	.name = "u8",
	.unit_bytes = 1,
	.unit_samples = 1,
	.decode = decode_u8,
};

const struct coding coding_s16 = {
	.name = "s16",
	.unit_bytes = 2,
	.unit_samples = 1,
	.decode = decode_s16,
};

const struct coding coding_s24 = {
	.name = "s24",
	.unit_bytes = 3,
	.unit_samples = 1,
	.decode = decode_s24,
};

const struct coding coding_s32 = {
	.name = "s32",
	.unit_bytes = 4,
	.unit_samples = 1,
	.decode = decode_s32,
};

const struct coding coding_f32 = {
	.name = "f32",
	.unit_bytes = 4,
	.unit_samples = 1,
	.decode = decode_f32,
};

const struct coding coding_f64 = {
	.name = "f64",
	.unit_bytes = 8,
	.unit_samples = 1,
	.decode = decode_f64,
};

const struct coding coding_ulaw = {
	.name = "ulaw",
	.unit_bytes = 1,
	.unit_samples = 1,
	.decode = decode_ulaw,
};

const struct coding coding_alaw = {
	.name = "alaw",
	.unit_bytes = 1,
	.unit_samples = 1,
	.decode = decode_alaw,
};

const struct coding coding_gsm = {
	.name = "gsm",
	.unit_bytes = 33,
	.unit_samples = 160,
	.decode = decode_gsm,
};

const struct coding coding_g722 = {
	.name = "g722",
	.unit_bytes = 1,
	.unit_samples = 2,
	.decode = decode_g722,
};

const struct coding *coding_find(const char *name)
{
	static const struct coding *const named[] = { &coding_ulaw,
		                                      &coding_alaw, &coding_gsm,
		                                      &coding_g722, NULL };
	size_t i;

	if (!strncasecmp(name, "sln", 3))
		return &coding_s16; /* at whatever rate */
	for (i = 0; named[i]; i++) {
		if (!strcasecmp(named[i]->name, name))
			return named[i];
	}
	return NULL;
}
