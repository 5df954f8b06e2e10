/* history.c: what was said, and heard */
#include "src/dialog/history.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/utf8.h"

void history_release(struct history *history)
{
	json_decref(history->turns);
	free(history->summary);
	history->turns = NULL;
	history->summary = NULL;
}

static const char *role_of(const json_t *turn)
{
	const char *role = json_string_value(json_object_get(turn, "role"));

	return role ? role : "";
}

static json_t *last(const struct history *history)
{
	size_t n = json_array_size(history->turns);

	return n ? json_array_get(history->turns, n - 1) : NULL;
}

/* How many go together from the first one on: what tools answered stays with
 * what called them. */
static size_t first_group(const json_t *turns)
{
	size_t n = 1;

	while (n < json_array_size(turns) &&
	       !strcmp(role_of(json_array_get(turns, n)), "tool"))
		n++;
	return n;
}

static void drop(json_t *turns, size_t n)
{
	while (n--)
		json_array_remove(turns, 0);
}

static void add(struct history *history, json_t *turn)
{
	if (!history->turns)
		history->turns = json_array();
	if (turn)
		json_array_append_new(history->turns, turn);
	while (json_array_size(history->turns) > HISTORY_TURNS)
		drop(history->turns, first_group(history->turns));
}

static json_t *text_json(const char *text)
{
	return json_stringn(text,
	                    sv_utf8_cut(text, strlen(text), HISTORY_TEXT));
}

void history_caller(struct history *history, const char *text)
{
	add(history, json_pack("{s:s, s:o*}", "role", "user", "content",
	                       text_json(text)));
}

/* the assistant's message that goes on, or a new one */
static json_t *ours(struct history *history)
{
	json_t *turn = last(history);

	if (turn && !strcmp(role_of(turn), "assistant") &&
	    !json_object_get(turn, "tool_calls"))
		return turn;
	add(history, json_pack("{s:s, s:[]}", "role", "assistant", "parts"));
	return last(history);
}

void history_say(struct history *history, const char *say, const char *text)
{
	json_array_append_new(
		json_object_get(ours(history), "parts"),
		json_pack("{s:s, s:o*}", "say", say, "text", text_json(text)));
}

/* the part of that id, looked for from the end */
static json_t *find_part(const struct history *history, const char *say)
{
	size_t i = json_array_size(history->turns);

	while (i-- > 0) {
		const json_t *parts = json_object_get(
			json_array_get(history->turns, i), "parts");
		size_t k = json_array_size(parts);

		while (k-- > 0) {
			json_t *part = json_array_get(parts, k);
			const char *id =
				json_string_value(json_object_get(part, "say"));

			if (id && !strcmp(id, say))
				return part;
		}
	}
	return NULL;
}

void history_heard(struct history *history, const char *say, const char *text)
{
	json_t *part = find_part(history, say);

	if (part)
		json_object_set_new(part, "text", text_json(text));
}

void history_calls(struct history *history, json_t *tool_calls)
{
	json_object_set(ours(history), "tool_calls", tool_calls);
}

void history_result(struct history *history, const char *id, const char *text)
{
	add(history, json_pack("{s:s, s:s, s:o*}", "role", "tool",
	                       "tool_call_id", id, "content", text_json(text)));
}

/* what was heard of a message, its parts joined; yours */
static char *heard(const json_t *turn)
{
	const json_t *parts = json_object_get(turn, "parts");
	struct sv_buf text;
	size_t i;

	sv_buf_init(&text, 64 << 10);
	for (i = 0; i < json_array_size(parts); i++) {
		const char *part = json_string_value(
			json_object_get(json_array_get(parts, i), "text"));

		if (!part || !*part)
			continue;
		if (text.len)
			sv_buf_putc(&text, ' ');
		sv_buf_puts(&text, part);
	}
	return sv_buf_take(&text);
}

static void add_ours(const json_t *turn, json_t *messages)
{
	json_t *calls = json_object_get(turn, "tool_calls");
	char *text = heard(turn);
	json_t *message = NULL;

	if (calls)
		message = json_pack("{s:s, s:o, s:O}", "role", "assistant",
		                    "content",
		                    *text ? json_string(text) : json_null(),
		                    "tool_calls", calls);
	else if (*text)
		message = json_pack("{s:s, s:s}", "role", "assistant",
		                    "content", text);
	if (message)
		json_array_append_new(messages, message);
	free(text);
}

void history_messages(const struct history *history, json_t *messages)
{
	size_t i;

	for (i = 0; i < json_array_size(history->turns); i++) {
		json_t *turn = json_array_get(history->turns, i);

		if (strcmp(role_of(turn), "assistant") != 0)
			json_array_append(messages, turn);
		else
			add_ours(turn, messages);
	}
}

void history_fold(struct history *history, size_t n, char *summary)
{
	size_t size = json_array_size(history->turns);

	drop(history->turns, n < size ? n : size);
	while (json_array_size(history->turns) &&
	       !strcmp(role_of(json_array_get(history->turns, 0)), "tool"))
		json_array_remove(history->turns, 0);
	free(history->summary);
	history->summary = summary;
}

json_t *history_save(const struct history *history)
{
	return json_pack("{s:O*, s:s*}", "turns", history->turns, "summary",
	                 history->summary);
}

static bool is_turn(const json_t *turn)
{
	const char *role = role_of(turn);

	if (!strcmp(role, "assistant"))
		return json_is_array(json_object_get(turn, "parts"));
	return json_is_string(json_object_get(turn, "content")) &&
	       (!strcmp(role, "user") ||
	        (!strcmp(role, "tool") &&
	         json_is_string(json_object_get(turn, "tool_call_id"))));
}

bool history_load(struct history *history, const json_t *saved)
{
	json_t *turns = json_object_get(saved, "turns");
	const char *summary =
		json_string_value(json_object_get(saved, "summary"));
	size_t i;

	for (i = 0; i < json_array_size(turns); i++)
		if (!is_turn(json_array_get(turns, i)))
			return false;
	history_release(history);
	history->turns = turns ? json_deep_copy(turns) : NULL;
	history->summary = summary ? sv_strdup(summary) : NULL;
	return !turns || json_is_array(turns);
}
