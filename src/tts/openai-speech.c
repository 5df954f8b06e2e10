/* openai-speech.c: one request for speech, and the sound that comes of it */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/utf8.h"

#include "src/tts/openai.h"

enum {
	BLOCK = 1024,
	IDLE_MS = 30000, /* what outlasts every budget */
};

/* what servers that know no pcm send, and proxies */
static const char *const no_pcm[] = { "RIFF", "OggS", "fLaC",  "ID3\3", "ID3\4",
	                              "<htm", "<!do", "{\"er", "{\"de", NULL };

/* --- what comes --- */

static int16_t louder(int sample, int percent)
{
	int value = sample * percent / 100;

	if (value > INT16_MAX)
		return INT16_MAX;
	return (int16_t)(value < INT16_MIN ? INT16_MIN : value);
}

/* The service has no volume: the samples are multiplied. */
static int add_scaled(struct tts *tts, const unsigned char *data, size_t len)
{
	struct openai_job *job = &tts->job;
	int16_t block[BLOCK];
	size_t i = 0, n = 0;
	int rc = 0;

	for (; !rc && i < len; i++) {
		if ((job->got + i) % 2)
			block[n++] = louder(
				(int16_t)(uint16_t)(job->half | data[i] << 8),
				tts->manner.volume);
		job->half = data[i];
		if (n == BLOCK || (n && i + 1 == len)) {
			rc = tts_sound_add(job->sound, block, n);
			n = 0;
		}
	}
	return rc;
}

static int add(struct tts *tts, const char *data, size_t len)
{
	struct openai_job *job = &tts->job;
	int rc = tts->manner.volume == 100
	                 ? tts_sound_add_bytes(job->sound, data, len)
	                 : add_scaled(tts, (const unsigned char *)data, len);

	job->got += len;
	return rc;
}

static int check_head(const struct openai_job *job)
{
	for (size_t i = 0; no_pcm[i]; i++)
		if (!strncasecmp(job->head, no_pcm[i], OPENAI_HEAD))
			return sv_fail(EX_UNAVAILABLE,
			               "openai: the answer is no PCM: it "
			               "begins like another kind of file "
			               "or page");
	return 0;
}

/* A piece of the sound. The first four bytes are looked at before they are
 * heard. */
static int on_data(void *arg, const char *data, size_t len)
{
	struct tts *tts = arg;
	struct openai_job *job = &tts->job;
	size_t n = 0;
	int rc = 0;

	while (job->got + n < OPENAI_HEAD && n < len) {
		job->head[job->got + n] = data[n];
		n++;
	}
	if (job->got < OPENAI_HEAD && job->got + n < OPENAI_HEAD) {
		job->got += n;
		return 0;
	}
	if (job->got < OPENAI_HEAD) {
		rc = check_head(job);
		job->got = 0;
		if (!rc)
			rc = add(tts, job->head, OPENAI_HEAD);
	}
	if (!rc && n < len)
		rc = add(tts, data + n, len - n);
	job->rc = rc;
	return rc;
}

static int ended(const struct tts *tts)
{
	if (tts->job.got < OPENAI_HEAD)
		return sv_fail(EX_UNAVAILABLE,
		               "openai: the answer has no sound in it");
	if (tts->job.got % 2)
		return sv_fail(EX_UNAVAILABLE,
		               "openai: the sound ends within a sample");
	return 0;
}

static void on_done(void *arg, const struct sv_http_answer *answer)
{
	struct tts *tts = arg;
	struct openai_job *job = &tts->job;
	struct sv_openai_error error;

	job->call = NULL;
	job->done = true;
	if (job->rc) /* on_data()'s, which may be a wish to stop */
		return;
	if (!answer->code) {
		job->rc = ended(tts);
		return;
	}
	job->rc = sv_openai_failed(&tts->openai, answer, tts->model, &error);
	tts->retry_ms = error.wait_ms;
}

/* --- what is asked --- */

static json_t *named(const char *voice_name)
{
	return !strncmp(voice_name, "voice_", 6)
	               ? json_pack("{ss}", "id", voice_name)
	               : json_string(voice_name);
}

/* The service refuses keys it does not know, and a server that is compatible
 * knows fewer: what is not set is not sent. */
static char *body_of(const struct tts *tts, const struct tts_phrase *phrase,
                     const char *text, size_t len)
{
	json_t *body = json_pack("{ss so ss% ss}", "model", tts->model, "voice",
	                         named(phrase->voice), "input", text, len,
	                         "response_format", "pcm");
	char *made;

	if (body && tts->manner.rate != 100)
		json_object_set_new(body, "speed",
		                    json_real(tts->manner.rate / 100.0));
	if (body && tts->instructions)
		json_object_set_new(body, "instructions",
		                    json_string(tts->instructions));
	made = body ? json_dumps(body, JSON_COMPACT | JSON_REAL_PRECISION(4))
	            : NULL;
	json_decref(body);
	return made;
}

static int ask(struct tts *tts, const struct tts_phrase *phrase,
               const char *text, size_t len)
{
	char *body = body_of(tts, phrase, text, len);
	char *id = phrase->call && tts->openai.own
	                   ? sv_format("X-Client-Request-Id: %s", phrase->call)
	                   : NULL;
	const char *headers[SV_OPENAI_HEADERS];
	struct sv_http_request request = {
		.service = &tts->openai.service,
		.path = "/audio/speech",
		.headers = headers,
		.secret_header = tts->openai.authorization,
		.body = body,
		.idle_ms = IDLE_MS,
		.data = on_data,
		.done = on_done,
		.arg = tts,
	};

	if (!body)
		return sv_fail(EX_DATAERR, "openai: a text that is no UTF-8");
	request.len = strlen(body);
	sv_openai_headers(&tts->openai, headers,
	                  "Content-Type: application/json", id);
	tts->job.call = sv_http_start(tts->http, &request);
	free(body);
	free(id);
	return 0;
}

int openai_speech(struct tts *tts, const struct tts_phrase *phrase,
                  const char *text, size_t len, struct tts_sound *sound)
{
	struct openai_job *job = &tts->job;
	int rc;

	*job = (struct openai_job){ .sound = sound };
	tts->retry_ms = 0;
	rc = ask(tts, phrase, text, len);
	if (!rc)
		rc = tts_sound_wait(sound, tts->loop, &job->done);
	if (job->call)
		sv_http_cancel(job->call);
	job->call = NULL;
	if (job->got) /* what was refused costs nothing */
		tts->characters += (double)sv_utf8_count(text, len);
	return rc ? rc : job->rc;
}
