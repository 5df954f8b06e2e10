/* What SpeechKit knows: its markup, its voices, and their roles. */
#ifndef TTS_SPEECHKIT_H
#define TTS_SPEECHKIT_H

#include <stdbool.h>

#include "lib/buf.h"

#include "src/tts/engine.h"

/* Adds the phrase as the service takes it: our notes as its markup, and
 * nothing else that it would take for some. 0, EX_DATAERR. */
int speechkit_markup(const struct tts_phrase *phrase, struct sv_buf *out);

/* The word of a timing in a text of small letters, from *at on: where it is,
 * and its length there. Its words are ours in their order, but for marks of
 * stress; what is none of ours is not found. */
bool speechkit_find(const char *text, const char *word, size_t *at,
                    size_t *len);

/* whether it is a voice that we know of, for that language */
bool speechkit_speaks(const char *voice, const char *language);

/* Whether the voice has the role. One we do not know of is asked for it. */
bool speechkit_plays(const char *voice, const char *role);

/* adds the voices' names and roles: "alena (neutral good) filipp …" */
int speechkit_voices(struct sv_buf *out);

#endif
