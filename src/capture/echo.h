/*
 * The echo guard: tells our own voice, come back over the line or from a
 * loudspeaker, from the caller's. It compares the loudness of what was sent
 * with what comes in, 20 ms by 20 ms, learns by which delay (0 to 600 ms) and
 * how much weaker the one follows the other, and takes frames that are no
 * louder than the echo would be out of what sv-asr hears. The recording keeps
 * them. Someone who talks louder than the echo passes.
 */
#ifndef CAPTURE_ECHO_H
#define CAPTURE_ECHO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct echo;

struct echo *echo_new(int rate_hz);
void echo_free(struct echo *echo); /* NULL is fine */

/* What was sent to the far end; silence may be left out. Both sides go at the
 * pace of the call, within 200 ms of each other. */
void echo_sent(struct echo *echo, const int16_t *samples, size_t n);

/* What came from it; frames that are echo, or empty, become what the line is
 * like when nobody speaks, in place. Whether some were echo. Best given whole
 * frames. */
bool echo_heard(struct echo *echo, int16_t *samples, size_t n);

#endif
