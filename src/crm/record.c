/*
 * record.c: what the CRM gets of a call: the payloads of its entries
 *
 * Each is an object of one line with key (CALL:KIND), kind and call. The
 * kinds, in the order in which those of one call are sent; of a member that is
 * not known there is none:
 *
 * lead        the conversation came to an end: time, outcome, name, phone,
 *             email, company, need, budget, callback (as it was said), caller,
 *             callee, direction, scenario, version, language, handoff (target, reason, brief),
 *             slots (all of them by name)
 * call        every call: status (concluded; abandoned: nobody came to an end;
 *             missed: nobody spoke), direction (in, out), caller, callee,
 *             source, started (RFC 3339), duration_ms, reason, recording,
 *             outcome, scenario, version, turns, language, handoff, and for an
 *             engine that takes no transcript of its own transcript, text_cut
 * recording   path (as call.end has it: a file or a URL), started, duration_ms
 * transcript  language, started, turns ([{who: "caller", "assistant" or the
 *             speaker, t: ms from the start, text, interrupted}]), text_cut
 * comment     of a call in which somebody spoke: text (the summary, to be
 *             shown as it is), outcome, scenario, language, slots, handoff,
 *             last (the last turns, as in transcript)
 * task        an incoming call was missed: title, text, phone, started,
 *             language
 * done        a conversation with a number came to an end for which a missed
 *             call's task was queued: phone, time, outcome, language. The
 *             tasks are in struct crm_entry's made: tasks, [{"task":7}], each
 *             what its entry has made.
 * callback    the caller wants to be called back: time (RFC 3339 with the
 *             offset of here; none where what was said is no date and hour),
 *             said (in the words of the slots), phone, name, need, language
 *
 * phone is the number as it was said or came with the call, +7… where that is
 * sure.
 */
#include "src/crm/record.h"

#include <stdlib.h>
#include <string.h>

#include "lib/phone.h"
#include "lib/utf8.h"

enum status { CONCLUDED, ABANDONED, MISSED };

static const char *const statuses[] = { "concluded", "abandoned", "missed" };

/* Nobody spoke: the call was missed; nobody came to an end: abandoned. */
static enum status status_of(const struct call *call)
{
	if (call_concluded(call))
		return CONCLUDED;
	if (json_array_size(json_object_get(call->state, "transcript")))
		return ABANDONED;
	return MISSED;
}

static const char *text_of(const struct call *call, const char *name)
{
	return json_string_value(json_object_get(call->state, name));
}

static bool is_outgoing(const struct call *call)
{
	const char *direction = text_of(call, "direction");

	return direction && !strcmp(direction, "out");
}

void record_known(json_t *payload, const struct call *call,
                  const char *const *names)
{
	for (; *names; names++) {
		json_t *value = json_object_get(call->state, *names);

		if (value)
			json_object_set(payload, *names, value);
	}
}

const char *record_number(const struct call *call)
{
	const char *number =
		text_of(call, is_outgoing(call) ? "callee" : "caller");

	return number && *number ? number : NULL;
}

bool record_russian(const struct call *call)
{
	const char *language = text_of(call, "language");

	return !language || !strncmp(language, "ru", 2);
}

static void fill_call(json_t *record, const struct call *call)
{
	static const char *const names[] = {
		"direction",   "caller", "callee",    "source",  "started",
		"duration_ms", "reason", "recording", "outcome", "scenario",
		"version",     "turns",  "language",  "handoff", NULL
	};

	json_object_set_new(record, "status",
	                    json_string(statuses[status_of(call)]));
	record_known(record, call, names);
}

static void fill_recording(json_t *recording, const struct call *call)
{
	static const char *const names[] = { "started", "duration_ms", NULL };

	json_object_set(recording, "path",
	                json_object_get(call->state, "recording"));
	record_known(recording, call, names);
}

static void fill_transcript(json_t *transcript, const struct call *call)
{
	static const char *const names[] = { "language", "started", "text_cut",
		                             NULL };

	json_object_set(transcript, "turns",
	                json_object_get(call->state, "transcript"));
	record_known(transcript, call, names);
}

static bool is_always(const struct call *call)
{
	(void)call;
	return true;
}

static bool has_recording(const struct call *call)
{
	const char *path = text_of(call, "recording");

	return path && *path;
}

static bool has_transcript(const struct call *call)
{
	return json_array_size(json_object_get(call->state, "transcript")) > 0;
}

static bool was_talk(const struct call *call)
{
	return status_of(call) != MISSED;
}

/* a number that does not show cannot be called back */
static bool was_missed(const struct call *call)
{
	return call_ended(call) && status_of(call) == MISSED &&
	       !is_outgoing(call) && record_number(call);
}

static bool somebody_answered(const struct call *call)
{
	json_t *transcript = json_object_get(call->state, "transcript");
	json_t *turn;
	size_t i;

	json_array_foreach (transcript, i, turn) {
		const char *who =
			json_string_value(json_object_get(turn, "who"));

		if (who && strcmp(who, "assistant") != 0)
			return call_concluded(call) && record_number(call);
	}
	return false;
}

static const struct {
	const char *kind;
	bool (*has)(const struct call *call);
	void (*fill)(json_t *payload, const struct call *call);
} kinds[CALL_KINDS] = {
	{ "lead", call_concluded, record_lead },
	{ "call", is_always, fill_call },
	{ "recording", has_recording, fill_recording },
	{ "transcript", has_transcript, fill_transcript },
	{ "comment", was_talk, record_comment },
	{ "task", was_missed, record_task },
	{ "done", somebody_answered, record_done },
	{ "callback", record_has_callback, record_callback },
};

const char *call_kind(int i)
{
	return kinds[i].kind;
}

bool call_has(const struct call *call, int i)
{
	return kinds[i].has(call);
}

char *call_payload(const struct call *call, int i, bool with_transcript)
{
	static const char *const names[] = { "transcript", "text_cut", NULL };
	char *key = call_key(call, kinds[i].kind), *text;
	json_t *payload = json_pack("{ss ss ss}", "key", key, "kind",
	                            kinds[i].kind, "call", call->id);

	kinds[i].fill(payload, call);
	if (with_transcript)
		record_known(payload, call, names);
	text = call_dump(payload);
	json_decref(payload);
	free(key);
	return text;
}

void call_number(const struct call *call, char number[CALL_NUMBER])
{
	const char *text = record_number(call);
	char e164[SV_E164];

	*number = '\0';
	if (text && sv_phone_e164(text, "7", e164))
		snprintf(number, CALL_NUMBER, "%s", e164);
	else if (text)
		snprintf(number, CALL_NUMBER, "%.*s",
		         (int)sv_utf8_cut(text, strlen(text), CALL_NUMBER - 1),
		         text);
}
