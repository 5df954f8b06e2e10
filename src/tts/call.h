/*
 * What is known of each call of the stream: its clock, its language, and the
 * caller's words that an answer is due to.
 */
#ifndef TTS_CALL_H
#define TTS_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/event.h"

enum { TTS_CALLS_MAX = 4096 }; /* more, and the longest silent is forgotten */

struct tts_call {
	char id[SV_CALL_MAX + 1];
	const char *language; /* of its call.start; NULL when not said */
	int64_t samples;      /* of sound it was given: its clock, unpaced */
	int64_t base_ms;      /* its t when our clock stood at 0 */
	bool placed;          /* base_ms was set */
	long finals;          /* asr.final events so far */
	long answered;        /* the last that a `turn` was written for */
	int endpoint_ms;      /* of the last; -1 when not said */
	int asr_ms;
	int turns;
	struct tts_call *next;
};

/* all zero: none */
struct tts_calls {
	struct tts_call *first; /* the last heard of */
	int n;
};

/* The call of that id, made when it is new; lent until the next call. */
struct tts_call *tts_calls_get(struct tts_calls *calls, const char *id);

void tts_calls_forget(struct tts_calls *calls, const char *id);
void tts_calls_release(struct tts_calls *calls);

/* Of the call something was heard that happened at t, when our clock stood at
 * now_ms: what we say from here on is not earlier. */
void tts_call_place(struct tts_call *call, int64_t t, int64_t now_ms);

#endif
