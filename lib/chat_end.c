/* chat_end: how a request ended, and what it has cost */
#include <string.h>

#include "lib/chat_inside.h"
#include "lib/clock.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/price.h"

void chat_event(struct sv_chat_call *call, const char *type, json_t *fields)
{
	if (call->request.event && !call->cancelled)
		call->request.event(call->request.arg, type, fields);
	else
		json_decref(fields);
}

/* --- costs --- */

struct tokens {
	bool counted;
	int64_t input, output, cached;
};

/* what the service has counted, else what can be guessed */
static struct tokens count(const struct chat_try *try)
{
	const struct chat_stream *stream = &try->stream;
	struct tokens tokens = { .counted = stream->counted,
		                 .input = stream->input,
		                 .output = stream->output,
		                 .cached = stream->cached };
	size_t output = chat_guess(sv_buf_str(&stream->said), stream->said.len);

	if (tokens.counted)
		return tokens;
	for (size_t i = 0; i < stream->uses.n; i++) {
		const struct sv_buf *text = &stream->uses.list[i]->arguments;

		output += chat_guess(sv_buf_str(text), text->len);
	}
	tokens.input = (int64_t)chat_scaled(try->place, try->guess);
	tokens.output = (int64_t)chat_scaled(try->place, output);
	return tokens;
}

/* the event's fields, or NULL: there is nothing to tell */
static json_t *cost_of(const struct chat_try *try, const char *unit,
                       int64_t amount, bool counted)
{
	struct sv_cost cost = { .engine = try->place->name,
		                .service = "llm",
		                .model = try->place->model,
		                .unit = unit,
		                .amount = (double)amount };
	json_t *fields = amount > 0 ? sv_cost_fields(&cost) : NULL;

	if (fields && !counted)
		json_object_set_new(fields, "estimated", json_true());
	return fields;
}

static void tell_cost(struct sv_chat_call *call, json_t *fields)
{
	if (fields)
		chat_event(call, "cost", fields);
}

/* Where the table of prices has none for what a cache had, it is input like
 * any other. */
void chat_cost(struct sv_chat_call *call, struct chat_try *try)
{
	struct tokens tokens = count(try);
	json_t *cached;

	if (try->told)
		return;
	try->told = true;
	cached = cost_of(try, "cached_tokens", tokens.cached, true);
	if (json_is_null(json_object_get(cached, "price"))) {
		json_decref(cached);
		cached = NULL;
	}
	if (cached)
		tokens.input -= tokens.cached;
	tell_cost(call,
	          cost_of(try, "input_tokens", tokens.input, tokens.counted));
	tell_cost(call, cached);
	tell_cost(call,
	          cost_of(try, "output_tokens", tokens.output, tokens.counted));
}

/* --- the end --- */

static enum sv_chat_reason reason_of(const struct chat_stream *stream)
{
	if (stream->finish == CHAT_FILTER)
		return SV_CHAT_FILTERED;
	if (stream->uses.n)
		return SV_CHAT_TOOLS;
	if (stream->finish == CHAT_LENGTH)
		return SV_CHAT_LENGTH;
	return stream->refusal.len ? SV_CHAT_REFUSED : SV_CHAT_STOP;
}

static json_t *message_of(const struct chat_stream *stream)
{
	bool uses = stream->uses.n;
	json_t *message;

	if (!uses && !stream->said.len)
		return NULL;
	message = json_pack("{ss so}", "role", "assistant", "content",
	                    stream->said.len || !uses
	                            ? json_string(sv_buf_str(&stream->said))
	                            : json_null());
	if (uses)
		json_object_set_new(message, "tool_calls",
		                    chat_uses_message(&stream->uses));
	return message;
}

static void take_answer(struct sv_chat_end *end, const struct chat_try *try)
{
	const struct chat_stream *stream = &try->stream;
	struct tokens tokens = count(try);

	end->reason = reason_of(stream);
	end->request_id = try->http ? sv_http_id(try->http) : try->request_id;
	if (stream->model)
		end->model = stream->model;
	end->message = message_of(stream);
	end->text = sv_buf_str(&stream->said);
	end->refusal = sv_buf_str(&stream->refusal);
	end->answer = try->answer;
	end->counted = tokens.counted;
	end->input_tokens = tokens.input;
	end->output_tokens = tokens.output;
	end->cached_tokens = tokens.cached;
}

static void tell_uses(struct sv_chat_call *call, const struct chat_uses *uses)
{
	for (size_t i = 0; i < uses->n && !call->cancelled; i++) {
		const struct chat_use *each = uses->list[i];
		struct sv_chat_use use = {
			.id = each->id,
			.name = each->name,
			.arguments = sv_buf_str(&each->arguments),
			.value = each->value,
			.wrong = each->wrong,
		};

		if (call->request.use)
			call->request.use(call->request.arg, &use);
	}
}

static void tell_end(struct sv_chat_call *call, const struct sv_chat_end *end)
{
	if (call->cancelled)
		return;
	if (end->code)
		sv_fail(end->code, "%s", call->why);
	call->request.done(call->request.arg, end);
}

void chat_end(struct sv_chat_call *call, struct chat_try *try)
{
	int64_t now = sv_now_ms();
	struct sv_chat_end end = {
		.reason = SV_CHAT_FAILED,
		.code = try ? 0 : call->code,
		.handed = call->handed,
		.too_long = !try && call->too_long,
		.engine = call->place ? call->place->name : "",
		.model = call->place ? call->place->model : "",
		.request_id = "",
		.text = "",
		.refusal = "",
		.first_ms = call->first_ms
		                    ? (int)(call->first_ms - call->begun_ms)
		                    : -1,
		.total_ms = (int)(now - call->begun_ms),
		.tries = call->tries,
	};

	call->try = NULL; /* it can be cancelled, but not what it has cost */
	call->busy++;
	if (try) {
		chat_uses_close(&try->stream.uses, call->tools,
		                try->stream.finish == CHAT_LENGTH);
		take_answer(&end, try);
		chat_cost(call, try);
		tell_uses(call, &try->stream.uses);
	}
	tell_end(call, &end);
	call->busy--;
	json_decref(end.message);
	if (try)
		chat_try_drop(try, true);
	chat_call_free(call);
}
