/*
 * The header of a plain WAV (linear, float, u-law, A-law) on a pipe, which
 * must be read as it comes.
 */
#ifndef CAPTURE_WAV_H
#define CAPTURE_WAV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/capture/coding.h"

enum { WAV_HEADER_MAX = 1 << 20 }; /* all that stands before the sound */

struct wav {
	const struct coding *coding;
	int channels;
	int rate_hz;
	size_t data_at;     /* where the sound begins */
	uint32_t data_size; /* what the header says of its bytes */
};

enum wav_verdict {
	WAV_MORE,  /* more bytes are needed to tell */
	WAV_FOUND, /* *wav is filled in */
	WAV_OTHER, /* not a WAV, or none that we decode */
};

enum wav_verdict wav_parse(const uint8_t *data, size_t len, struct wav *wav);

/* Whether the size is what writers put that do not know it yet: 0, 2^32 - 1,
 * or SoX's 2^31 less a header. */
bool wav_size_unknown(const struct wav *wav);

#endif
