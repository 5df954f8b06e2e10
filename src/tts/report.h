/*
 * The events that tell how a prompt went: each is written at the sample it
 * speaks of. They return what tts_report() does.
 */
#ifndef TTS_REPORT_H
#define TTS_REPORT_H

#include "src/tts/player.h"

/* tts.start, and `turn` when this is the first answer to an asr.final */
int tts_report_start(struct tts_player *player, const struct tts_say *say);

/* tts.end */
int tts_report_end(struct tts_player *player, const struct tts_say *say);

/* tts.interrupted */
int tts_report_cut(struct tts_player *player, const struct tts_say *say);

#endif
