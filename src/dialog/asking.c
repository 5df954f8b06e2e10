/* asking.c: one request to a model, and what has come of it */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"

#include "src/dialog/meaning.h"
#include "src/dialog/thinking.h"

static const char *const purposes[] = { "talk", "meaning", "summary" };

/* Tells of it, or keeps it until somebody may hear of it. */
static void tell(struct asking *asking, const char *type, json_t *fields)
{
	struct thinking *thinking = asking->thinking;

	if (asking->held) {
		json_array_append_new(asking->events,
		                      json_pack("[s, o*]", type, fields));
		return;
	}
	conversation_write(thinking->conversation, type, fields);
	thinking_post(thinking, false);
}

static void tell_kept(struct asking *asking, bool in_vain)
{
	struct conversation *conversation = asking->thinking->conversation;
	size_t i, n = json_array_size(asking->events);

	for (i = 0; i < n; i++) {
		json_t *event = json_array_get(asking->events, i);
		json_t *fields = json_incref(json_array_get(event, 1));

		if (in_vain)
			json_object_set_new(fields, "speculative", json_true());
		conversation_write(conversation,
		                   json_string_value(json_array_get(event, 0)),
		                   fields);
	}
	if (n)
		thinking_post(asking->thinking, false);
	json_array_clear(asking->events);
}

static int on_text(void *arg, const char *text, size_t len)
{
	struct asking *asking = arg;

	if (!asking->first_us)
		asking->first_us = sv_now_us();
	if (asking->held || asking->purpose == FOR_SUMMARY)
		return sv_buf_add(&asking->text, text, len);
	return thinking_speak(asking->thinking, text, len);
}

static void on_use(void *arg, const struct sv_chat_use *use)
{
	struct asking *asking = arg;
	struct use *mine;

	asking->uses = sv_realloc(asking->uses,
	                          (asking->n_uses + 1) * sizeof *asking->uses);
	mine = &asking->uses[asking->n_uses++];
	*mine = (struct use){
		.asking = asking,
		.id = sv_strdup(use->id),
		.name = sv_strdup(use->name),
		.arguments = sv_strdup(use->arguments),
		.wrong = use->wrong ? sv_strdup(use->wrong) : NULL,
		.value = use->value ? json_deep_copy(use->value) : NULL
	};
}

static void on_event(void *arg, const char *type, json_t *fields)
{
	struct asking *asking = arg;

	if (!strcmp(type, "cost"))
		asking->thinking->money +=
			json_number_value(json_object_get(fields, "price"));
	tell(asking, type, fields);
}

static const char *reason_of(enum sv_chat_reason reason)
{
	switch (reason) {
	case SV_CHAT_STOP:
		return "stop";
	case SV_CHAT_TOOLS:
		return "tools";
	case SV_CHAT_LENGTH:
		return "length";
	case SV_CHAT_FILTERED:
		return "filtered";
	case SV_CHAT_REFUSED:
		return "refused";
	default:
		return "failed";
	}
}

static void tell_end(struct asking *asking, const struct sv_chat_end *end)
{
	json_t *fields = json_pack(
		"{s:s, s:s, s:s*, s:s, s:s, s:I, s:I, s:i}", "purpose",
		purposes[asking->purpose], "engine", end->engine, "model",
		end->model, "reason", reason_of(end->reason), "prompt_version",
		asking->thinking->conversation->scenario->model.version,
		"input_tokens", (json_int_t)end->input_tokens, "output_tokens",
		(json_int_t)end->output_tokens, "total_ms", end->total_ms);

	if (end->first_ms >= 0)
		json_object_set_new(fields, "first_ms",
		                    json_integer(end->first_ms));
	if (*end->request_id)
		json_object_set_new(fields, "request",
		                    json_string(end->request_id));
	if (end->code)
		json_object_set_new(fields, "error", json_string(sv_why()));
	tell(asking, "dialog.model", fields);
}

