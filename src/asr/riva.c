/*
 * riva.c: speech to text by NVIDIA Riva, one stream an utterance on a
 * connection that is kept warm
 *
 * Recordings are heard by streams, too: what is recognised is the same as in a
 * call, a stream has no limit of size as a single message has, and flow control
 * sees that no more is sent than the service takes.
 */
#include "src/asr/riva.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/grpc.h"
#include "lib/grpc_retry.h"

#include "src/asr/riva_model.h"
#include "src/asr/riva_text.h"

/* an utterance whose text was not asked for yet, and its stream */
struct stream {
	struct asr *asr;
	struct sv_grpc_call *call; /* NULL when it is over */
	struct riva_text text;
	double seconds; /* sent, and not counted: nothing was answered */
	bool answered, finished;
	int64_t offset_ms;
	struct stream *next;
};

struct asr {
	struct asr_model *model;
	struct asr_place place;
	struct sv_grpc *channel;
	int rate_hz;
	char language[3];
	json_t *hints; /* of the question, or NULL */
	struct stream *first, *last;
	int retry_ms; /* as the service asks when it refuses; or 0 */
	int failed;   /* a code, and why */
	char *why;
	double seconds; /* counted and not told by spent() */
	struct sv_timer bell;
};

/* Has the owner told, from the loop and with nothing of ours on the stack: it
 * may close us. */
static void ring(struct asr *asr)
{
	if (!asr->bell.armed)
		sv_loop_arm(asr->place.loop, &asr->bell, sv_now_ms());
}

static int on_bell(void *arg)
{
	struct asr *asr = arg;

	asr->place.notice(asr->place.arg);
	return 0;
}

static void fail(struct asr *asr, int code)
{
	if (asr->failed)
		return;
	asr->failed = code;
	asr->why = sv_strdup(sv_why());
	ring(asr);
}

static int failure(const struct asr *asr)
{
	return sv_fail(asr->failed, "%s", asr->why);
}

/* --- a stream --- */

static int on_message(void *arg, const void *data, size_t len)
{
	struct stream *stream = arg;
	Riva__StreamingRecognizeResponse *response =
		riva__streaming_recognize_response__unpack(NULL, len, data);

	if (!response)
		return sv_fail(EX_UNAVAILABLE,
		               "riva: an answer that cannot be read");
	stream->answered = true;
	if (riva_text_take(&stream->text, response) && !stream->finished)
		ring(stream->asr);
	riva__streaming_recognize_response__free_unpacked(response, NULL);
	return 0;
}

static void on_metadata(void *arg, const char *name, const char *value,
                        size_t len)
{
	struct stream *stream = arg;

	sv_grpc_retry(&stream->asr->retry_ms, name, value, len);
}

static void on_done(void *arg, const struct sv_grpc_status *status)
{
	struct stream *stream = arg;
	struct asr *asr = stream->asr;

	stream->call = NULL;
	stream->answered |= !status->exit;
	if (status->exit || !stream->finished || stream->text.owes)
		fail(asr, riva_fail(status));
	/* if the connection is going away, the next utterance finds another */
	sv_grpc_warm(asr->channel);
	ring(asr);
}

/* What was sent to a stream that has never answered costs nothing. */
static void count(struct asr *asr, struct stream *stream)
{
	if (!stream->answered)
		return;
	asr->seconds += stream->seconds;
	stream->seconds = 0;
}

static void drop_first(struct asr *asr)
{
	struct stream *first = asr->first;

	count(asr, first);
	asr->first = first->next;
	if (!asr->first)
		asr->last = NULL;
	if (first->call)
		sv_grpc_cancel(first->call);
	riva_text_release(&first->text);
	free(first);
}

static void send_config(struct asr *asr, struct stream *stream)
{
	const struct riva_asked asked = {
		.language = asr->language,
		.rate_hz = asr->rate_hz,
		.hints = asr->hints,
		.call = asr->place.call,
	};
	size_t len;
	uint8_t *bytes = riva_config(asr->model, &asked, &len);

	sv_grpc_send(stream->call, bytes, len);
	free(bytes);
}

static int start(struct asr *asr, struct stream *stream)
{
	struct sv_grpc_request request = {
		.path = "/nvidia.riva.asr.RivaSpeechRecognition/"
			"StreamingRecognize",
		.metadata_in = on_metadata,
		.message = on_message,
		.done = on_done,
		.arg = stream,
	};
	struct riva_metadata metadata;
	int rc = riva_metadata_init(&metadata, asr->model);

	if (rc)
		return rc;
	request.metadata = metadata.pairs;
	stream->call = sv_grpc_start(asr->channel, &request);
	riva_metadata_release(&metadata);
	send_config(asr, stream);
	return 0;
}

