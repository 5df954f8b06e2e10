/*
 * Text cut into what is synthesised at a time: a sentence, so that the first
 * sample of a long answer comes as quickly as that of a short one.
 */
#ifndef TTS_SENTENCE_H
#define TTS_SENTENCE_H

#include <stddef.h>

enum { TTS_SENTENCE_MAX = 400 }; /* bytes: some 200 Russian letters */

/* The bytes of the first sentence of text, with the blanks behind it: 1 to
 * len, whole characters. One that is too long ends at a comma, or at a blank,
 * or where it must. len > 0. */
size_t tts_sentence(const char *text, size_t len);

/* The bytes of text that are spoken at a time where only `most` characters
 * can be: all of it, or to the end of a sentence, a comma or a blank, or
 * where it must; blanks behind it counted in. 1 to len. */
size_t tts_sentence_most(const char *text, size_t len, size_t most);

/* the length without blanks at the end */
size_t tts_trim(const char *text, size_t len);

/* "ru" when there is a Cyrillic letter, "en" otherwise */
const char *tts_language(const char *text);

#endif
