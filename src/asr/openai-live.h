/*
 * What goes into a realtime session: its settings, and sound in the coding
 * that was agreed on there: PCM at 24 kHz, which is the service's only rate,
 * or for a telephone's line G.711 as it is, a sixth of the bytes.
 */
#ifndef ASR_OPENAI_LIVE_H
#define ASR_OPENAI_LIVE_H

#include "lib/ws.h"

#include "src/asr/openai.h"

enum { OPENAI_EVENT_ID = 40 };

/* a session.update with all there is to say; new */
json_t *openai_live_update(const struct asr *asr);

/* the event_id of an utterance's commit */
void openai_live_id(const struct openai_utterance *utterance,
                    char id[OPENAI_EVENT_ID]);

/* An utterance's sound. 0, or the resampler's code. */
int openai_live_begin(struct asr *asr);
int openai_live_feed(struct openai_utterance *utterance, struct sv_ws *ws,
                     const int16_t *samples, size_t n);

/* What the resampler still has, and the commit. What is too short to be one
 * is cleared, and has no words. */
int openai_live_finish(struct openai_utterance *utterance, struct sv_ws *ws);

/* bytes of messages as samples at the engine's rate */
size_t openai_live_samples(const struct asr *asr, size_t bytes);

void openai_live_release(struct asr *asr);

/* G.711's mu-law */
unsigned char openai_ulaw(int16_t sample);

#endif
