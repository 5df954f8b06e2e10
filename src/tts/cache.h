/*
 * Sentences that were synthesised before, on disk.
 *
 * A file a sentence, named by the SHA-256 of all that makes its sound. It
 * holds raw samples and the words' places behind a header with a checksum:
 * reading one costs a fraction of a millisecond, and a file that is not whole
 * is as good as none. Several processes may share a folder. What does not
 * work (no folder, a full disk) is warned about once and costs only time.
 */
#ifndef TTS_CACHE_H
#define TTS_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/digest.h"

#include "src/tts/sound.h"

struct tts_cache;

/* Never NULL. folder is NULL for the usual one, sv_cache_folder()/tts; the
 * files are kept below max_bytes in all, those longest unused go first. */
struct tts_cache *tts_cache_new(const char *folder, int64_t max_bytes);
void tts_cache_free(struct tts_cache *cache); /* NULL is fine */

/* Fills sound, whole, when the sentence is there. */
bool tts_cache_get(struct tts_cache *cache, const unsigned char key[SV_SHA256],
                   struct tts_sound *sound);

/* Keeps a whole sound. */
void tts_cache_put(struct tts_cache *cache, const unsigned char key[SV_SHA256],
                   const struct tts_sound *sound);

/* The bytes of such a file, checked, into sound: false when they are not
 * what tts_cache_put() wrote at the sound's rate. */
bool tts_cache_parse(const void *data, size_t len, struct tts_sound *sound);

#endif
