/*
 * Speech against silence, noise and hum.
 *
 * uses: src/asr/vad.c
 */
#include "src/asr/vad.h"

#include <math.h>
#include <stddef.h>

#include "tests/unit/tap.h"

enum { FRAME = 160, SECOND = 50 };

/* noise that is the same in each run */
static unsigned long state;

static double noise(void)
{
	state = state * 6364136223846793005UL + 1442695040888963407UL;
	return (double)(state >> 33) / (double)(1UL << 30) - 1;
}

/* A voice of a kind: harmonics of 120 Hz, louder and softer four times a
 * second, as syllables are. */
static double voice(int i)
{
	double sum = 0;
	int k;

	for (k = 2; k < 24; k++)
		sum += sin(2 * M_PI * 120 * k * i / 8000.0) / k;
	return sum * fmax(0, sin(2 * M_PI * 4 * i / 8000.0));
}

struct sound {
	double voice, noise, hum; /* loudest samples */
};

/* frames with speech among n of such a sound, from frame `from` */
static int heard(struct vad *vad, int from, int n, struct sound sound)
{
	int16_t frame[FRAME];
	int count = 0;
	int i;
	int k;

	for (i = 0; i < n; i++) {
		for (k = 0; k < FRAME; k++) {
			int at = (from + i) * FRAME + k;

			frame[k] = (int16_t)(sound.voice * voice(at) +
			                     sound.noise * noise() +
			                     sound.hum * sin(2 * M_PI * 300 *
			                                     at / 8000.0));
		}
		count += vad_frame(vad, frame);
	}
	return count;
}

static void steady_sounds_are_no_speech(void)
{
	struct vad *vad = vad_new(8000);

	ok(heard(vad, 0, SECOND, (struct sound){ 0 }) == 0);
	ok(vad_began(vad) == 0);
	ok(heard(vad, 50, SECOND, (struct sound){ .noise = 20 }) == 0);
	/* what starts all at once is speech until it proves steady */
	heard(vad, 100, 2 * SECOND, (struct sound){ .noise = 3000 });
	ok(heard(vad, 200, 4 * SECOND, (struct sound){ .noise = 3000 }) <= 2);
	heard(vad, 400, 2 * SECOND, (struct sound){ .hum = 8000 });
	ok(heard(vad, 500, SECOND, (struct sound){ .hum = 8000 }) == 0);
	vad_free(vad);
}

static void a_voice_is_heard(double level, double noise_level)
{
	struct vad *vad = vad_new(8000);
	struct sound quiet = { .noise = noise_level };
	struct sound loud = { .voice = level, .noise = noise_level };

	heard(vad, 0, 2 * SECOND, quiet);
	ok(vad_began(vad) == 0);
	ok(heard(vad, 100, 12, loud) >= 5);
	ok(vad_began(vad) > 0 && vad_began(vad) <= 12);
	vad_heard(vad, true);
	ok(vad_began(vad) == 0);
	ok(heard(vad, 112, 2 * SECOND, loud) > SECOND / 2);
	heard(vad, 212, SECOND / 2, quiet);
	ok(heard(vad, 237, SECOND, quiet) == 0);
	vad_free(vad);
}

/* when a voice over a noise is sure of, in frames; SECOND: never */
static int sure_after(double level, const struct vad_profile *profile)
{
	struct vad *vad = vad_new(8000);
	struct sound loud = { .voice = level, .noise = 100 };
	int frames = 0;

	heard(vad, 0, 2 * SECOND, (struct sound){ .noise = 100 });
	if (profile)
		vad_expects(vad, profile);
	while (frames < SECOND && !vad_began(vad))
		heard(vad, 100 + frames++, 1, loud);
	vad_free(vad);
	return frames;
}

static void more_may_be_needed(void)
{
	const struct vad_profile longer = { 1.5f, 7 };
	const struct vad_profile louder = { 6.0f, 5 };
	int usual = sure_after(8000, NULL);

	ok(usual < SECOND / 4);
	ok(sure_after(8000, &vad_usual) == usual);
	ok(sure_after(8000, &longer) >= usual + 2);
	ok(sure_after(8000, &longer) <= usual + 6);
	ok(sure_after(8000, &louder) < SECOND);
	ok(sure_after(450, NULL) < SECOND);
	ok(sure_after(450, &louder) == SECOND);
}

/* At 16 kHz the upper half is taken out, not folded down into the voice. */
static void the_upper_half_does_not_fold_down(void)
{
	struct vad *vad = vad_new(16000);
	int16_t frame[2 * FRAME];
	int count = 0;
	int i;
	int k;

	for (i = 0; i < SECOND; i++) {
		double swell = i % 10 < 5 ? 3000 : 0;

		for (k = 0; k < 2 * FRAME; k++)
			frame[k] = (int16_t)(swell * sin(2 * M_PI * 6500 *
			                                 (i * 2 * FRAME + k) /
			                                 16000.0));
		count += vad_frame(vad, frame);
	}
	ok(count <= 8);
	vad_free(vad);
}

int main(void)
{
	steady_sounds_are_no_speech();
	a_voice_is_heard(8000, 10);
	a_voice_is_heard(1200, 5);
	a_voice_is_heard(8000, 300);
	more_may_be_needed();
	the_upper_half_does_not_fold_down();
	vad_free(NULL);
	return tap_end();
}
