/* exchange.c: chan_websocket's control messages, in both forms */
#include "src/capture/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/utf8.h"

/* what is shown of a message that nobody understands */
enum { SHOWN = 40 };

static json_t *refuse(const char *text, size_t len)
{
	sv_fail(EX_DATAERR, "no message of chan_websocket's: '%.*s'",
	        (int)sv_utf8_cut(text, len, SHOWN), text);
	return NULL;
}

static json_t *parse_object(const char *text, size_t len)
{
	json_t *message = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);

	if (json_is_string(json_object_get(message, "event")))
		return message;
	json_decref(message);
	return refuse(text, len);
}

/* The text of an error is the only value with blanks in it, and the last. */
static const char *end_of(const char *word, const char *end)
{
	static const char free_text[] = "error_text:";
	const char *blank;

	if ((size_t)(end - word) >= sizeof free_text - 1 &&
	    !memcmp(word, free_text, sizeof free_text - 1))
		return end;
	blank = memchr(word, ' ', (size_t)(end - word));
	return blank ? blank : end;
}

/* name:value, or a bare word: the correlation id of what has one */
static void add_word(json_t *message, const char *word, size_t len)
{
	const char *colon = memchr(word, ':', len), *value = word;
	char *name;

	if (colon)
		value = colon + 1;
	name = colon ? sv_strndup(word, (size_t)(colon - word))
	             : sv_strdup("correlation_id");
	json_object_set_new(message, name,
	                    json_stringn(value, len - (size_t)(value - word)));
	free(name);
}

static json_t *parse_line(const char *text, size_t len)
{
	const char *end = text + len, *at = text + strcspn(text, " ");
	size_t name_len = at > end ? len : (size_t)(at - text);
	json_t *message = json_object();

	json_object_set_new(message, "event", json_stringn(text, name_len));
	for (at = text + name_len; at < end;) {
		const char *word = at + 1;

		at = end_of(word, end);
		if (at > word)
			add_word(message, word, (size_t)(at - word));
	}
	return message;
}

static bool is_event_name(const char *text)
{
	size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");

	return len && (!text[len] || text[len] == ' ');
}

json_t *exchange_parse(const char *text, size_t len, bool *json)
{
	json_t *message = NULL;
	char *copy;

	*json = len && *text == '{';
	if (*json)
		return parse_object(text, len);
	copy = sv_strndup(text, len);
	if (strlen(copy) == len && is_event_name(copy) &&
	    sv_utf8_check(copy, len) == len)
		message = parse_line(copy, len);
	free(copy);
	return message ? message : refuse(text, len);
}

const char *exchange_event(const json_t *message)
{
	return exchange_get(message, "event");
}

const char *exchange_get(const json_t *message, const char *name)
{
	const char *value = json_string_value(json_object_get(message, name));

	return value ? value : "";
}

int exchange_number(const json_t *message, const char *name)
{
	const json_t *value = json_object_get(message, name);
	long long number =
		json_is_integer(value)
			? json_integer_value(value)
			: strtoll(exchange_get(message, name), NULL, 10);

	return number > 0 && number < 1 << 20 ? (int)number : 0;
}

char *exchange_command(const char *command, bool json)
{
	return json ? sv_format("{\"command\":\"%s\"}", command)
	            : sv_strdup(command);
}
