/* chat_talk: a conversation, as the API has it */
#include <string.h>

#include "lib/chat_inside.h"
#include "lib/chat_json.h"
#include "lib/fail.h"

void sv_chat_say(json_t *messages, const char *role, const char *text)
{
	json_array_append_new(messages,
	                      json_pack("{ss so}", "role", role, "content",
	                                chat_json_text(text)));
}

void sv_chat_result(json_t *messages, const char *id, const char *text)
{
	json_array_append_new(messages, json_pack("{ss ss so}", "role", "tool",
	                                          "tool_call_id", id, "content",
	                                          chat_json_text(text)));
}

void sv_chat_heard(json_t *message, const char *text)
{
	bool uses = json_object_get(message, "tool_calls") != NULL;

	json_object_set_new(message, "content",
	                    *text || !uses ? chat_json_text(text)
	                                   : json_null());
}

/* --- is it one? --- */

/* the calls that wait for an answer */
struct open_uses {
	const char *ids[SV_CHAT_CALLS_MAX];
	size_t n;
};

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static const char *check_uses(const json_t *message, struct open_uses *open)
{
	const json_t *calls = json_object_get(message, "tool_calls"), *call;
	size_t n = json_array_size(calls);

	if (calls && (!n || n > SV_CHAT_CALLS_MAX))
		return "it has no calls of tools, or too many";
	for (size_t i = 0; i < n; i++) {
		call = json_array_get(calls, i);
		open->ids[i] = text_of(call, "id");
		if (!*open->ids[i])
			return "a call of a tool has no id";
	}
	open->n = n;
	if (!n && !json_is_string(json_object_get(message, "content")))
		return "it has no text";
	return NULL;
}

static const char *check_result(const json_t *message, struct open_uses *open)
{
	const char *id = text_of(message, "tool_call_id");
	size_t i = 0;

	while (i < open->n && strcmp(open->ids[i], id) != 0)
		i++;
	if (i == open->n)
		return "it answers no call of a tool";
	open->ids[i] = open->ids[--open->n];
	return json_is_string(json_object_get(message, "content"))
	               ? NULL
	               : "it has no text";
}

static const char *check(const json_t *message, struct open_uses *open)
{
	const char *role = text_of(message, "role");

	if (!strcmp(role, "tool"))
		return check_result(message, open);
	if (open->n)
		return "a call of a tool before it is not answered";
	if (!strcmp(role, "assistant"))
		return check_uses(message, open);
	if (strcmp(role, "system") != 0 && strcmp(role, "developer") != 0 &&
	    strcmp(role, "user") != 0)
		return "nobody has that role";
	return json_is_string(json_object_get(message, "content"))
	               ? NULL
	               : "it has no text";
}

int sv_chat_check(const json_t *messages)
{
	struct open_uses open = { .n = 0 };
	const char *wrong = NULL;
	json_t *message;
	size_t i;

	if (!json_array_size(messages))
		return sv_fail(EX_SOFTWARE, "chat: there are no messages");
	json_array_foreach (messages, i, message) {
		wrong = check(message, &open);
		if (wrong)
			return sv_fail(EX_SOFTWARE, "chat: message %zu: %s", i,
			               wrong);
	}
	if (open.n)
		return sv_fail(EX_SOFTWARE,
		               "chat: the last call of a tool is not answered");
	return 0;
}
