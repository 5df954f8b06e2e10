/*
 * payload.c, record.c, lead.c, summary.c: what of a call is for the CRM
 * uses: src/crm/call.c src/crm/record.c src/crm/lead.c src/crm/summary.c src/crm/payload.c src/crm/entry.c
 */
#include "src/crm/payload.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/fail.h"

#include "src/crm/call.h"
#include "tests/unit/tap.h"

/* a call of that state, as JSON */
static struct call *call_of(const char *state)
{
	return call_new("C1", state);
}

/* the kinds of entries that it makes */
static void makes(const char *state, const char *want)
{
	struct call *call = call_of(state);
	struct sv_buf made;
	int i;

	sv_buf_init(&made, 256);
	for (i = 0; i < CALL_KINDS; i++)
		if (call_has(call, i))
			sv_buf_printf(&made, "%s%s", made.len ? " " : "",
			              call_kind(i));
	is(sv_buf_str(&made), want);
	sv_buf_release(&made);
	call_free(call);
}

static void kinds(void)
{
	makes("{}", "call");
	/* nobody spoke: somebody is to call back, if that can be */
	makes("{\"ended\":true,\"caller\":\"89161234567\"}", "call task");
	makes("{\"ended\":true}", "call");
	makes("{\"caller\":\"89161234567\"}", "call");
	makes("{\"ended\":true,\"direction\":\"out\",\"caller\":\"1\","
	      "\"callee\":\"2\"}",
	      "call");
	/* somebody did, and did not come to an end */
	makes("{\"ended\":true,\"caller\":\"2\",\"recording\":\"/r.wav\","
	      "\"transcript\":[{\"who\":\"assistant\",\"text\":\"a\"}]}",
	      "call recording transcript comment");
	makes("{\"ended\":true,\"concluded\":true,\"caller\":\"2\","
	      "\"transcript\":[{\"who\":\"assistant\",\"text\":\"a\"}]}",
	      "lead call transcript comment");
	makes("{\"ended\":true,\"concluded\":true,\"caller\":\"2\","
	      "\"transcript\":[{\"who\":\"caller\",\"text\":\"a\"}],"
	      "\"slots\":{\"hour\":\"15:00\"}}",
	      "lead call transcript comment done callback");
	makes("{\"concluded\":true,\"slots\":{\"callback\":5}}",
	      "lead call comment");
	makes("{\"concluded\":true,\"slots\":{\"callback\":\"\"}}",
	      "lead call comment");
}

/* the payload of a kind; its members of these names are what is wanted */
static void fills(const char *state, int kind, const char *want)
{
	struct call *call = call_of(state);
	char *text = call_payload(call, kind, false);
	json_t *payload = json_loads(text, 0, NULL);
	json_t *wanted = json_loads(want, 0, NULL);
	struct entry entry = { 0 };
	const char *name;
	json_t *value;

	json_object_foreach (wanted, name, value) {
		json_t *found = json_object_get(payload, name);

		if (!ok(json_equal(found, value)))
			printf("# %s: %s\n", name, text);
	}
	/* and it is what a person's edit must be */
	entry.key = call_key(call, call_kind(kind));
	entry.kind = sv_strdup(call_kind(kind));
	entry.call = sv_strdup("C1");
	ok(payload_check(text, &entry) == 0);
	entry_release(&entry);
	json_decref(payload);
	json_decref(wanted);
	free(text);
	call_free(call);
}

enum { LEAD, CALL, RECORDING, TRANSCRIPT, COMMENT, TASK, DONE, CALLBACK };

static void payloads(void)
{
	static const char out[] =
		"{\"direction\":\"out\",\"caller\":\"100\",\"callee\":"
		"\"+79160000001\",\"concluded\":true,\"outcome\":\"ok\"}";

	fills(out, LEAD, "{\"phone\":\"+79160000001\",\"slots\":{}}");
	fills(out, DONE, "{\"phone\":\"+79160000001\",\"outcome\":\"ok\"}");
	fills(out, CALL, "{\"status\":\"concluded\",\"direction\":\"out\"}");
	fills("{\"recording\":\"/r.wav\",\"duration_ms\":5}", RECORDING,
	      "{\"path\":\"/r.wav\",\"duration_ms\":5}");
	fills("{\"transcript\":[{\"who\":\"caller\",\"t\":1,\"text\":\"a\"}],"
	      "\"text_cut\":true}",
	      TRANSCRIPT,
	      "{\"turns\":[{\"who\":\"caller\",\"t\":1,\"text\":\"a\"}],"
	      "\"text_cut\":true}");
	fills("{\"caller\":\"+79160000001\",\"started\":"
	      "\"2026-11-21T10:00:00.000Z\"}",
	      TASK,
	      "{\"title\":\"Пропущенный звонок: +79160000001\","
	      "\"text\":\"Звонок с номера +79160000001 2026-11-21 13:00 "
	      "остался без ответа. Перезвоните.\","
	      "\"phone\":\"+79160000001\"}");
	fills("{\"caller\":\"1\",\"language\":\"en\"}", TASK,
	      "{\"title\":\"Missed call: 1\",\"text\":\"A call from 1 was not "
	      "answered. Please call back.\"}");
}

