/* summary.c: what people read of a call in the CRM */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/clock.h"

#include "src/crm/record.h"

enum {
	LAST_TURNS = 4,
	TEXT_MAX = 64 << 10, /* of a summary */
};

static const char *state_text(const struct call *call, const char *name)
{
	return json_string_value(json_object_get(call->state, name));
}

/* What does not fit is left out. */
static void add(struct sv_buf *text, const char *piece)
{
	if (piece)
		sv_buf_add(text, piece, strlen(piece));
}

/* a line "name: value", when there is a value */
static void add_line(struct sv_buf *text, const char *name, const json_t *value)
{
	char *dumped =
		json_is_string(value) || !value
			? NULL
			: json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY |
	                                            JSON_REAL_PRECISION(12));

	if (value) {
		add(text, name);
		add(text, ": ");
		add(text, dumped ? dumped : json_string_value(value));
		add(text, "\n");
	}
	free(dumped);
}

static void add_slots(struct sv_buf *text, const struct call *call)
{
	json_t *slots = json_object_get(call->state, "slots");
	const char *name;
	json_t *value;

	json_object_foreach (slots, name, value) {
		add_line(text, name, value);
	}
}

/* the last of what was said by both, new */
static json_t *last_turns(const struct call *call)
{
	json_t *transcript = json_object_get(call->state, "transcript");
	json_t *last = json_array();
	size_t n = json_array_size(transcript);
	size_t i = n > LAST_TURNS ? n - LAST_TURNS : 0;

	for (; i < n; i++)
		json_array_append(last, json_array_get(transcript, i));
	return last;
}

static void add_turns(struct sv_buf *text, const json_t *turns)
{
	json_t *turn;
	size_t i;

	json_array_foreach (turns, i, turn) {
		add(text, "- ");
		add(text, json_string_value(json_object_get(turn, "text")));
		add(text, "\n");
	}
}

/* the text of a handoff's brief, or its reason */
static const json_t *brief_of(const struct call *call)
{
	json_t *handoff = json_object_get(call->state, "handoff");
	json_t *brief = json_object_get(handoff, "brief");

	return brief ? brief : json_object_get(handoff, "reason");
}

void record_comment(json_t *comment, const struct call *call)
{
	static const char *const names[] = { "outcome", "scenario", "language",
		                             "slots",   "handoff",  NULL };
	bool russian = record_russian(call);
	json_t *last = last_turns(call);
	struct sv_buf text;

	sv_buf_init(&text, TEXT_MAX);
	add(&text, russian ? "Разговор с голосовым помощником\n"
	                   : "Call with the voice assistant\n");
	add_line(&text, russian ? "Итог" : "Outcome",
	         json_object_get(call->state, "outcome"));
	add_line(&text, russian ? "Передано сотруднику" : "Handed over",
	         brief_of(call));
	add_slots(&text, call);
	if (json_array_size(last))
		add(&text, russian ? "Последние слова:\n" : "Last words:\n");
	add_turns(&text, last);
	json_object_set_new(comment, "text",
	                    json_stringn(text.data, text.len - 1));
	record_known(comment, call, names);
	json_object_set_new(comment, "last", last);
	sv_buf_release(&text);
}

/* "2026-11-21 13:00" here; "" when it is not known */
static void local_time(const struct call *call, char out[32])
{
	const char *started = state_text(call, "started");
	int64_t wall_ms;
	time_t seconds;
	struct tm at;

	*out = '\0';
	if (!started || sv_time_parse(started, &wall_ms))
		return;
	seconds = (time_t)(wall_ms / 1000);
	if (localtime_r(&seconds, &at))
		strftime(out, 32, " %Y-%m-%d %H:%M", &at);
}

void record_task(json_t *task, const struct call *call)
{
	static const char *const names[] = { "started", "language", NULL };
	const char *number = record_number(call);
	bool russian = record_russian(call);
	char when[32], *title, *text;

	local_time(call, when);
	title = sv_format(
		russian ? "Пропущенный звонок: %s" : "Missed call: %s", number);
	text = sv_format(russian ? "Звонок с номера %s%s остался без ответа. "
	                           "Перезвоните."
	                         : "A call from %s%s was not answered. "
	                           "Please call back.",
	                 number, when);
	json_object_set_new(task, "title", json_string(title));
	json_object_set_new(task, "text", json_string(text));
	json_object_set_new(task, "phone", json_string(number));
	record_known(task, call, names);
	free(title);
	free(text);
}

void record_done(json_t *done, const struct call *call)
{
	static const char *const names[] = { "outcome", "language", NULL };
	json_t *time = json_object_get(call->state, "concluded_at");

	json_object_set_new(done, "phone", json_string(record_number(call)));
	if (time)
		json_object_set(done, "time", time);
	record_known(done, call, names);
}
