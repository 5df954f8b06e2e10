/* speechkit_session.c: one session of SpeechKit's */
#include "src/asr/speechkit_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/grpc_retry.h"
#include "lib/log.h"
#include "lib/pcm.h"

/* one message holds a second at most: a replay is no reason to fill a buffer of
 * the service's */
enum { MESSAGE_MS = 1000 };

static void note_uuid(struct sk_session *session, const Sk__SessionUuid *given)
{
	size_t n = strspn(given->uuid, "0123456789abcdefABCDEF-_");

	if (*session->uuid || !n)
		return;
	snprintf(session->uuid, SK_UUID_MAX, "%.*s",
	         n < SK_UUID_MAX ? (int)n : SK_UUID_MAX - 1, given->uuid);
	sv_info("speechkit: session %s", session->uuid);
}

static void note_status(const Sk__StatusCode *code)
{
	if (code->code_type != 1)
		sv_info("speechkit: the service says: %.200s", code->message);
}

static int on_message(void *arg, const void *data, size_t len)
{
	struct sk_session *session = arg;
	Sk__StreamingResponse *response =
		sk__streaming_response__unpack(NULL, len, data);

	if (!response)
		return sv_fail(EX_UNAVAILABLE,
		               "speechkit: an answer that cannot be read");
	session->worked = true;
	if (response->session_uuid)
		note_uuid(session, response->session_uuid);
	if (response->event_case == SK__STREAMING_RESPONSE__EVENT_STATUS_CODE)
		note_status(response->status_code);
	session->answer(session->arg, session, response);
	sk__streaming_response__free_unpacked(response, NULL);
	return 0;
}

static void on_done(void *arg, const struct sv_grpc_status *status)
{
	struct sk_session *session = arg;

	session->call = NULL;
	session->done(session->arg, session, status);
}

static void on_metadata(void *arg, const char *name, const char *value,
                        size_t len)
{
	struct sk_session *session = arg;

	sv_grpc_retry(&session->retry_ms, name, value, len);
}

static void send(struct sk_session *session,
                 const Sk__StreamingRequest *request)
{
	size_t len = sk__streaming_request__get_packed_size(request);
	uint8_t *bytes = sv_alloc(len ? len : 1);

	sk__streaming_request__pack(request, bytes);
	sv_grpc_send(session->call, bytes, len);
	free(bytes);
	session->sent_ms = sv_now_ms();
}

static void send_options(struct sk_session *session,
                         const struct sk_opening *opening)
{
	Sk__StreamingRequest request = SK__STREAMING_REQUEST__INIT;
	Sk__SessionOptions options = SK__SESSION_OPTIONS__INIT;
	Sk__EouClassifier classifier = SK__EOU_CLASSIFIER__INIT;
	Sk__Empty external = SK__EMPTY__INIT;
	struct sk_asked asked;

	sk_asked_init(&asked, opening->model, opening->language,
	              opening->rate_hz);
	classifier.of_case = SK__EOU_CLASSIFIER__OF_EXTERNAL_CLASSIFIER;
	classifier.external_classifier = &external;
	options.recognition_model = &asked.model;
	options.eou_classifier = &classifier;
	if (asked.classifiers.n_classifiers)
		options.recognition_classifier = &asked.classifiers;
	request.event_case = SK__STREAMING_REQUEST__EVENT_SESSION_OPTIONS;
	request.session_options = &options;
	send(session, &request);
	sk_asked_release(&asked);
}

int sk_session_open(struct sk_session *session,
                    const struct sk_opening *opening)
{
	struct sv_grpc_request request = {
		.path = "/speechkit.stt.v3.Recognizer/RecognizeStreaming",
		.metadata_in = on_metadata,
		.message = on_message,
		.done = on_done,
		.arg = session,
	};
	struct sk_metadata metadata;
	int rc = sk_metadata_init(&metadata, opening->model, opening->call);

	if (rc)
		return rc;
	session->rate_hz = opening->rate_hz;
	snprintf(session->language, sizeof session->language, "%s",
	         opening->language);
	session->opened_ms = sv_now_ms();
	request.metadata = metadata.pairs;
	session->call = sv_grpc_start(opening->channel, &request);
	sk_metadata_release(&metadata);
	send_options(session, opening);
	return 0;
}

void sk_session_free(struct sk_session *session)
{
	if (!session)
		return;
	if (session->call)
		sv_grpc_cancel(session->call);
	free(session);
}

static void send_sound(struct sk_session *session, const int16_t *samples,
                       size_t n)
{
	Sk__StreamingRequest request = SK__STREAMING_REQUEST__INIT;
	Sk__AudioChunk chunk = SK__AUDIO_CHUNK__INIT;
	uint8_t *copy = sv_alloc(n * sizeof *samples);

	memcpy(copy, samples, n * sizeof *samples);
	chunk.data.data = copy;
	chunk.data.len = n * sizeof *samples;
	request.event_case = SK__STREAMING_REQUEST__EVENT_CHUNK;
	request.chunk = &chunk;
	send(session, &request);
	free(copy);
}

void sk_session_sound(struct sk_session *session, const int16_t *samples,
                      size_t n)
{
	const size_t most = (size_t)sv_samples(MESSAGE_MS, session->rate_hz);

	session->samples += (int64_t)n;
	session->seconds += (double)n / session->rate_hz;
	session->bytes += n * sizeof *samples;
	while (n) {
		size_t part = n < most ? n : most;

		send_sound(session, samples, part);
		samples += part;
		n -= part;
	}
}

void sk_session_silence(struct sk_session *session, int64_t ms)
{
	Sk__StreamingRequest request = SK__STREAMING_REQUEST__INIT;
	Sk__SilenceChunk silence = SK__SILENCE_CHUNK__INIT;

	silence.duration_ms = ms;
	request.event_case = SK__STREAMING_REQUEST__EVENT_SILENCE_CHUNK;
	request.silence_chunk = &silence;
	session->samples += sv_samples(ms, session->rate_hz);
	session->seconds += (double)ms / 1000;
	send(session, &request);
}

void sk_session_eou(struct sk_session *session)
{
	Sk__StreamingRequest request = SK__STREAMING_REQUEST__INIT;
	Sk__Empty eou = SK__EMPTY__INIT;

	request.event_case = SK__STREAMING_REQUEST__EVENT_EOU;
	request.eou = &eou;
	send(session, &request);
}

void sk_session_end(struct sk_session *session)
{
	if (!session->ended)
		sv_grpc_end(session->call);
	session->ended = true;
}

int64_t sk_session_ms(const struct sk_session *session)
{
	return sv_samples_ms(session->samples, session->rate_hz);
}

int64_t sk_session_used(const struct sk_session *session,
                        const struct asr_model *model)
{
	int64_t age_ms = sv_now_ms() - session->opened_ms;
	int64_t sent_ms = sk_session_ms(session);
	int64_t by_time = (sent_ms > age_ms ? sent_ms : age_ms) * 1000 /
	                  model->session_ms;
	int64_t by_size = (int64_t)session->bytes * 1000 / model->session_bytes;

	return by_time > by_size ? by_time : by_size;
}
