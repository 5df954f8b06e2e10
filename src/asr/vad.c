/*
 * vad.c: is somebody speaking, by speexdsp's preprocessor with a rule of our
 * own around it
 *
 * The preprocessor tracks the noise in each band and gives the probability of
 * speech over it, but takes the first frames of a call for noise, whatever
 * they are, and forgets a steady voice. A floor of the whole frame's level,
 * which falls at once and rises slowly, fills that in.
 */
#include "src/asr/vad.h"

#include <assert.h>
#include <math.h>
#include <speex/speex_preprocess.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

enum {
	RATE_HZ = 8000, /* at which telephones speak: enough to detect */
	FRAME = RATE_HZ / 50,
	TAPS = 23, /* of the half-band filter before it */

	START_PERCENT = 60,    /* probability that begins speech */
	CONTINUE_PERCENT = 30, /* and that goes on with it */

	WINDOW = 12, /* frames looked back on for the beginning */
	SURE = 5,    /* of which so many must hold speech */
};

/* dB: how far above the floor a frame of speech is at least; how far above it
 * a frame is speech whatever the preprocessor has learnt; what no line is more
 * silent than; and how fast the floor rises, in a frame. */
#define LEAST_DB 4.0
#define LOUD_DB 18.0
#define FLOOR_DB (-66.0)
#define RISE_DB 0.06

struct vad {
	SpeexPreprocessState *state;
	int step; /* samples in to one of ours: 1 or 2 */
	int16_t tail[TAPS - 1];
	double floor_db;
	bool inside;
	unsigned recent; /* a bit for each frame, the last is bit 0 */
};

struct vad *vad_new(int rate_hz)
{
	struct vad *vad = sv_alloc(sizeof *vad);
	int off = 0;

	assert(rate_hz == RATE_HZ || rate_hz == 2 * RATE_HZ);
	vad->step = rate_hz / RATE_HZ;
	vad->floor_db = FLOOR_DB;
	vad->state = speex_preprocess_state_init(FRAME, RATE_HZ);
	speex_preprocess_ctl(vad->state, SPEEX_PREPROCESS_SET_DENOISE, &off);
	speex_preprocess_ctl(vad->state, SPEEX_PREPROCESS_SET_AGC, &off);
	return vad;
}

void vad_free(struct vad *vad)
{
	if (!vad)
		return;
	speex_preprocess_state_destroy(vad->state);
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
	int i;
	int k;

	memcpy(all, vad->tail, sizeof vad->tail);
	memcpy(all + TAPS - 1, in, 2 * FRAME * sizeof *in);
	for (i = 0; i < FRAME; i++) {
		const int16_t *middle = all + 2 * i + TAPS / 2;
		float sum = 0.5f * middle[0];

		for (k = 0; k <= TAPS / 4; k++)
			sum += taps[k] *
			       (float)(middle[2 * k + 1] + middle[-2 * k - 1]);
		out[i] = (int16_t)fmaxf(-32768, fminf(32767, sum));
	}
	memcpy(vad->tail, all + 2 * FRAME, sizeof vad->tail);
}

static double level_db(const int16_t *frame)
{
	double power = 1;
	int i;

	for (i = 0; i < FRAME; i++)
		power += (double)frame[i] * frame[i];
	return 10 * log10(power / FRAME / (32768.0 * 32768.0));
}

/* how far the frame is above the floor, which follows */
static double above_floor(struct vad *vad, double level)
{
	double above;

	if (level < FLOOR_DB)
		level = FLOOR_DB;
	if (level < vad->floor_db)
		vad->floor_db = level;
	else
		vad->floor_db += RISE_DB;
	above = level - vad->floor_db;
	return above;
}

bool vad_frame(struct vad *vad, const int16_t *frame)
{
	int16_t narrow[FRAME];
	double above;
	int percent;
	bool speech;

	if (vad->step == 1)
		memcpy(narrow, frame, sizeof narrow);
	else
		halve(vad, frame, narrow);
	above = above_floor(vad, level_db(narrow));
	speex_preprocess_run(vad->state, narrow);
	speex_preprocess_ctl(vad->state, SPEEX_PREPROCESS_GET_PROB, &percent);
	speech = percent >= (vad->inside ? CONTINUE_PERCENT : START_PERCENT) ||
	         above >= LOUD_DB;
	speech = speech && above >= LEAST_DB;
	vad->recent = vad->recent << 1 | speech;
	return speech;
}

int vad_began(const struct vad *vad)
{
	unsigned recent = vad->recent & ((1U << WINDOW) - 1);
	int n = __builtin_popcount(recent);

	return n >= SURE ? 32 - __builtin_clz(recent) : 0;
}

void vad_heard(struct vad *vad, bool inside)
{
	vad->inside = inside;
	vad->recent = 0;
}