static void on_done(void *arg, const struct sv_chat_end *end)
{
	struct asking *asking = arg;
	struct thinking *thinking = asking->thinking;

	asking->call = NULL;
	asking->code = end->code;
	asking->message = json_incref(end->message);
	asking->answer = json_incref(end->answer);
	thinking->tokens += (int)(end->input_tokens + end->output_tokens);
	if (end->code)
		sv_warn("%s", sv_why());
	tell_end(asking, end);
	if (asking->purpose == FOR_SUMMARY)
		summary_over(thinking);
	else if (!asking->held)
		thinking_over(thinking);
}

/* whether the call may make one more */
static bool allowed(const struct thinking *thinking)
{
	const struct conversation *conversation = thinking->conversation;
	const struct model *model = &conversation->scenario->model;
	int64_t ms = conversation->t - conversation->begun_t;

	if (thinking->requests < model->requests &&
	    thinking->tokens < model->tokens &&
	    (model->money <= 0 || thinking->money < model->money) &&
	    (!model->time_ms || ms < model->time_ms))
		return true;
	sv_warn("the model was asked %d times for %d tokens in this call: "
	        "see model in sv-scenario(5)",
	        thinking->requests, thinking->tokens);
	return false;
}

struct asking *asking_start(struct thinking *thinking, enum purpose purpose,
                            json_t *messages, bool held)
{
	const struct conversation *conversation = thinking->conversation;
	struct sv_chat_request request = {
		.messages = messages,
		.max_tokens = conversation->scenario->model.answer,
		.text = on_text,
		.use = on_use,
		.event = on_event,
		.done = on_done,
	};
	struct functions functions = { .n = 0 };
	struct asking *asking;
	json_t *schema = NULL;

	if (!allowed(thinking)) {
		json_decref(messages);
		return NULL;
	}
	asking = sv_alloc(sizeof *asking);
	*asking = (struct asking){ .thinking = thinking,
		                   .purpose = purpose,
		                   .held = held,
		                   .messages = messages,
		                   .events = json_array(),
		                   .asked_us = sv_now_us() };
	sv_buf_init(&asking->text, SV_CHAT_TEXT_MAX);
	if (purpose == FOR_TALK)
		functions_offer(&functions, conversation);
	if (purpose == FOR_MEANING)
		schema = meaning_schema(conversation);
	request.tools = functions.items;
	request.n_tools = functions.n;
	request.schema = schema;
	request.arg = asking;
	thinking->requests++;
	asking->call = sv_chat_start(thinking->mind->chat, &request);
	functions_release(&functions);
	json_decref(schema);
	return asking;
}

static void release_uses(struct asking *asking)
{
	size_t i;

	for (i = 0; i < asking->n_uses; i++) {
		struct use *use = &asking->uses[i];

		free(use->id);
		free(use->name);
		free(use->arguments);
		free(use->wrong);
		free(use->result);
		json_decref(use->value);
	}
	free(asking->uses);
}

void asking_free(struct asking *asking)
{
	if (!asking)
		return;
	if (asking->call)
		sv_chat_cancel(asking->call);
	tell_kept(asking, true);
	release_uses(asking);
	sv_buf_release(&asking->text);
	json_decref(asking->messages);
	json_decref(asking->events);
	json_decref(asking->message);
	json_decref(asking->answer);
	free(asking);
}

void asking_release(struct asking *asking)
{
	struct thinking *thinking = asking->thinking;
	struct sv_buf text = asking->text;
	int rc = 0;

	asking->held = false;
	sv_buf_init(&asking->text, SV_CHAT_TEXT_MAX);
	tell_kept(asking, false);
	if (text.len)
		rc = thinking_speak(thinking, sv_buf_str(&text), text.len);
	sv_buf_release(&text);
	if (rc) { /* as if on_text() had broken it off */
		if (asking->call)
			sv_chat_cancel(asking->call);
		asking->call = NULL;
		asking->code = rc;
	}
	if (!asking->call)
		thinking_over(thinking);
}
