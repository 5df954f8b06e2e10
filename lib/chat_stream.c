/* chat_stream: what a model says, read from a stream of events */
#include "lib/chat_stream.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/chat_json.h"
#include "lib/fail.h"

enum { EVENT_MAX = 1 << 20, MODEL_MAX = 128 };

static const struct {
	const char *name;
	enum chat_finish finish;
} finishes[] = {
	{ "length", CHAT_LENGTH },
	{ "content_filter", CHAT_FILTER },
};

/* --- what a chunk has --- */

static int add(struct sv_buf *buf, const char *text, size_t len)
{
	if (sv_buf_add(buf, text, len))
		return sv_fail(EX_UNAVAILABLE,
		               "the answer has more than %d bytes",
		               SV_CHAT_TEXT_MAX);
	return 0;
}

static int take_said(struct chat_stream *stream, const json_t *content)
{
	size_t len = json_string_length(content);
	int rc;

	if (!len)
		return 0;
	stream->pieces++;
	rc = add(&stream->said, json_string_value(content), len);
	return rc ? rc
	          : stream->text(stream->arg, json_string_value(content), len);
}

static int take_refusal(struct chat_stream *stream, const json_t *refusal)
{
	size_t len = json_string_length(refusal);

	if (!len)
		return 0;
	stream->pieces++;
	return add(&stream->refusal, json_string_value(refusal), len);
}

/* Text that was thought (reasoning, reasoning_content, thinking) is not text
 * that is said: those keys, and parts of other types, are not looked at. */
static int take_text(struct chat_stream *stream, const json_t *delta)
{
	const json_t *content = json_object_get(delta, "content");
	json_t *part;
	size_t i;
	int rc = take_said(stream, content);

	json_array_foreach (content, i, part) {
		if (!rc) /* Mistral sends parts */
			rc = take_said(stream, json_object_get(part, "text"));
	}
	if (!rc)
		rc = take_refusal(stream, json_object_get(delta, "refusal"));
	return rc;
}

static int take_uses(struct chat_stream *stream, const json_t *delta)
{
	const json_t *calls = json_object_get(delta, "tool_calls");

	if (!json_array_size(calls))
		return 0;
	stream->pieces++;
	return chat_uses_take(&stream->uses, calls);
}

static void take_finish(struct chat_stream *stream, const json_t *choice)
{
	const char *reason =
		json_string_value(json_object_get(choice, "finish_reason"));

	if (!reason || !*reason)
		return;
	stream->finish = CHAT_STOP;
	for (size_t i = 0; i < sizeof finishes / sizeof *finishes; i++)
		if (!strcmp(reason, finishes[i].name))
			stream->finish = finishes[i].finish;
}

/* Of several answers, which were not asked for, the first. */
static int take_choice(struct chat_stream *stream, const json_t *choice)
{
	const json_t *delta = json_object_get(choice, "delta");
	int rc;

	if (json_integer_value(json_object_get(choice, "index")))
		return 0;
	if (!json_is_object(delta))
		delta = json_object_get(choice, "message");
	rc = take_text(stream, delta);
	if (!rc)
		rc = take_uses(stream, delta);
	if (!rc)
		take_finish(stream, choice);
	return rc;
}

static int64_t count_at(const json_t *object, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(object, key));

	return n > 0 ? n : 0;
}

static void take_usage(struct chat_stream *stream, const json_t *usage)
{
	if (!json_is_object(usage))
		return;
	stream->counted = true;
	stream->input = count_at(usage, "prompt_tokens");
	stream->output = count_at(usage, "completion_tokens");
	stream->cached =
		count_at(json_object_get(usage, "prompt_tokens_details"),
	                 "cached_tokens");
	if (stream->cached > stream->input)
		stream->cached = stream->input;
}

/* {"error": {…}}, {"error": "…"}, FastAPI's {"detail": …}; what old vLLM has at
 * the top is known by its object */
static json_t *error_in(json_t *chunk)
{
	const char *object =
		json_string_value(json_object_get(chunk, "object"));
	json_t *error = json_object_get(chunk, "error");

	if (object && !strcmp(object, "error"))
		return json_incref(chunk);
	if (!error && !json_object_get(chunk, "choices"))
		error = json_object_get(chunk, "detail");
	if (json_is_string(error))
		return json_pack("{sO}", "message", error);
	return json_is_object(error) ? json_incref(error) : NULL;
}

