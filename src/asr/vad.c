/*
 * vad.c: is somebody speaking, by how far each band of the voice stands above
 * its own noise
 *
 * Eight filters split the telephone band. The noise in each is the least that
 * its level was in the last second and a half: even fast speech leaves every
 * band for a moment in that time, hum, hiss and engines do not. What counts is
 * the mean over the bands of what stands out of the noise, so that a fan or a
 * passing car, which fill one or two bands, are no speech, and a soft voice,
 * which shows in many, is.
 */
#include "src/asr/vad.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

enum {
	RATE_HZ = 8000, /* at which telephones speak: enough to detect */
	FRAME = RATE_HZ / 50,
	TAPS = 23, /* of the half-band filter before it */
	BANDS = 8,

	PART = 15, /* frames in a part of the time looked back on for noise */
	PARTS = 5,
};

/* dB. The noise on any line is at least LEAST_DB in each band, and at the
 * start, when speech may be all there was, at most MOST_DB. MARGIN_DB is what
 * noise varies by, and where the minimum lies below the mean. */
#define LEAST_DB (-76.0f)
#define MOST_DB (-55.0f)
#define MARGIN_DB 5.0f
#define CONTINUE_DB 0.7f /* mean over the bands that goes on with speech */

#define SMOOTH 0.4f /* of each new level in the mean that is looked at */

/* a band-pass filter of second order, and the noise behind it */
struct band {
	float gain, a1, a2;
	float x1, x2, y1, y2;
	float level_db; /* smoothed */
	float least_db[PARTS];
};

struct vad {
	int step; /* samples in to one of ours: 1 or 2 */
	int16_t tail[TAPS - 1];
	struct band bands[BANDS];
	int64_t frames;
	bool inside;
	struct vad_profile profile;
	unsigned recent; /* a bit for each frame, the last is bit 0 */
};

const struct vad_profile vad_usual = { .start_db = 1.5f, .sure = 5 };

static void band_init(struct band *band, float hz, float width_hz)
{
	const float w = 2 * (float)M_PI * hz / RATE_HZ;
	const float alpha = sinf(w) * width_hz / (2 * hz);
	int i;

	band->gain = alpha / (1 + alpha);
	band->a1 = -2 * cosf(w) / (1 + alpha);
	band->a2 = (1 - alpha) / (1 + alpha);
	for (i = 0; i < PARTS; i++)
		band->least_db[i] = MOST_DB;
}

struct vad *vad_new(int rate_hz)
{
	static const float hz[BANDS] = { 250,  450,  700,  1000,
		                         1400, 1900, 2500, 3200 };
	struct vad *vad = sv_alloc(sizeof *vad);
	int i;

	assert(rate_hz == RATE_HZ || rate_hz == 2 * RATE_HZ);
	vad->step = rate_hz / RATE_HZ;
	vad->profile = vad_usual;
	for (i = 0; i < BANDS; i++)
		band_init(&vad->bands[i], hz[i], 100 + 0.15f * hz[i]);
	return vad;
}

void vad_free(struct vad *vad)
{
	free(vad);
}

/* Every other sample, after a half-band filter (Hamming window): what lies
 * above 4 kHz must not fold down into the voice. Every second tap but the
 * middle one is nought. */
static void halve(struct vad *vad, const int16_t *in, int16_t *out)
{
	static const float taps[TAPS / 4 + 1] = {
		0.313321f,  -0.091808f, 0.041957f,
		-0.019141f, 0.007595f,  -0.002769f,
	};
	int16_t all[TAPS - 1 + 2 * FRAME];
	const int16_t *middle = all + TAPS / 2;
	int i;
	int k;

	memcpy(all, vad->tail, sizeof vad->tail);
	memcpy(all + TAPS - 1, in, sizeof all - sizeof vad->tail);
	for (i = 0; i < FRAME; i++, middle += 2) {
		float sum = 0.5f * middle[0];

		for (k = 0; k <= TAPS / 4; k++)
			sum += taps[k] *
			       (float)(middle[2 * k + 1] + middle[-2 * k - 1]);
		out[i] = (int16_t)fmaxf(-32768, fminf(32767, sum));
	}
	memcpy(vad->tail, middle - TAPS / 2, sizeof vad->tail);
}

/* the level of one frame in the band */
static float filter(struct band *band, const int16_t *frame)
{
	float power = 1e-3f;
	float y;
	int i;

	for (i = 0; i < FRAME; i++) {
		y = band->gain * ((float)frame[i] - band->x2) -
		    band->a1 * band->y1 - band->a2 * band->y2;
		band->x2 = band->x1;
		band->x1 = frame[i];
		band->y2 = band->y1;
		band->y1 = y;
		power += y * y;
	}
	return 10 * log10f(power / FRAME) - 90.3f;
}

/* how far the frame stands out of the band's noise; which is learnt */
static float stands_out(struct band *band, float level_db, int64_t frames)
{
	const int part = (int)(frames / PART % PARTS);
	float noise_db = band->least_db[0];
	int i;

	band->level_db += (frames ? SMOOTH : 1) * (level_db - band->level_db);
	if (frames % PART == 0 && frames >= PART)
		band->least_db[part] = 0;
	if (band->level_db < band->least_db[part])
		band->least_db[part] = band->level_db;
	for (i = 1; i < PARTS; i++)
		noise_db = fminf(noise_db, band->least_db[i]);
	noise_db = fmaxf(noise_db, LEAST_DB);
	return fmaxf(0, band->level_db - noise_db - MARGIN_DB);
}

/* the mean over the bands of what stands out of the noise */
static float score_of(struct vad *vad, const int16_t *frame)
{
	int16_t narrow[FRAME];
	float sum = 0;
	int i;

	if (vad->step == 1)
		memcpy(narrow, frame, sizeof narrow);
	else
		halve(vad, frame, narrow);
	for (i = 0; i < BANDS; i++) {
		struct band *band = &vad->bands[i];

		sum += stands_out(band, filter(band, narrow), vad->frames);
	}
	vad->frames++;
	return sum / BANDS;
}

bool vad_frame(struct vad *vad, const int16_t *frame)
{
	float score = score_of(vad, frame);
	float least = vad->inside ? CONTINUE_DB : vad->profile.start_db;
	bool speech = score >= least;

	vad->recent = vad->recent << 1 | speech;
	return speech;
}

int vad_began(const struct vad *vad)
{
	unsigned recent = vad->recent & ((1U << VAD_WINDOW) - 1);
	int n = __builtin_popcount(recent);

	return n >= vad->profile.sure ? 32 - __builtin_clz(recent) : 0;
}

void vad_expects(struct vad *vad, const struct vad_profile *profile)
{
	vad->profile = *profile;
}

void vad_heard(struct vad *vad, bool inside)
{
	vad->inside = inside;
	vad->recent = 0;
}
