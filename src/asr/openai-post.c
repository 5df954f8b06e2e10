/*
 * openai-post.c: POST /v1/audio/transcriptions, a request an utterance
 *
 * The utterance is kept as a WAV file in memory until it is over. What a
 * compatible server may not know is sent only where it is set, or where the
 * model's name is one that is known to take it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/http.h"
#include "lib/pcm.h"

#include "src/asr/openai-form.h"
#include "src/asr/openai-wav.h"
#include "src/asr/openai.h"

enum {
	RETRIES = 2, /* as OpenAI's own client has it; where nobody waits */
	LIVE_IDLE_MS = 30000, /* what outlasts every budget */
	IDLE_MS = 120000,
	ANSWER_MAX = 8 << 20,
};

static int post_open(struct asr *asr)
{
	int rc = sv_http_new(&asr->http, asr->place->loop);

	if (!rc && asr->place->live)
		sv_http_warm(asr->http, &asr->model->openai.service);
	return rc;
}

static void post_close(struct asr *asr)
{
	sv_http_free(asr->http);
}

/* Before the recogniser is closed: its request is broken off. */
static void post_drop(struct openai_utterance *utterance)
{
	if (utterance->call)
		sv_http_cancel(utterance->call);
	sv_sse_release(&utterance->sse);
	sv_buf_release(&utterance->sound);
	sv_buf_release(&utterance->answer);
}

static int post_begin(struct asr *asr, struct openai_utterance *utterance)
{
	openai_wav_begin(&utterance->sound);
	if (asr->place->live)
		sv_http_warm(asr->http, &asr->model->openai.service);
	return 0;
}

static int post_feed(struct openai_utterance *utterance, const int16_t *samples,
                     size_t n)
{
	return openai_wav_add(&utterance->sound, samples, n);
}

/* --- the answer --- */

static int64_t length_ms(const struct openai_utterance *utterance)
{
	return sv_samples_ms((int64_t)utterance->n, utterance->asr->rate_hz);
}

/* a whole answer: json, verbose_json … or transcript.text.done */
static int take_answer(struct openai_utterance *utterance, const json_t *answer)
{
	int64_t ms = length_ms(utterance);
	json_t *fields = NULL;
	int rc = openai_fields(answer, utterance->offset_ms, ms, &fields);

	if (rc)
		return rc;
	openai_count(utterance->asr, json_object_get(answer, "usage"), ms);
	if (utterance->whole) { /* a recording: see openai-recording.c */
		json_decref(fields);
		fields = json_deep_copy(answer);
	}
	openai_done(utterance, 0, fields);
	return 0;
}

static int take_event(struct openai_utterance *utterance, const json_t *event)
{
	const struct asr *asr = utterance->asr;
	const char *type = json_string_value(json_object_get(event, "type"));
	const char *delta = json_string_value(json_object_get(event, "delta"));
	const json_t *error = json_object_get(event, "error");
	struct sv_openai_error told;

	if (json_is_object(error))
		return sv_openai_complaint(&asr->model->openai, error,
		                           asr->model->model, &told);
	if (type && !strcmp(type, "transcript.text.done")) {
		utterance->told = true;
		return take_answer(utterance, event);
	}
	if (type && delta && !strcmp(type, "transcript.text.delta"))
		return sv_buf_puts(&utterance->text, delta);
	return 0; /* tomorrow's */
}

static int on_event(void *arg, const char *name, const char *data, size_t len)
{
	struct openai_utterance *utterance = arg;
	json_t *event;
	int rc;

	(void)name; /* the type says it all */
	if (utterance->told || (len == 6 && !memcmp(data, "[DONE]", 6)))
		return 0;
	event = sv_openai_object("an event", data, len);
	if (!event)
		return EX_UNAVAILABLE;
	rc = take_event(utterance, event);
	json_decref(event);
	return rc;
}

/* A model that does not stream answers with an object all the same. */
static int take_piece(struct openai_utterance *utterance, const char *data,
                      size_t len)
{
	size_t i = 0;

	while (i < len && strchr(" \t\r\n", data[i]))
		i++;
	if (utterance->form == UNKNOWN && i < len)
		utterance->form = data[i] == '{' ? WHOLE : EVENTS;
	if (utterance->form == EVENTS)
		return sv_sse_feed(&utterance->sse, data, len);
	return sv_buf_add(&utterance->answer, data, len)
	               ? sv_fail(EX_UNAVAILABLE,
	                         "openai: an answer without an end")
	               : 0;
}

