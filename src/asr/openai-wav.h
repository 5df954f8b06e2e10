/*
 * An utterance as a WAV file in memory, which is what a service that takes
 * files is given: 16 bit, mono, with the lengths in its header.
 */
#ifndef ASR_OPENAI_WAV_H
#define ASR_OPENAI_WAV_H

#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"

enum { OPENAI_WAV_MAX = 25 << 20 }; /* bytes: OpenAI's limit */

void openai_wav_begin(struct sv_buf *wav);

/* 0, or EX_DATAERR when the file would be longer than is taken */
int openai_wav_add(struct sv_buf *wav, const int16_t *samples, size_t n);

/* Fills in the header; a file of less than least samples gets silence. */
int openai_wav_end(struct sv_buf *wav, int rate_hz, size_t least);

#endif
