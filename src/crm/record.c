/*
 * record.c: what the CRM gets of a call: the payloads of its entries
 *
 * Each is an object of one line with key (CALL:KIND), kind and call. The
 * kinds, in the order in which those of one call are sent; of a member that is
 * not known there is none:
 *
 * lead        the conversation came to an end: time, outcome, name, phone,
 *             email, company, need, budget, callback (as it was said), caller,
 *             scenario, version, language, handoff (target, reason, brief),
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
#include <stdlib.h>
#include <string.h>

#include "src/crm/call.h"

/* what a CRM has a field for, and the slots that scenarios keep it in */
static const struct {
	const char *field;
	const char *slots[8];
} fields[] = {
	{ "name", { "name", "full_name", "client_name", "имя", "фио" } },
	{ "phone", { "phone", "phone_number", "tel", "телефон" } },
	{ "email", { "email", "e_mail", "mail", "почта" } },
	{ "company",
	  { "company", "organization", "organisation", "компания" } },
	{ "need",
	  { "need", "needs", "product", "interest", "request", "потребность",
	    "интерес" } },
	{ "budget", { "budget", "бюджет" } },
	{ "callback",
	  { "callback", "callback_time", "callback_at", "call_back", "when",
	    "перезвонить" } },
};

/* the first of these slots that has a value; lent */
static json_t *first_of(const json_t *slots, const char *const names[8])
{
	size_t i;

	for (i = 0; i < 8 && names[i]; i++) {
		json_t *value = json_object_get(slots, names[i]);

		if (value && !json_is_null(value))
			return value;
	}
	return NULL;
}

static void add_fields(json_t *lead, const json_t *slots)
{
	static const char *const days[8] = { "day", "date", "день", "дата" };
	static const char *const hours[8] = { "hour", "time", "час", "время" };
	const char *day = json_string_value(first_of(slots, days));
	const char *hour = json_string_value(first_of(slots, hours));
	size_t i;

	for (i = 0; i < sizeof fields / sizeof *fields; i++) {
		json_t *value = first_of(slots, fields[i].slots);

		if (value)
			json_object_set(lead, fields[i].field, value);
	}
	/* when to call back is often asked for in two questions */
	if ((day || hour) && !json_object_get(lead, "callback"))
		json_object_set_new(lead, "callback",
		                    json_pack("s++", day ? day : "",
		                              day && hour ? " " : "",
		                              hour ? hour : ""));
}

/* copies what is known under these names, which end with NULL */
static void add_known(json_t *object, const struct call *call,
                      const char *const *names)
{
	for (; *names; names++) {
		json_t *value = json_object_get(call->state, *names);

		if (value)
			json_object_set(object, *names, value);
	}
}

static json_t *entry_of(const struct call *call, const char *kind)
{
	char *key = call_key(call, kind);
	json_t *object = json_pack("{ss ss ss}", "key", key, "kind", kind,
	                           "call", call->id);

	free(key);
	return object;
}

char *call_lead(const struct call *call)
{
	static const char *const names[] = { "outcome", "caller",   "scenario",
		                             "version", "language", "handoff",
		                             NULL };
	json_t *slots = json_object_get(call->state, "slots");
	json_t *time = json_object_get(call->state, "concluded_at");
	json_t *caller = json_object_get(call->state, "caller");
	json_t *lead = entry_of(call, "lead");
	char *text;

	if (time)
		json_object_set(lead, "time", time);
	add_fields(lead, slots);
	/* who leaves no number can be called where the call came from */
	if (caller && !json_object_get(lead, "phone"))
		json_object_set(lead, "phone", caller);
	add_known(lead, call, names);
	json_object_set_new(lead, "slots",
	                    slots ? json_deep_copy(slots) : json_object());
	text = call_dump(lead);
	json_decref(lead);
	return text;
}

/* Nobody spoke: the call was missed; nobody came to an end: abandoned. */
static const char *status(const struct call *call)
{
	if (call_concluded(call))
		return "concluded";
	if (json_array_size(json_object_get(call->state, "transcript")))
		return "abandoned";
	return "missed";
}

char *call_record(const struct call *call)
{
	static const char *const names[] = {
		"direction",   "caller", "callee",    "source",  "started",
		"duration_ms", "reason", "recording", "outcome", "scenario",
		"version",     "turns",  "language",  "handoff", NULL
	};
	static const char *const last[] = { "transcript", "text_cut", NULL };
	json_t *record = entry_of(call, "call");
	char *text;

	json_object_set_new(record, "status", json_string(status(call)));
	add_known(record, call, names);
	add_known(record, call, last);
	text = call_dump(record);
	json_decref(record);
	return text;
}
