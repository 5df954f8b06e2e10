/* chat_tokens: how many tokens a text will be, by its letters */
#include <string.h>

#include "lib/chat_inside.h"
#include "lib/utf8.h"

/* In twentieths of a token, as the tokenizers of today's models have it on
 * average: a token is some four letters of English, two and a half of Russian,
 * one sign of Chinese; what is rare is taken apart. */
enum {
	WHOLE = 20,
	ASCII_LETTER = 5,
	DIGIT = 8,
	MARK = 10,
	CYRILLIC = 8,
	OTHER = 10,    /* of two bytes */
	IDEOGRAM = 20, /* of three */
	RARE = 40,     /* of four */

	PER_MESSAGE = 4, /* role and separators */
	RATIO_WEIGHT = 4,
};

static unsigned weight(uint32_t code)
{
	if (code >= 0x10000)
		return RARE;
	if (code >= 0x800)
		return IDEOGRAM;
	if (code >= 0x80)
		return sv_is_cyrillic(code) ? CYRILLIC : OTHER;
	if (code >= '0' && code <= '9')
		return DIGIT;
	return code == ' ' || sv_is_letter(code) ? ASCII_LETTER : MARK;
}

size_t chat_guess(const char *text, size_t len)
{
	const char *end = text + len;
	size_t sum = 0;

	while (text < end)
		sum += weight(sv_utf8_next(&text, end));
	return (sum + WHOLE - 1) / WHOLE;
}

static size_t guess_string(const json_t *string)
{
	const char *text = json_string_value(string);

	return text ? chat_guess(text, json_string_length(string)) : 0;
}

static size_t guess_message(const json_t *message)
{
	size_t n = PER_MESSAGE, i;
	json_t *call;

	n += guess_string(json_object_get(message, "content"));
	json_array_foreach (json_object_get(message, "tool_calls"), i, call) {
		const json_t *function = json_object_get(call, "function");

		n += PER_MESSAGE;
		n += guess_string(json_object_get(function, "name"));
		n += guess_string(json_object_get(function, "arguments"));
	}
	return n;
}

size_t chat_guess_of(const json_t *messages)
{
	json_t *message;
	size_t n = 0, i;

	json_array_foreach (messages, i, message)
		n += guess_message(message);
	return n;
}

/* One that counts ten times as much has counted something else. */
void chat_learn(struct chat_place *place, size_t guess, int64_t counted)
{
	double ratio = guess ? (double)counted / (double)guess : 0;

	if (ratio < 0.1 || ratio > 10)
		return;
	if (place->ratio <= 0)
		place->ratio = ratio;
	else
		place->ratio += (ratio - place->ratio) / RATIO_WEIGHT;
}

size_t chat_scaled(const struct chat_place *place, size_t guess)
{
	double ratio = place && place->ratio > 0 ? place->ratio : 1;

	return (size_t)((double)guess * ratio + 0.5);
}

size_t sv_chat_tokens(const struct sv_chat *chat, const char *text, size_t len)
{
	return chat_scaled(chat_first(chat), chat_guess(text, len));
}

size_t sv_chat_tokens_of(const struct sv_chat *chat, const json_t *messages)
{
	return chat_scaled(chat_first(chat), chat_guess_of(messages));
}

size_t sv_chat_context(const struct sv_chat *chat)
{
	return (size_t)chat_first(chat)->context;
}

static bool is_from(const json_t *message, const char *role)
{
	const char *from = json_string_value(json_object_get(message, "role"));

	return from && !strcmp(from, role);
}

/* the last message of the user's */
static size_t last_turn(const json_t *messages)
{
	size_t i = json_array_size(messages);

	while (i && !is_from(json_array_get(messages, i - 1), "user"))
		i--;
	return i ? i - 1 : 0;
}

size_t sv_chat_overflow(const struct sv_chat *chat, const json_t *messages,
                        size_t most)
{
	const struct chat_place *place = chat_first(chat);
	size_t left = chat_guess_of(messages), last = last_turn(messages);
	size_t system = 0, i, from;

	while (is_from(json_array_get(messages, system), "system") ||
	       is_from(json_array_get(messages, system), "developer"))
		system++;
	from = system;
	for (i = system; i < last && chat_scaled(place, left) > most;) {
		do
			left -= guess_message(json_array_get(messages, i++));
		while (i < last &&
		       !is_from(json_array_get(messages, i), "user"));
		from = i;
	}
	return from - system;
}
