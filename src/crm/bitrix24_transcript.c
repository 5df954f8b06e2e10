/* bitrix24_transcript.c: what was said: with the call, or in the time-line */
#include <string.h>

#include "lib/buf.h"

#include "src/crm/bitrix24.h"

enum { TEXT_MAX = 60000 }; /* bytes of it as a comment */

static int64_t second_of(const json_t *turn)
{
	int64_t ms = portal_int(json_object_get(turn, "t"));

	return ms > 0 ? ms / 1000 : 0;
}

static bool is_client(const json_t *turn)
{
	const char *who = json_string_value(json_object_get(turn, "who"));

	return who && strcmp(who, "assistant") != 0 &&
	       strcmp(who, "agent") != 0;
}

/* A turn lasts until the next one, or, the last, as long as such a text
 * takes: 12 letters a second. */
static int64_t stop_of(const json_t *turns, size_t i)
{
	const json_t *turn = json_array_get(turns, i);
	const json_t *next = json_array_get(turns, i + 1);
	int64_t start = second_of(turn), stop;

	if (next)
		stop = second_of(next);
	else
		stop = start + (int64_t)json_string_length(
				       json_object_get(turn, "text")) /
		                       24;
	return stop > start ? stop : start + 1;
}

static json_t *messages_of(const json_t *turns)
{
	json_t *messages = json_array(), *turn;
	size_t i;

	json_array_foreach (turns, i, turn) {
		json_t *text = json_object_get(turn, "text");

		if (!json_string_length(text))
			continue;
		json_array_append_new(
			messages,
			json_pack("{ss sI sI sO}", "SIDE",
		                  is_client(turn) ? "Client" : "User",
		                  "START_TIME", (json_int_t)second_of(turn),
		                  "STOP_TIME", (json_int_t)stop_of(turns, i),
		                  "MESSAGE", text));
	}
	return messages;
}

static int attach_transcript(struct bx_job *job, const char *call,
                             json_t *messages)
{
	struct portal_answer answer = { 0 };
	int rc = bx_ask(
		job, "telephony.call.attachTranscription",
		json_pack("{ss so}", "CALL_ID", call, "MESSAGES", messages),
		PORTAL_WRITE, &answer);

	bx_note(job, "transcript",
	        portal_int(json_object_get(answer.result, "TRANSCRIPT_ID")));
	portal_release(&answer);
	return rc;
}

/* as a comment: a line a turn, as far as it goes */
static int comment_transcript(struct bx_job *job, const json_t *turns)
{
	struct sv_buf text;
	json_t *turn;
	size_t i;
	int rc = 0;

	sv_buf_init(&text, TEXT_MAX);
	json_array_foreach (turns, i, turn) {
		const char *said =
			json_string_value(json_object_get(turn, "text"));
		int64_t s = second_of(turn);

		if (said && *said &&
		    sv_buf_printf(
			    &text, "%02d:%02d %s: %s\n", (int)(s / 60),
			    (int)(s % 60),
			    json_string_value(json_object_get(turn, "who")),
			    said)) {
			sv_buf_puts(&text, "…\n");
			break;
		}
	}
	if (text.len)
		rc = bx_comment_add(job, sv_buf_str(&text), NULL);
	sv_buf_release(&text);
	return rc;
}

int bx_transcript_send(struct bx_job *job)
{
	const json_t *turns = json_object_get(job->payload, "turns");
	const char *call = bx_made_text(job, "call");
	json_t *messages;

	if (!call)
		return comment_transcript(job, turns);
	messages = messages_of(turns);
	if (json_array_size(messages))
		return attach_transcript(job, call, messages);
	json_decref(messages);
	return 0;
}

int bx_transcript_find(struct bx_job *job, bool *there)
{
	json_t *row;
	int rc;

	*there = bx_made(job, "transcript") > 0;
	if (*there)
		return 0;
	if (!bx_made_text(job, "call"))
		return bx_comment_look(job, there);
	rc = bx_call_row(job, &row);
	*there = portal_int(json_object_get(row, "TRANSCRIPT_ID")) > 0;
	json_decref(row);
	return rc;
}
