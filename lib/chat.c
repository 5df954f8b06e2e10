/* chat: requests to a chain of models */
#include "lib/chat.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/chat_inside.h"
#include "lib/clock.h"
#include "lib/fail.h"

/* --- the chain --- */

static int add_places(struct sv_chat *chat, const struct sv_chat_setup *setup)
{
	int rc = 0;

	if (!setup->engines->n || setup->engines->n > CHAT_PLACES)
		return sv_fail(EX_USAGE,
		               "a model's engines are 1 to %d, not "
		               "%zu",
		               CHAT_PLACES, setup->engines->n);
	for (size_t i = 0; !rc && i < setup->engines->n; i++) {
		rc = chat_place_init(&chat->places[i], setup->engines->items[i],
		                     setup->settings);
		chat->n += !rc;
	}
	return rc;
}

int sv_chat_new(struct sv_chat **made, const struct sv_chat_setup *setup)
{
	struct sv_chat *chat = sv_alloc(sizeof *chat);
	int rc = add_places(chat, setup);

	chat->loop = setup->loop;
	chat->http = setup->http;
	if (!rc && !chat->http) {
		rc = sv_http_new(&chat->http, setup->loop);
		chat->own_http = !rc;
	}
	*made = NULL;
	if (rc)
		sv_chat_free(chat);
	else
		*made = chat;
	return rc;
}

void sv_chat_free(struct sv_chat *chat)
{
	struct sv_chat_call *call, *next;

	if (!chat)
		return;
	for (call = chat->calls; call; call = next) {
		next = call->next;
		sv_chat_cancel(call);
	}
	while (chat->tries)
		chat_try_drop(chat->tries, false);
	if (chat->own_http)
		sv_http_free(chat->http);
	for (size_t i = 0; i < chat->n; i++)
		chat_place_release(&chat->places[i]);
	free(chat);
}

const struct chat_place *chat_first(const struct sv_chat *chat)
{
	for (size_t i = 0; i < chat->n; i++)
		if (chat_place_usable(&chat->places[i]))
			return &chat->places[i];
	return chat->places;
}

void sv_chat_warm(struct sv_chat *chat)
{
	sv_http_warm(chat->http, &chat_first(chat)->openai.service);
}

/* --- a request --- */

static json_t *tools_of(const struct sv_chat_request *request)
{
	json_t *tools = json_array();

	for (size_t i = 0; i < request->n_tools; i++) {
		const struct sv_chat_tool *tool = &request->tools[i];
		json_t *parameters =
			tool->parameters
				? json_deep_copy(tool->parameters)
				: json_pack("{ss s{} s[] sb}", "type", "object",
		                            "properties", "required",
		                            "additionalProperties", 0);

		json_array_append_new(
			tools,
			json_pack("{ss s{ss ss* so}}", "type", "function",
		                  "function", "name", tool->name, "description",
		                  tool->about, "parameters", parameters));
	}
	return tools;
}

static void copy(struct sv_chat_call *call,
                 const struct sv_chat_request *request)
{
	call->request = (struct sv_chat_request){
		.one_use = request->one_use,
		.max_tokens = request->max_tokens,
		.text = request->text,
		.use = request->use,
		.event = request->event,
		.done = request->done,
		.arg = request->arg,
	};
	call->messages = json_deep_copy(request->messages);
	call->tools = tools_of(request);
	call->schema = json_deep_copy(request->schema);
	call->choice = sv_strdup(request->choice);
	call->schema_name = sv_strdup(
		request->schema_name ? request->schema_name : "answer");
	call->temperature = sv_strdup(request->temperature);
}

/* now, or again */
static int go(void *arg)
{
	struct sv_chat_call *call = arg;

	if (call->code && !call->place)
		chat_end(call, NULL);
	else if (call->place)
		chat_try_start(call);
	else
		chat_next(call);
	return 0;
}

void chat_call_why(struct sv_chat_call *call, int code)
{
	call->code = code;
	free(call->why);
	call->why = sv_strdup(sv_why());
}

struct sv_chat_call *sv_chat_start(struct sv_chat *chat,
                                   const struct sv_chat_request *request)
{
	struct sv_chat_call *call = sv_alloc(sizeof *call);
	int rc = sv_chat_check(request->messages);

	copy(call, request);
	call->chat = chat;
	call->structure = CHAT_SCHEMA;
	call->begun_ms = sv_now_ms();
	call->timer = (struct sv_timer){ .fire = go, .arg = call };
	call->next = chat->calls;
	chat->calls = call;
	if (rc)
		chat_call_why(call, rc);
	sv_loop_arm(chat->loop, &call->timer, 0);
	return call;
}

void chat_call_free(struct sv_chat_call *call)
{
	struct sv_chat_call **at = &call->chat->calls;

	while (*at != call)
		at = &(*at)->next;
	*at = call->next;
	sv_loop_disarm(call->chat->loop, &call->timer);
	json_decref(call->messages);
	json_decref(call->tools);
	json_decref(call->schema);
	free(call->choice);
	free(call->schema_name);
	free(call->temperature);
	free(call->why);
	free(call);
}

void sv_chat_cancel(struct sv_chat_call *call)
{
	struct chat_try *try = call->try;

	if (call->cancelled)
		return;
	if (try) {
		if (try->stream.pieces)
			sv_breaker_worked(try->place->breaker);
		call->busy++;
		chat_cost(call, try);
		call->busy--;
		chat_try_drop(try, false);
	}
	call->cancelled = true;
	sv_loop_disarm(call->chat->loop, &call->timer);
	if (!call->busy)
		chat_call_free(call);
}
