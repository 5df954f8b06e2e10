/*
 * The engine `openai`, inside: openai.c has its settings and its voices,
 * openai-speech.c a request and the sound that comes of it.
 */
#ifndef TTS_OPENAI_H
#define TTS_OPENAI_H

#include "lib/http.h"
#include "lib/loop.h"
#include "lib/openai.h"

#include "src/tts/engine.h"
#include "src/tts/settings.h"

enum { OPENAI_HEAD = 4 }; /* bytes by which other things than PCM are known */

/* the request going on */
struct openai_job {
	struct tts_sound *sound;
	struct sv_http_call *call; /* NULL when it is over */
	size_t got;                /* bytes */
	char head[OPENAI_HEAD];
	unsigned char half; /* of a sample, where the volume is not usual */
	const char *input;
	int rc;
	bool done;
};

struct tts {
	const struct tts_config *config;
	struct sv_openai openai;
	struct tts_manner manner;
	const char *model, *instructions;
	int pcm_hz;
	struct sv_loop *loop;
	struct sv_http *http;
	struct openai_job job;
	char *voice; /* the last one told */
	double characters;
	int retry_ms; /* of the last failure */
};

/* Speaks len bytes of the phrase's text in one request, to its end. */
int openai_speech(struct tts *tts, const struct tts_phrase *phrase,
                  const char *text, size_t len, struct tts_sound *sound);

#endif
