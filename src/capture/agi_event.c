/* agi_event: events that stand for AGI commands */
#include "src/capture/agi_event.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/fail.h"
#include "lib/utf8.h"

enum { WORDS_MAX = 127, REPAIRED_MAX = 3 * AGI_REPLY_MAX };

struct request {
	char *id; /* NULL: it does not want to know */
	int (*replied)(void *arg, json_t *fields);
	void *arg;
};

json_t *agi_text(const char *text)
{
	struct sv_buf buf;
	json_t *json;

	sv_buf_init(&buf, REPAIRED_MAX); /* U+FFFD has three bytes */
	sv_utf8_repair(&buf, text, strlen(text));
	json = json_string(sv_buf_str(&buf));
	sv_buf_release(&buf);
	return json;
}

static json_t *reply_fields(const char *id, const struct agi_reply *reply)
{
	json_t *fields;

	fields = json_pack("{ss si so so}", "id", id, "code", reply->code,
	                   "result", agi_text(reply->result), "text",
	                   agi_text(reply->text));
	if (reply->data)
		json_object_set_new(fields, "data", agi_text(reply->data));
	if (reply->endpos >= 0)
		json_object_set_new(fields, "endpos",
		                    json_integer(reply->endpos));
	return fields;
}

static void request_free(struct request *request)
{
	free(request->id);
	free(request);
}

static int done(void *arg, const struct agi_reply *reply)
{
	struct request request = *(struct request *)arg;
	json_t *fields = NULL;

	if (request.id)
		fields = reply_fields(request.id, reply);
	request_free(arg);
	return request.replied(request.arg, fields);
}

static int ask_words(struct agi *agi, const json_t *list,
                     struct request *request)
{
	const char *words[WORDS_MAX + 1] = { NULL };
	size_t n = json_array_size(list);

	if (n > WORDS_MAX)
		return sv_fail(EX_DATAERR,
		               "agi.command: %zu words; at most %d are read", n,
		               WORDS_MAX);
	for (size_t i = 0; i < n; i++) {
		words[i] = json_string_value(json_array_get(list, i));
		if (!words[i])
			return sv_fail(EX_DATAERR,
			               "agi.command: a word that is no string");
	}
	return agi_ask(agi, words, done, request);
}

/* A script may be waiting for the reply: it gets one. */
static void refuse(struct request *request)
{
	json_t *fields = NULL;

	if (request->id)
		fields = json_pack("{ss si ss ss}", "id", request->id, "code",
		                   0, "result", "", "text", sv_why());
	if (fields)
		request->replied(request->arg, fields);
	request_free(request);
}

/* takes request */
static int command(struct agi *agi, const json_t *event,
                   struct request *request)
{
	const json_t *words = json_object_get(event, "words");
	const char *line = json_string_value(json_object_get(event, "command"));
	int rc;

	if (line)
		rc = agi_ask_line(agi, line, done, request);
	else if (json_is_array(words))
		rc = ask_words(agi, words, request);
	else
		rc = sv_fail(EX_DATAERR,
		             "agi.command: neither command nor words");
	if (rc)
		refuse(request);
	return rc;
}

/* a number, or whatever, as a variable has it; yours to free() */
static char *value_text(const json_t *value)
{
	if (json_is_string(value))
		return sv_strdup(json_string_value(value));
	return json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT |
	                                 JSON_REAL_PRECISION(15));
}

static int set(struct agi *agi, json_t *variables)
{
	const char *name;
	json_t *value;
	int rc = 0;

	if (!json_is_object(variables))
		return sv_fail(EX_DATAERR, "agi.set: no variables");
	json_object_foreach (variables, name, value) {
		char *text = value_text(value);

		rc = agi_ask_set(agi, name, text, NULL, NULL);
		free(text);
		if (rc)
			break;
	}
	return rc;
}

int agi_event_ask(struct agi *agi, const json_t *event,
                  int (*replied)(void *arg, json_t *fields), void *arg)
{
	const char *type = json_string_value(json_object_get(event, "type"));
	const char *id = json_string_value(json_object_get(event, "id"));
	struct request *request;

	if (type && !strcmp(type, "agi.set"))
		return set(agi, json_object_get(event, "variables"));
	if (!type || strcmp(type, "agi.command") != 0)
		return 0;
	request = sv_alloc(sizeof *request);
	*request = (struct request){ sv_strdup(id), replied, arg };
	return command(agi, event, request);
}
