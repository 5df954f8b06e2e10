/*
 * The loop: what is to be said comes in, sound goes out, in real time with
 * --pace and as fast as it is read without.
 */
#ifndef TTS_LIVE_H
#define TTS_LIVE_H

#include "src/tts/chain.h"
#include "src/tts/config.h"
#include "src/tts/stage.h"

/* words: the operands, n of them. 0, SV_GONE, or a code. */
int tts_live_run(const struct tts_config *config, struct tts_chain *chain,
                 const struct tts_stage *stage, char **words, int n);

#endif