static int on_data(void *arg, const char *data, size_t len)
{
	struct openai_utterance *utterance = arg;
	size_t before = utterance->text.len;
	int rc = take_piece(utterance, data, len);

	if (rc) /* told of by on_done(), which is next */
		openai_done(utterance, rc, NULL);
	else if (utterance->text.len > before && !utterance->told)
		openai_notice(utterance->asr);
	return rc;
}

static int read_whole(struct openai_utterance *utterance, const char *text,
                      size_t len)
{
	json_t *answer = sv_openai_object("the answer", text, len);
	const json_t *error = json_object_get(answer, "error");
	int rc;

	if (!answer)
		return EX_UNAVAILABLE;
	rc = json_is_object(error) ? take_event(utterance, answer)
	                           : take_answer(utterance, answer);
	json_decref(answer);
	return rc;
}

static int read_answer(struct openai_utterance *utterance,
                       const struct sv_http_answer *answer)
{
	if (utterance->form == WHOLE)
		return read_whole(utterance, sv_buf_str(&utterance->answer),
		                  utterance->answer.len);
	if (!openai_streams(utterance->asr))
		return read_whole(utterance, answer->body, answer->len);
	return sv_fail(EX_UNAVAILABLE,
	               "openai: the answer broke off before its end");
}

static void on_done(void *arg, const struct sv_http_answer *answer)
{
	struct openai_utterance *utterance = arg;
	struct asr *asr = utterance->asr;
	struct sv_openai_error error = { 0 };
	int rc = 0;

	utterance->call = NULL;
	if (answer->code && !utterance->done)
		rc = sv_openai_failed(&asr->model->openai, answer,
		                      asr->model->model, &error);
	else if (!utterance->done)
		rc = read_answer(utterance, answer);
	if (rc)
		openai_done(utterance, rc, NULL);
	if (error.wait_ms)
		asr->retry_ms = error.wait_ms;
	openai_notice(asr);
}

/* --- the request --- */

static void start(struct openai_utterance *utterance)
{
	struct asr *asr = utterance->asr;
	const struct sv_openai *openai = &asr->model->openai;
	bool live = asr->place->live;
	char *id =
		asr->place->call && openai->own
			? sv_format("X-Client-Request-Id: %s", asr->place->call)
			: NULL;
	const char *headers[SV_OPENAI_HEADERS];
	struct openai_form form;
	struct sv_http_request request = {
		.service = &openai->service,
		.path = "/audio/transcriptions",
		.headers = headers,
		.secret_header = openai->authorization,
		.parts = form.parts,
		.idle_ms = live ? LIVE_IDLE_MS : IDLE_MS,
		.most = ANSWER_MAX,
		/* in a call the next engine is quicker than waiting is */
		.retries = live ? 0 : RETRIES,
		.again = sv_openai_again,
		.data = openai_streams(asr) ? on_data : NULL,
		.done = on_done,
		.arg = utterance,
	};

	openai_form_init(&form, utterance);
	request.n_parts = form.n;
	sv_openai_headers(openai, headers, id, NULL);
	utterance->call = sv_http_start(asr->http, &request);
	openai_form_release(&form);
	free(id);
}

static int post_finish(struct openai_utterance *utterance)
{
	int rate_hz = utterance->asr->rate_hz;
	int rc;

	if (!utterance->n) {
		openai_done(utterance, 0, json_pack("{ss}", "text", ""));
		return 0;
	}
	rc = openai_wav_end(&utterance->sound, rate_hz,
	                    (size_t)sv_samples(OPENAI_SHORTEST_MS, rate_hz));
	if (rc)
		return rc;
	sv_buf_init(&utterance->answer, ANSWER_MAX);
	sv_sse_init(&utterance->sse, ANSWER_MAX, on_event, utterance);
	start(utterance);
	sv_buf_release(&utterance->sound); /* the request has its own */
	return 0;
}

const struct openai_way openai_post = {
	.open = post_open,
	.close = post_close,
	.begin = post_begin,
	.feed = post_feed,
	.finish = post_finish,
	.drop = post_drop,
};
