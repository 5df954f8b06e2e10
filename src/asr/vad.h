/*
 * Is somebody speaking? Frames of 20 ms, one after the other, each get a yes
 * or no; and a run of them makes the sure beginning of speech.
 */
#ifndef ASR_VAD_H
#define ASR_VAD_H

#include <stdbool.h>
#include <stdint.h>

struct vad;

/* What makes the sure beginning of speech: how far it stands out of the noise
 * (the mean over the bands of the voice, in dB, beyond what noise varies by),
 * and how many of the last VAD_WINDOW frames do. */
struct vad_profile {
	float start_db;
	int sure;
};

enum { VAD_WINDOW = 12 };

extern const struct vad_profile vad_usual;

/* rate_hz is 8000 or 16000 */
struct vad *vad_new(int rate_hz);
void vad_free(struct vad *vad); /* NULL is fine */

/* The next frame, of rate_hz / 50 samples: whether it holds speech. Easily
 * said yes to once speech is going on, see vad_heard(). */
bool vad_frame(struct vad *vad, const int16_t *frame);

/* While nobody was known to speak: how many frames ago speech began, counted
 * from 1 for the last frame, if enough of the last frames held speech to be
 * sure of it; 0 otherwise. */
int vad_began(const struct vad *vad);

/* What begins speech from now on, for the frames to come. */
void vad_expects(struct vad *vad, const struct vad_profile *profile);

/* whether we are inside an utterance: decides what counts as speech */
void vad_heard(struct vad *vad, bool inside);

#endif
