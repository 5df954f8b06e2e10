/*
 * A recording as SpeechKit takes it in one message: all channels, decoded, at a
 * rate it knows; or the file as it is where it is compressed and would be too
 * big otherwise.
 */
#ifndef ASR_SPEECHKIT_SOUND_H
#define ASR_SPEECHKIT_SOUND_H

#include <stdint.h>

#include "lib/buf.h"

#include "src/asr/engine.h"

enum sk_container { SK_RAW, SK_WAV, SK_OGG_OPUS, SK_MP3 };

struct sk_sound {
	struct sv_buf bytes;
	enum sk_container container;
	int rate_hz, channels;
	int64_t duration_ms;
};

/* Reads the recording, for sk_sound_release(). 0, EX_DATAERR when it is more
 * than the service takes, or what sv_sound_open() has. */
int sk_sound_read(struct sk_sound *sound,
                  const struct asr_recording *recording);
void sk_sound_release(struct sk_sound *sound);

#endif
