/* openai-live.c: what goes into a realtime session */
#include "src/asr/openai-live.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/pcm.h"
#include "lib/resample.h"

enum {
	PCM_HZ = 24000,
	ULAW_HZ = 8000,
	BLOCK = 2400, /* samples in a message: 100 ms, or 300 of G.711 */
	BLOCK_BYTES = 2 * BLOCK,
};

/* what the service makes of a prompt it cannot use is a refusal */
static bool takes_prompt(const char *model)
{
	return strncmp(model, "gpt-realtime", 12) != 0;
}

static bool sends_ulaw(const struct asr *asr)
{
	const char *line = asr->model->line;

	return asr->rate_hz == ULAW_HZ && (!line || !strcmp(line, "pcmu"));
}

/* --- settings --- */

static void set(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

static json_t *transcription(const struct asr *asr)
{
	const char *model = asr->model->session;
	json_t *made = json_pack("{ss}", "model", model);
	char *prompt = takes_prompt(model) ? openai_prompt(asr) : NULL;

	if (*asr->language)
		set(made, "language", json_string(asr->language));
	if (prompt)
		set(made, "prompt", json_string(prompt));
	if (json_array_size(asr->hints_list) &&
	    openai_hints_of(asr->model, model) == OPENAI_KEYWORDS)
		set(made, "keywords", json_copy(asr->hints_list));
	if (asr->model->delay)
		set(made, "delay", json_string(asr->model->delay));
	free(prompt);
	return made;
}

json_t *openai_live_update(const struct asr *asr)
{
	json_t *format = sends_ulaw(asr)
	                         ? json_pack("{ss}", "type", "audio/pcmu")
	                         : json_pack("{ss si}", "type", "audio/pcm",
	                                     "rate", PCM_HZ);
	json_t *input =
		json_pack("{so so sn}", "format", format, "transcription",
	                  transcription(asr), "turn_detection");
	json_t *session;

	if (asr->model->noise)
		set(input, "noise_reduction",
		    json_pack("{ss}", "type", asr->model->noise));
	session = json_pack("{ss s{so}}", "type", "transcription", "audio",
	                    "input", input);
	if (asr->model->logprobs)
		set(session, "include",
		    json_pack("[s]",
		              "item.input_audio_transcription.logprobs"));
	return json_pack("{ss ss so}", "type", "session.update", "event_id",
	                 "settings", "session", session);
}

void openai_live_id(const struct openai_utterance *utterance,
                    char id[OPENAI_EVENT_ID])
{
	snprintf(id, OPENAI_EVENT_ID, "utterance-%lld",
	         (long long)utterance->number);
}

/* --- sound --- */

unsigned char openai_ulaw(int16_t sample)
{
	enum { BIAS = 132, MOST = 32635 };

	int sign = sample < 0 ? 0x80 : 0;
	int value = sample < 0 ? -(int)sample : sample;
	int exponent = 7;

	value = (value < MOST ? value : MOST) + BIAS;
	while (exponent > 0 && !(value & (0x80 << exponent)))
		exponent--;
	return (unsigned char)~(sign | exponent << 4 |
	                        (value >> (exponent + 3) & 0xf));
}

/* one message of at most BLOCK samples */
static void append(struct asr *asr, struct sv_ws *ws, const int16_t *samples,
                   size_t n)
{
	static const char head[] =
		"{\"type\":\"input_audio_buffer.append\",\"audio\":\"";
	unsigned char bytes[BLOCK_BYTES];
	char message[sizeof head + BLOCK_BYTES * 4 / 3 + 8];
	bool ulaw = sends_ulaw(asr);
	size_t len = 0, at = sizeof head - 1;

	for (size_t i = 0; i < n; i++) {
		uint16_t value = (uint16_t)samples[i];

		if (ulaw) {
			bytes[len++] = openai_ulaw(samples[i]);
			continue;
		}
		bytes[len++] = (unsigned char)(value & 0xff);
		bytes[len++] = (unsigned char)(value >> 8);
	}
	memcpy(message, head, at);
	at += (size_t)EVP_EncodeBlock((unsigned char *)message + at, bytes,
	                              (int)len);
	message[at++] = '"';
	message[at++] = '}';
	sv_ws_send(ws, true, message, at);
}

static void send_samples(struct openai_utterance *utterance, struct sv_ws *ws,
                         const int16_t *samples, size_t n)
{
	utterance->sent += n;
	while (n) {
		size_t some = n < BLOCK ? n : BLOCK;

		append(utterance->asr, ws, samples, some);
		samples += some;
		n -= some;
	}
}

int openai_live_begin(struct asr *asr)
{
	openai_live_release(asr);
	return sends_ulaw(asr) ? 0
	                       : sv_resample_new(&asr->resampler, asr->rate_hz,
	                                         PCM_HZ, SV_QUICK);
}

int openai_live_feed(struct openai_utterance *utterance, struct sv_ws *ws,
                     const int16_t *samples, size_t n)
{
	struct asr *asr = utterance->asr;
	int rc = 0;

	if (asr->resampler)
		rc = sv_resample(asr->resampler, samples, n, &samples, &n);
	if (!rc)
		send_samples(utterance, ws, samples, n);
	return rc;
}

static size_t shortest(const struct asr *asr)
{
	int rate_hz = sends_ulaw(asr) ? ULAW_HZ : PCM_HZ;

	return (size_t)sv_samples(OPENAI_SHORTEST_MS, rate_hz);
}

int openai_live_finish(struct openai_utterance *utterance, struct sv_ws *ws)
{
	struct asr *asr = utterance->asr;
	const int16_t *samples = NULL;
	char id[OPENAI_EVENT_ID];
	char *message;
	size_t n = 0;
	int rc = 0;

	if (asr->resampler)
		rc = sv_resample_end(asr->resampler, &samples, &n);
	if (rc)
		return rc;
	send_samples(utterance, ws, samples, n);
	openai_live_release(asr);
	openai_live_id(utterance, id);
	if (utterance->sent < shortest(asr)) {
		message = sv_strdup("{\"type\":\"input_audio_buffer.clear\"}");
		openai_done(utterance, 0, json_pack("{ss}", "text", ""));
	} else {
		message = sv_format("{\"type\":\"input_audio_buffer.commit\","
		                    "\"event_id\":\"%s\"}",
		                    id);
	}
	sv_ws_send(ws, true, message, strlen(message));
	free(message);
	return 0;
}

size_t openai_live_samples(const struct asr *asr, size_t bytes)
{
	size_t sound = bytes * 3 / 4;

	return sends_ulaw(asr) ? sound
	                       : sound / 2 * (size_t)asr->rate_hz / PCM_HZ;
}

void openai_live_release(struct asr *asr)
{
	sv_resample_free(asr->resampler);
	asr->resampler = NULL;
}
