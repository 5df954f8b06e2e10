/* brief.c: what a person who takes over should know */
#include "src/dialog/brief.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/utf8.h"

enum {
	WANTS_TEXT = 120, /* bytes of the gist that the scenario's may take */
	LEAST_SAID = 30,  /* fewer bytes of the caller's words tell nothing */
	PART_MAX = 1000,
};

/* what stands around a part of the gist */
struct wording {
	struct {
		const char *before, *after;
	} caller, said, question, reason;
};

static const struct wording russian = { { "Звонит ", "." },
	                                { "Сказал(а): «", "»." },
	                                { "Без ответа: «", "»." },
	                                { "Причина: ", "." } };
static const struct wording english = { { "Calling from ", "." },
	                                { "Said: '", "'." },
	                                { "Not answered: '", "'." },
	                                { "Reason: ", "." } };

/* a quotation mark ends a string in AGI and in a dialplan */
static uint32_t harmless(uint32_t code)
{
	if (code == '"' || code == '\\' || code == '`')
		return '\'';
	return code < 0x20 || (code >= 0x7f && code < 0xa0) ||
	                       sv_is_space(code) || code == 0x2028 ||
	                       code == 0x2029 || code == 0xfeff ||
	                       (code >= 0x202a && code <= 0x202e)
	               ? ' '
	               : code;
}

/* the end of the last whole word within max bytes */
static size_t whole_words(const char *text, size_t len, size_t max)
{
	static const char more[] = "…";
	size_t end = sv_utf8_cut(text, len, max - (sizeof more - 1));
	size_t word = end;

	while (word && text[word] != ' ')
		word--;
	return word > end / 2 ? word : end;
}

void brief_clean(struct sv_buf *out, const char *text, size_t max)
{
	struct sv_buf line;
	const char *end = text + strlen(text);
	bool blank = true; /* none at the beginning */
	char bytes[4];

	sv_buf_init(&line, SV_EVENT_MAX);
	while (text < end) {
		uint32_t code = harmless(sv_utf8_next(&text, end));

		if (code == ' ' && blank)
			continue;
		blank = code == ' ';
		if (sv_buf_add(&line, bytes, sv_utf8_put(bytes, code)))
			break;
	}
	if (line.len && blank)
		sv_buf_cut(&line, line.len - 1);
	if (line.len <= max) {
		sv_buf_puts(out, sv_buf_str(&line));
	} else if (max > 8) {
		sv_buf_add(out, sv_buf_str(&line),
		           whole_words(line.data, line.len, max));
		sv_buf_puts(out, "…");
	}
	sv_buf_release(&line);
}

static json_t *clean_string(const char *text)
{
	struct sv_buf out;
	json_t *string;

	sv_buf_init(&out, SV_EVENT_MAX);
	brief_clean(&out, text, PART_MAX);
	string = json_string(sv_buf_str(&out));
	sv_buf_release(&out);
	return string;
}

/* what the room is enough for of a text's end: who speaks at length comes to
 * the point last */
static void add_end(struct sv_buf *out, const char *text, size_t room)
{
	size_t len = strlen(text);
	size_t from = len > room ? len - (room - 3) : 0;

	if (from) {
		const char *blank = strchr(text + from, ' ');

		while (((unsigned char)text[from] & 0xc0) == 0x80)
			from++;
		if (blank && blank[1])
			from = (size_t)(blank + 1 - text);
		sv_buf_puts(out, "…");
	}
	sv_buf_puts(out, text + from);
}

/* Adds a part if there is room for all of it; of the caller's words, for as
 * many as fit. */
static void add(struct sv_buf *gist, const char *before, const char *text,
                const char *after)
{
	size_t frame = strlen(before) + strlen(after) + 1;
	size_t room = BRIEF_TEXT - gist->len;
	size_t len = text ? strlen(text) : 0;
	struct sv_buf line;

	if (!len || room < frame + (len > LEAST_SAID ? LEAST_SAID : len))
		return;
	sv_buf_init(&line, SV_EVENT_MAX);
	brief_clean(&line, text, PART_MAX);
	sv_buf_printf(gist, "%s%s", gist->len ? " " : "", before);
	add_end(gist, sv_buf_str(&line), room - frame);
	sv_buf_puts(gist, after);
	sv_buf_release(&line);
}

/* whether the number stands in the text already, however it is grouped */
static bool tells(const char *text, const char *number)
{
	char digits[64];
	size_t n = 0;

	for (; *text && n + 1 < sizeof digits; text++)
		if (*text >= '0' && *text <= '9')
			digits[n++] = *text;
	digits[n] = '\0';
	return strstr(digits, number + strspn(number, "+")) != NULL;
}

static void set(json_t *brief, const char *key, const char *text)
{
	if (text && *text)
		json_object_set_new(brief, key, clean_string(text));
}

static json_t *confirmed(const struct conversation *conversation)
{
	const struct scenario *scenario = conversation->scenario;
	json_t *names = json_array();
	size_t i;

	for (i = 0; i + 1 < scenario->n_slots; i++)
		if (conversation->slots[i].value &&
		    conversation->slots[i].confirmed)
			json_array_append_new(
				names, json_string(scenario->slots[i].name));
	return names;
}

json_t *brief_make(const struct conversation *conversation,
                   const struct handoff *handoff)
{
	const struct scenario *scenario = conversation->scenario;
	const struct wording *wording =
		strcmp(scenario->language, "ru") ? &english : &russian;
	const char *caller = conversation->slots[scenario->n_slots - 1].value;
	const char *question = conversation_open(conversation);
	char *wants = conversation_render(
		conversation,
		conversation_first(conversation, &handoff->brief));
	json_t *brief = json_object();
	struct sv_buf gist;

	sv_buf_init(&gist, BRIEF_TEXT + 64);
	brief_clean(&gist, wants, WANTS_TEXT);
	if (caller && !tells(sv_buf_str(&gist), caller))
		add(&gist, wording->caller.before, caller,
		    wording->caller.after);
	add(&gist, wording->said.before, conversation->last_words,
	    wording->said.after);
	add(&gist, wording->question.before, question, wording->question.after);
	add(&gist, wording->reason.before, handoff->reason,
	    wording->reason.after);
	json_object_set_new(brief, "text", json_string(sv_buf_str(&gist)));
	set(brief, "caller", caller);
	set(brief, "wants", wants);
	json_object_set_new(brief, "slots", conversation_slots(conversation));
	json_object_set_new(brief, "confirmed", confirmed(conversation));
	set(brief, "question", question);
	set(brief, "said", conversation->last_words);
	set(brief, "reason", handoff->reason);
	sv_buf_release(&gist);
	free(wants);
	return brief;
}
