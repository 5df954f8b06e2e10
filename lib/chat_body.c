/* chat_body: a request, as its endpoint will have it */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/chat_inside.h"
#include "lib/conform.h"
#include "lib/fail.h"

enum { DIGITS = 10 }; /* of a number: 0.2 and not 0.20000000000000001 */

enum chat_structure chat_structure_of(const struct sv_chat_call *call,
                                      const struct chat_place *place)
{
	return call->structure < place->structure ? call->structure
	                                          : place->structure;
}

/* --- messages --- */

static bool is_system(const json_t *message)
{
	const char *role = json_string_value(json_object_get(message, "role"));

	return role && !strcmp(role, "system");
}

/* Says in words what the answer is to be. Templates of many models take a
 * system's message only as the first: it goes into that one. New. */
static json_t *with_words(json_t *messages, const json_t *schema)
{
	json_t *all = json_copy(messages);
	json_t *first = json_array_get(all, 0);
	const char *said =
		is_system(first)
			? json_string_value(json_object_get(first, "content"))
			: NULL;
	char *text = json_dumps(schema, JSON_COMPACT);
	char *words = sv_format("%s%sAnswer with one JSON object and nothing "
	                        "else. It must conform to this JSON Schema: %s",
	                        said ? said : "", said ? "\n\n" : "", text);
	json_t *message =
		json_pack("{ss ss}", "role", "system", "content", words);

	if (said)
		json_array_set_new(all, 0, message);
	else
		json_array_insert_new(all, 0, message);
	free(words);
	free(text);
	return all;
}

/* --- tools --- */

static const char *name_of(const json_t *tool)
{
	return json_string_value(
		json_object_get(json_object_get(tool, "function"), "name"));
}

static json_t *tool_for(const json_t *tool, const struct chat_dialect *dialect)
{
	json_t *copy = json_deep_copy(tool);
	json_t *function = json_object_get(copy, "function");

	if (dialect->strict &&
	    sv_conform_strict(json_object_get(function, "parameters")))
		json_object_set_new(function, "strict", json_true());
	return copy;
}

/* whether choice is a tool's name */
static bool is_named(const char *choice)
{
	return choice && strcmp(choice, "auto") != 0 &&
	       strcmp(choice, "none") != 0 && strcmp(choice, "required") != 0;
}

/* the tools that are offered: who cannot be told which to call has just that */
static json_t *tools_for(const struct sv_chat_call *call,
                         const struct chat_dialect *dialect)
{
	bool only = is_named(call->choice) && dialect->choice != CHAT_NAMED;
	json_t *tools = json_array(), *tool;
	size_t i;

	json_array_foreach (call->tools, i, tool) {
		if (!only || !strcmp(name_of(tool), call->choice))
			json_array_append_new(tools, tool_for(tool, dialect));
	}
	return tools;
}

/* new; NULL: it is not said */
static json_t *choice_for(const char *choice,
                          const struct chat_dialect *dialect)
{
	if (!choice || dialect->choice == CHAT_FREE)
		return NULL;
	if (is_named(choice) && dialect->choice == CHAT_NAMED)
		return json_pack("{ss s{ss}}", "type", "function", "function",
		                 "name", choice);
	if (is_named(choice) || !strcmp(choice, "required"))
		return json_string(dialect->choice >= CHAT_REQUIRED ? "required"
		                                                    : "auto");
	return json_string(choice);
}

static void add_tools(json_t *body, const struct sv_chat_call *call,
                      const struct chat_dialect *dialect)
{
	bool none = call->choice && !strcmp(call->choice, "none");
	json_t *choice;

	if (!json_array_size(call->tools) ||
	    (none && dialect->choice == CHAT_FREE))
		return;
	json_object_set_new(body, "tools", tools_for(call, dialect));
	choice = choice_for(call->choice, dialect);
	if (choice)
		json_object_set_new(body, "tool_choice", choice);
	if (call->request.one_use && dialect->parallel)
		json_object_set_new(body, "parallel_tool_calls", json_false());
}

/* --- JSON --- */

static json_t *format_for(const struct sv_chat_call *call,
                          const struct chat_dialect *dialect,
                          enum chat_structure structure)
{
	if (structure == CHAT_OBJECT)
		return json_pack("{ss}", "type", "json_object");
	if (dialect->bare_schema)
		return json_pack("{ss sO}", "type", "json_schema",
		                 "json_schema", call->schema);
	return json_pack("{ss s{ss sO sb}}", "type", "json_schema",
	                 "json_schema", "name", call->schema_name, "schema",
	                 call->schema, "strict",
	                 sv_conform_strict(call->schema));
}

/* --- all of it --- */

static void add_number(json_t *body, const char *key, const char *number)
{
	if (number)
		json_object_set_new(body, key,
		                    json_loads(number, JSON_DECODE_ANY, NULL));
}

static void add_limits(json_t *body, const struct sv_chat_call *call,
                       const struct chat_place *place)
{
	int most = call->request.max_tokens ? call->request.max_tokens
	                                    : place->max_tokens;

	if (most)
		json_object_set_new(body, place->dialect->most,
		                    json_integer(most));
	add_number(body, "temperature",
	           call->temperature ? call->temperature : place->temperature);
	add_number(body, "top_p", place->top_p);
	add_number(body, "seed", place->seed);
}

char *chat_body(const struct sv_chat_call *call, const struct chat_place *place,
                enum chat_structure structure)
{
	const struct chat_dialect *dialect = place->dialect;
	json_t *messages = call->schema && structure < CHAT_SCHEMA
	                           ? with_words(call->messages, call->schema)
	                           : json_incref(call->messages);
	json_t *body = json_pack("{ss so sb}", "model", place->model,
	                         "messages", messages, "stream", 1);
	char *text;

	if (dialect->usage)
		json_object_set_new(body, "stream_options",
		                    json_pack("{sb}", "include_usage", 1));
	add_limits(body, call, place);
	add_tools(body, call, dialect);
	if (call->schema && structure > CHAT_IN_WORDS)
		json_object_set_new(body, "response_format",
		                    format_for(call, dialect, structure));
	if (place->extra)
		json_object_update(body, place->extra);
	text = json_dumps(body, JSON_COMPACT | JSON_REAL_PRECISION(DIGITS));
	json_decref(body);
	if (!text)
		sv_fail(EX_SOFTWARE, "%s: this cannot be a request",
		        place->name);
	return text;
}
