/* A phrase with its stress marks in the text, for an engine that reads them
 * there. */
#ifndef TTS_STRESS_H
#define TTS_STRESS_H

#include <stddef.h>

#include "src/tts/engine.h"

enum tts_stress { TTS_NO_STRESS, TTS_PLUS, TTS_ACUTE };

/* "plus", "acute", "none"; NULL is none. 0, or EX_USAGE */
int tts_stress_read(const char *value, const char *engine,
                    enum tts_stress *how);

/* The text with a plus before each stressed vowel, or an acute (U+0301) behind
 * it; yours to free(). */
char *tts_stress_text(const struct tts_phrase *phrase, enum tts_stress how);

/* the byte of the phrase that a byte of that text stands for */
size_t tts_stress_at(const struct tts_phrase *phrase, enum tts_stress how,
                     size_t at);

#endif
