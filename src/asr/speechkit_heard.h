/*
 * What SpeechKit heard in a recording: its finals, refined and judged by what
 * comes after each, put in order of time.
 */
#ifndef ASR_SPEECHKIT_HEARD_H
#define ASR_SPEECHKIT_HEARD_H

#include <stdbool.h>
#include <stddef.h>

#include "src/asr/engine.h"

struct sk_utterance_heard;

/* all zero, with channels set, is one without utterances */
struct sk_heard {
	int channels; /* that there are */
	struct sk_utterance_heard *items;
	size_t n, size;
};

/* the utterances are gone, the channels stay */
void sk_heard_release(struct sk_heard *heard);

/* Takes an answer of GetRecognition; false when it cannot be read. */
bool sk_heard_take(struct sk_heard *heard, const void *data, size_t len);

/* Tells the utterances in order of time: 0, or what recording->heard() has
 * returned. */
int sk_heard_tell(struct sk_heard *heard,
                  const struct asr_recording *recording);

#endif
