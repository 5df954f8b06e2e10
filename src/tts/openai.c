/*
 * openai.c: speech by OpenAI's POST /v1/audio/speech, and by servers that
 * have it, too
 *
 * The sound is asked for as PCM, which comes while it is made, in pieces that
 * end anywhere. A request is one sentence, and never sent again: what failed
 * is the next engine's.
 */
#include "lib/openai.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/http.h"
#include "lib/loop.h"
#include "lib/resample.h"
#include "lib/utf8.h"

#include "src/tts/engine.h"
#include "src/tts/sentence.h"
#include "src/tts/settings.h"

enum {
	PCM_HZ = 24000,   /* of OpenAI's pcm, which has no header */
	INPUT_MAX = 4096, /* characters of a request */
	IDLE_MS = 30000,  /* what outlasts every budget */
	BLOCK = 1024,
	HEAD = 4, /* bytes by which other things than PCM are known */
};

/* OpenAI has no successor for the interface yet: sv-tts(1) says when this
 * one goes. */
static const char *const usual_model = "gpt-4o-mini-tts";
static const char *const usual_voice = "alloy"; /* every model has it */

static const char *const voices[] = { "alloy", "ash",  "ballad", "cedar",
	                              "coral", "echo", "fable",  "marin",
	                              "nova",  "onyx", "sage",   "shimmer",
	                              "verse", NULL };

/* what servers that know no pcm send, and proxies */
static const char *const no_pcm[] = { "RIFF", "OggS", "fLaC",  "ID3\3", "ID3\4",
	                              "<htm", "<!do", "{\"er", "{\"de", NULL };

/* the request going on */
struct job {
	struct tts_sound *sound;
	struct sv_http_call *call; /* NULL when it is over */
	size_t got;                /* bytes */
	char head[HEAD];
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
	struct job job;
	char *voice; /* the last one told */
	double characters;
	int retry_ms; /* of the last failure */
};

/* --- settings --- */

static int read_settings(struct tts *tts, const struct sv_list *settings)
{
	int rc = tts_setting_manner(settings, "openai", &tts->manner);

	tts->model = sv_setting(settings, "openai", "model");
	if (!tts->model)
		tts->model = usual_model;
	tts->instructions = sv_setting(settings, "openai", "instructions");
	tts->pcm_hz = PCM_HZ;
	if (!rc)
		rc = sv_setting_int(settings, "openai", "pcm_rate",
		                    &tts->pcm_hz);
	if (rc)
		return rc;
	if (tts->pcm_hz < SV_RESAMPLE_MIN || tts->pcm_hz > SV_RESAMPLE_MAX)
		return sv_fail(EX_USAGE, "openai: pcm_rate %d is no rate",
		               tts->pcm_hz);
	if (tts->instructions && !strncmp(tts->model, "tts-1", 5))
		return sv_fail(EX_USAGE,
		               "openai: model %s takes no "
		               "instructions",
		               tts->model);
	if (tts->instructions &&
	    sv_utf8_count(tts->instructions, strlen(tts->instructions)) >
	            INPUT_MAX)
		return sv_fail(EX_USAGE,
		               "openai: instructions of more than %d "
		               "characters",
		               INPUT_MAX);
	return 0;
}

static void close_openai(struct tts *tts)
{
	if (!tts)
		return;
	sv_http_free(tts->http);
	sv_loop_free(tts->loop);
	sv_openai_release(&tts->openai);
	free(tts->voice);
	free(tts);
}

static int open_openai(struct tts **made, const struct tts_config *config)
{
	struct tts *tts = sv_alloc(sizeof(*tts));
	int rc = sv_openai_init(&tts->openai, &config->settings);

	tts->config = config;
	if (!rc)
		rc = read_settings(tts, &config->settings);
	if (!rc) {
		tts->loop = sv_loop_new();
		rc = sv_http_new(&tts->http, tts->loop);
	}
	if (rc)
		close_openai(tts);
	else
		*made = tts;
	return rc;
}

static bool known(const char *name)
{
	size_t i = 0;

	if (!strncmp(name, "voice_", 6))
		return true;
	while (voices[i] && strcmp(voices[i], name) != 0)
		i++;
	return voices[i] != NULL;
}

/* A voice that the dialog names may be another engine's; one that is set here
 * is the service's to know. */