static int take_error(struct chat_stream *stream, json_t *chunk)
{
	if (!stream->finish) /* what comes behind the end hurts nobody */
		stream->error = error_in(chunk);
	if (stream->error)
		return sv_fail(EX_UNAVAILABLE, "the service breaks off");
	return 0;
}

static int take_chunk(struct chat_stream *stream, json_t *chunk)
{
	const char *model = json_string_value(json_object_get(chunk, "model"));
	json_t *choice;
	size_t i;
	int rc = take_error(stream, chunk);

	if (!rc && model && *model && !stream->model)
		stream->model = sv_strndup(model, MODEL_MAX);
	json_array_foreach (json_object_get(chunk, "choices"), i, choice) {
		if (!rc)
			rc = take_choice(stream, choice);
	}
	if (!rc)
		take_usage(stream, json_object_get(chunk, "usage"));
	return rc;
}

/* --- events --- */

static int take_json(struct chat_stream *stream, const char *text, size_t len)
{
	json_t *chunk = chat_json(text, len);
	int rc;

	if (!chunk)
		return sv_fail(EX_UNAVAILABLE,
		               "an event of the stream is no JSON object");
	rc = take_chunk(stream, chunk);
	json_decref(chunk);
	return rc;
}

static int event(void *arg, const char *name, const char *data, size_t len)
{
	struct chat_stream *stream = arg;

	(void)name;
	if (stream->done)
		return 0;
	if (len == 6 && !memcmp(data, "[DONE]", 6)) {
		stream->done = true;
		return 0;
	}
	return take_json(stream, data, len);
}

/* A line that is no field of an event: Ollama puts its errors there. */
static int stray(void *arg, const char *line, size_t len)
{
	struct chat_stream *stream = arg;
	json_t *object = *line == '{' ? chat_json(line, len) : NULL;
	int rc = object && !stream->done ? take_error(stream, object) : 0;

	json_decref(object);
	return rc;
}

/* --- the body --- */

void chat_stream_init(struct chat_stream *stream,
                      int (*text)(void *arg, const char *text, size_t len),
                      void *arg)
{
	*stream = (struct chat_stream){ .text = text, .arg = arg };
	sv_buf_init(&stream->said, SV_CHAT_TEXT_MAX);
	sv_buf_init(&stream->refusal, SV_CHAT_TEXT_MAX);
	sv_buf_init(&stream->whole, EVENT_MAX);
	sv_sse_init(&stream->sse, EVENT_MAX, event, stream);
	stream->sse.stray = stray;
}

void chat_stream_release(struct chat_stream *stream)
{
	sv_buf_release(&stream->said);
	sv_buf_release(&stream->refusal);
	sv_buf_release(&stream->whole);
	sv_sse_release(&stream->sse);
	chat_uses_release(&stream->uses);
	free(stream->model);
	json_decref(stream->error);
}

int chat_stream_feed(struct chat_stream *stream, const char *bytes, size_t len)
{
	while (!stream->begun && len && strchr(" \t\r\n", *bytes)) {
		bytes++;
		len--;
	}
	if (!stream->begun && len) {
		stream->begun = true;
		stream->is_whole = *bytes == '{';
	}
	if (!stream->is_whole)
		return sv_sse_feed(&stream->sse, bytes, len);
	if (sv_buf_add(&stream->whole, bytes, len))
		return sv_fail(EX_UNAVAILABLE,
		               "the answer has more than %d bytes", EVENT_MAX);
	return 0;
}

int chat_stream_end(struct chat_stream *stream)
{
	int rc = 0;

	if (stream->is_whole)
		rc = take_json(stream, sv_buf_str(&stream->whole),
		               stream->whole.len);
	if (rc || stream->done || stream->finish)
		return rc;
	/* an event whose empty line never came */
	rc = sv_sse_feed(&stream->sse, "\n\n", 2);
	if (rc || stream->done || stream->finish)
		return rc;
	return sv_fail(EX_UNAVAILABLE, "the answer ends before it is complete");
}