static void comments(void)
{
	fills("{\"outcome\":\"lead\",\"slots\":{\"name\":\"Иван\",\"floor\":3},"
	      "\"handoff\":{\"reason\":\"asked\",\"brief\":\"хочет скидку\"},"
	      "\"transcript\":[{\"text\":\"1\"},{\"text\":\"2\"},"
	      "{\"text\":\"3\"},{\"text\":\"4\"},{\"text\":\"5\"}]}",
	      COMMENT,
	      "{\"text\":\"Разговор с голосовым помощником\\nИтог: lead\\n"
	      "Передано сотруднику: хочет скидку\\nname: Иван\\nfloor: 3\\n"
	      "Последние слова:\\n- 2\\n- 3\\n- 4\\n- 5\","
	      "\"last\":[{\"text\":\"2\"},{\"text\":\"3\"},{\"text\":\"4\"},"
	      "{\"text\":\"5\"}]}");
	fills("{\"language\":\"en-US\",\"outcome\":[1]}", COMMENT,
	      "{\"text\":\"Call with the voice assistant\\nOutcome: [1]\"}");
}

/* When to call back, as the slots have it. */
static void calls_back(const char *slots, const char *want)
{
	char *state = sv_format("{\"concluded\":true,\"caller\":\"5\","
	                        "\"slots\":%s}",
	                        slots);

	fills(state, CALLBACK, want);
	free(state);
}

static void callbacks(void)
{
	static const char *const no_times[] = { "завтра в три",
		                                "2026-11-22",
		                                "15:00",
		                                "2026-13-22 15:00",
		                                "2026-11-22 24:00",
		                                "2026-11-22 15:60",
		                                "2026-11-22 15",
		                                "2026-11-22 15:00 или 16:00",
		                                "2026-11-22 015:00",
		                                "2026-11-22x15:00" };
	size_t i;

	calls_back("{\"day\":\"2026-11-22\",\"hour\":\"15:00\"}",
	           "{\"time\":\"2026-11-22T15:00:00+03:00\","
	           "\"said\":\"2026-11-22 15:00\",\"phone\":\"5\"}");
	calls_back("{\"callback\":\"2026-11-22T09:05\",\"name\":\"Иван\"}",
	           "{\"time\":\"2026-11-22T09:05:00+03:00\","
	           "\"name\":\"Иван\"}");
	calls_back("{\"when\":\"2026-11-22 9:05:00\"}",
	           "{\"time\":\"2026-11-22T09:05:00+03:00\"}");
	for (i = 0; i < sizeof no_times / sizeof *no_times; i++) {
		char *slots = sv_format("{\"callback\":\"%s\"}", no_times[i]);
		char *want = sv_format("{\"said\":\"%s\"}", no_times[i]);
		char *state =
			sv_format("{\"concluded\":true,\"slots\":%s}", slots);
		struct call *call = call_of(state);
		char *text = call_payload(call, CALLBACK, false);

		ok(strstr(text, "\"time\"") == NULL);
		calls_back(slots, want);
		call_free(call);
		free(text);
		free(state);
		free(slots);
		free(want);
	}
}

/* an hour that the zone's summer has moved */
static void summer(void)
{
	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	calls_back("{\"when\":\"2026-07-01 12:00\"}",
	           "{\"time\":\"2026-07-01T12:00:00+02:00\"}");
	calls_back("{\"when\":\"2026-12-01 12:00\"}",
	           "{\"time\":\"2026-12-01T12:00:00+01:00\"}");
	setenv("TZ", "America/New_York", 1);
	tzset();
	calls_back("{\"when\":\"2026-12-01 12:00\"}",
	           "{\"time\":\"2026-12-01T12:00:00-05:00\"}");
}

static void number_is(const char *caller, const char *want)
{
	char *state = sv_format("{\"caller\":\"%s\"}", caller);
	struct call *call = call_of(state);
	char number[CALL_NUMBER];

	call_number(call, number);
	is(number, want);
	call_free(call);
	free(state);
}

static void numbers(void)
{
	number_is("8 (916) 123-45-67", "+79161234567");
	number_is("sip:+79161234567@host", "+79161234567");
	number_is("102", "102");
	number_is("", "");
	/* cut at a character */
	number_is("жжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжжж",
	          "жжжжжжжжжжжжжжжжжжжжжжжжжжжжжжж");
}

int main(void)
{
	setenv("TZ", "Europe/Moscow", 1);
	tzset();
	kinds();
	payloads();
	comments();
	callbacks();
	summer();
	numbers();
	return tap_end();
}
