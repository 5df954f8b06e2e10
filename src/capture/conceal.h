/*
 * Loss made less audible in codecs that do not see to it themselves, in the
 * manner of ITU-T G.711 Appendix I: the last period of the voice is repeated,
 * fading to silence within 60 ms, and blended into what comes next. No delay
 * is added. Also what lets a listener catch up or fall back: one period less,
 * or one more, which the ear does not notice. Any rate of lib/pcm.h.
 */
#ifndef CAPTURE_CONCEAL_H
#define CAPTURE_CONCEAL_H

#include <stddef.h>
#include <stdint.h>

struct conceal;

struct conceal *conceal_new(int rate_hz);
void conceal_free(struct conceal *conceal); /* NULL is fine */

/* What was received, in order; its beginning is blended when it follows a
 * filling. */
void conceal_heard(struct conceal *conceal, int16_t *samples, size_t n);

/* n samples for what is missing */
void conceal_fill(struct conceal *conceal, int16_t *samples, size_t n);

/* n samples of silence, with no edge after what was heard */
void conceal_silence(struct conceal *conceal, int16_t *samples, size_t n);

enum { CONCEAL_PERIOD_MS = 15 }; /* the longest */

/* Takes a period out of n samples, or puts one more in (there must be room for
 * CONCEAL_PERIOD_MS more): how many samples there are then; n when there are
 * too few (less than 10 ms). */
size_t conceal_shorten(int16_t *samples, size_t n, int rate_hz);
size_t conceal_lengthen(int16_t *samples, size_t n, int rate_hz);

#endif
