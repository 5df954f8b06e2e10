/*
 * What is to be said: events on stdin, lines of text on stdin, or the command
 * line's words. All three end in the desk.
 */
#ifndef TTS_SOURCE_H
#define TTS_SOURCE_H

#include "src/tts/desk.h"

struct tts_source;

/* words: the operands, NULL-terminated, n of them; else stdin, by desk's
 * config->text. For tts_source_free(). */
struct tts_source *tts_source_new(struct tts_desk *desk, char **words, int n);
void tts_source_free(struct tts_source *source); /* NULL is fine */

/* the descriptor to wait for; -1 when there is none */
int tts_source_fd(const struct tts_source *source);

/* One read(2). 0 or a code; ended() tells whether that was all. */
int tts_source_fill(struct tts_source *source);
bool tts_source_ended(const struct tts_source *source);

/* nothing more is read; what was read is still handed on */
void tts_source_stop(struct tts_source *source);

/* Hands one event, or line, to the desk: 1, or 0 when none is there; -1 when
 * that failed, with the code in *rc. */
int tts_source_next(struct tts_source *source, int *rc);

#endif