static void send_sound(struct stream *stream, const int16_t *samples, size_t n)
{
	Riva__StreamingRecognizeRequest request =
		RIVA__STREAMING_RECOGNIZE_REQUEST__INIT;
	const size_t size = n * sizeof *samples;
	uint8_t *copy = sv_alloc(size);
	uint8_t *bytes;
	size_t len;

	memcpy(copy, samples, size);
	request.of_case = RIVA__STREAMING_RECOGNIZE_REQUEST__OF_AUDIO_CONTENT;
	request.audio_content.data = copy;
	request.audio_content.len = size;
	len = riva__streaming_recognize_request__get_packed_size(&request);
	bytes = sv_alloc(len);
	riva__streaming_recognize_request__pack(&request, bytes);
	sv_grpc_send(stream->call, bytes, len);
	free(bytes);
	free(copy);
}

/* --- the engine --- */

static int riva_rate(const struct asr_model *model, int line_hz)
{
	(void)model;
	return line_hz == 8000 ? 8000 : 16000;
}

static void riva_close(struct asr *asr)
{
	if (!asr)
		return;
	sv_loop_disarm(asr->place.loop, &asr->bell);
	while (asr->first)
		drop_first(asr);
	if (asr->channel)
		sv_grpc_free(asr->channel);
	json_decref(asr->hints);
	free(asr->why);
	free(asr);
}

static int riva_open(struct asr **made, struct asr_model *model,
                     const struct asr_place *place)
{
	struct asr *asr = sv_alloc(sizeof *asr);
	int rc;

	asr->model = model;
	asr->place = *place;
	asr->rate_hz = riva_rate(model, place->rate_hz);
	memcpy(asr->language, model->language, 2);
	asr->bell = (struct sv_timer){ .fire = on_bell, .arg = asr };
	rc = sv_grpc_new(&asr->channel, place->loop, &model->service);
	if (rc) {
		riva_close(asr);
		return rc;
	}
	sv_grpc_warm(asr->channel);
	*made = asr;
	return 0;
}

static bool riva_ready(const struct asr *asr)
{
	return sv_grpc_ready(asr->channel);
}

static int riva_retry_ms(const struct asr *asr)
{
	return asr->retry_ms;
}

static int riva_expect(struct asr *asr, const struct expect *expect)
{
	json_decref(asr->hints);
	asr->hints = expect->hints ? json_incref(expect->hints) : NULL;
	if (*expect->language)
		memcpy(asr->language, expect->language, 2);
	return asr->failed ? failure(asr) : 0;
}

static int riva_begin(struct asr *asr)
{
	struct stream *stream;

	if (asr->failed)
		return failure(asr);
	stream = sv_alloc(sizeof *stream);
	stream->asr = asr;
	riva_text_init(&stream->text);
	if (asr->last)
		asr->last->next = stream;
	else
		asr->first = stream;
	asr->last = stream;
	return start(asr, stream);
}

static int riva_feed(struct asr *asr, const int16_t *samples, size_t n)
{
	if (asr->failed)
		return failure(asr);
	/* the end of its stream, if it has come, is told by now or soon */
	if (asr->last->call)
		send_sound(asr->last, samples, n);
	asr->last->seconds += (double)n / asr->rate_hz;
	return 0;
}

static int riva_partial(struct asr *asr, const char **text)
{
	*text = "";
	if (asr->failed)
		return failure(asr);
	if (asr->last && !asr->last->finished)
		*text = sv_buf_str(&asr->last->text.partial);
	return 0;
}

static int riva_finish(struct asr *asr, int64_t offset_ms, bool cut)
{
	(void)cut; /* a stream's end has all of it decoded */
	if (asr->failed)
		return failure(asr);
	asr->last->finished = true;
	asr->last->offset_ms = offset_ms;
	if (asr->last->call)
		sv_grpc_end(asr->last->call);
	return 0;
}

static int riva_result(struct asr *asr, json_t **fields)
{
	struct stream *first = asr->first;

	*fields = NULL;
	if (first && first->finished && !first->call && !asr->failed) {
		*fields = riva_text_fields(&first->text, first->offset_ms);
		drop_first(asr);
	}
	return !*fields && asr->failed ? failure(asr) : 0;
}

static size_t riva_waiting(const struct asr *asr)
{
	const struct stream *last = asr->last;

	return last && last->call
	               ? sv_grpc_waiting(last->call) / sizeof(int16_t)
	               : 0;
}

static void riva_spent(struct asr *asr, struct asr_spent *spent)
{
	for (struct stream *stream = asr->first; stream; stream = stream->next)
		count(asr, stream);
	spent->seconds += asr->seconds;
	asr->seconds = 0;
}

const struct asr_engine asr_riva = {
	.name = "riva",
	.about = "words, by NVIDIA Riva",
	.settings = riva_settings,
	.remote = true,
	.partials = true,
	.load = riva_load,
	.unload = riva_unload,
	.rate = riva_rate,
	.place = riva_place,
	.variant = riva_variant,
	.identify = riva_identify,
	.open = riva_open,
	.close = riva_close,
	.ready = riva_ready,
	.retry_ms = riva_retry_ms,
	.expect = riva_expect,
	.begin = riva_begin,
	.feed = riva_feed,
	.partial = riva_partial,
	.finish = riva_finish,
	.result = riva_result,
	.waiting = riva_waiting,
	.spent = riva_spent,
	.probe = riva_probe,
};