static const char *voice(struct tts *tts, const char *language,
                         const char *wanted)
{
	const char *set =
		tts_setting_voice(&tts->config->settings, "openai", language);
	const char *found = set ? set : usual_voice;

	if (wanted && known(wanted))
		found = wanted;
	free(tts->voice);
	tts->voice = sv_strdup(found);
	return tts->voice;
}

static int identify(const struct tts *tts, struct sv_buf *out)
{
	return sv_buf_printf(
		out, "openai 1 %s model=%s rate=%d volume=%d pcm=%d said=%s",
		tts->openai.service.url, tts->model, tts->manner.rate,
		tts->manner.volume, tts->pcm_hz,
		tts->instructions ? tts->instructions : "");
}

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
	struct job *job = &tts->job;
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
	struct job *job = &tts->job;
	int rc = tts->manner.volume == 100
	                 ? tts_sound_add_bytes(job->sound, data, len)
	                 : add_scaled(tts, (const unsigned char *)data, len);

	job->got += len;
	return rc;
}

static int check_head(const struct job *job)
{
	for (size_t i = 0; no_pcm[i]; i++)
		if (!strncasecmp(job->head, no_pcm[i], HEAD))
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
	struct job *job = &tts->job;
	size_t n = 0;
	int rc = 0;

	while (job->got + n < HEAD && n < len) {
		job->head[job->got + n] = data[n];
		n++;
	}
	if (job->got < HEAD && job->got + n < HEAD) {
		job->got += n;
		return 0;
	}
	if (job->got < HEAD) {
		rc = check_head(job);
		job->got = 0;
		if (!rc)
			rc = add(tts, job->head, HEAD);
	}
	if (!rc && n < len)
		rc = add(tts, data + n, len - n);
	job->rc = rc;
	return rc;
}

static int ended(const struct tts *tts)
{
	if (tts->job.got < HEAD)
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
	struct job *job = &tts->job;
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

/* one request, to its end */
static int speak_part(struct tts *tts, const struct tts_phrase *phrase,
                      const char *text, size_t len, struct tts_sound *sound)
{
	struct job *job = &tts->job;
	int rc;

	*job = (struct job){ .sound = sound };
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

/* as many whole sentences of text as one request may hold */
static size_t part(const char *text)
{
	size_t all = strlen(text), len = 0;

	while (len < all) {
		size_t more = tts_sentence(text + len, all - len);

		if (len && sv_utf8_count(text, len + more) > INPUT_MAX)
			break;
		len += more;
	}
	return len;
}

static int speak(struct tts *tts, const struct tts_phrase *phrase,
                 struct tts_sound *sound)
{
	const char *text = phrase->text;
	int rc = tts_sound_from(sound, tts->pcm_hz);

	while (!rc && *text) {
		size_t len = part(text);
		size_t trimmed = tts_trim(text, len);

		if (trimmed)
			rc = speak_part(tts, phrase, text, trimmed, sound);
		text += len;
	}
	return rc;
}

/* --- the rest --- */

static const char *place(const struct tts *tts)
{
	return tts->openai.place;
}

static int retry_ms(const struct tts *tts)
{
	return tts->retry_ms;
}

static void warm(struct tts *tts)
{
	sv_http_warm(tts->http, &tts->openai.service);
}

static void tend(struct tts *tts)
{
	sv_loop_step(tts->loop, 0);
}

static void spent(struct tts *tts, struct tts_spent *counted)
{
	counted->characters += tts->characters;
	counted->model = tts->model;
	tts->characters = 0;
}

static int list_voices(struct tts *tts, struct sv_buf *out)
{
	int rc = 0;

	(void)tts;
	for (size_t i = 0; !rc && voices[i]; i++)
		rc = sv_buf_printf(out, "%s%s", i ? " " : "", voices[i]);
	return rc;
}

static const char *const settings[] = { "model",   "instructions", "pcm_rate",
	                                "project", "organization", NULL };

const struct tts_engine tts_openai = {
	.name = "openai",
	.about = "OpenAI's voices, or those of a server that speaks as it does",
	.settings = settings,
	.remote = true,
	.open = open_openai,
	.close = close_openai,
	.voice = voice,
	.identify = identify,
	.speak = speak,
	.place = place,
	.retry_ms = retry_ms,
	.warm = warm,
	.tend = tend,
	.spent = spent,
	.voices = list_voices,
};
