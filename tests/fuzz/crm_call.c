/*
 * fuzz: events of a call, one a line, and what the CRM would get of it: whole
 * payloads of their kinds, whatever the fields are
 *
 * uses: src/crm/call.c src/crm/record.c src/crm/lead.c src/crm/summary.c src/crm/payload.c src/crm/entry.c
 */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/crm/call.h"
#include "src/crm/payload.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void fold(struct call *call, const char *line, size_t len)
{
	json_t *json = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	const char *type = json_string_value(json_object_get(json, "type"));
	struct sv_event event = { .type = type, .call = "C1", .json = json };

	if (type)
		call_fold(call, &event);
	json_decref(json);
}

static void check(const struct call *call, int kind)
{
	char *text = call_payload(call, kind, kind == CALL_RECORD);
	struct entry entry = { 0 };

	if (!text)
		abort();
	entry.key = call_key(call, call_kind(kind));
	entry.kind = sv_strdup(call_kind(kind));
	entry.call = sv_strdup("C1");
	if (payload_check(text, &entry))
		abort();
	entry_release(&entry);
	free(text);
}

static void check_all(const struct call *call)
{
	char number[CALL_NUMBER];
	int kind;

	for (kind = 0; kind < CALL_KINDS; kind++)
		if (call_has(call, kind))
			check(call, kind);
	call_number(call, number);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct call *call = call_new("C1", NULL), *again;
	const char *at = (const char *)data, *end = at + size;
	char *state;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((newline ? newline : end) - at);

		fold(call, at, len);
		at += len + 1;
	}
	check_all(call);
	/* as another process goes on with it */
	state = call_state(call);
	again = call_new("C1", state);
	check_all(again);
	free(state);
	call_free(again);
	call_free(call);
	return 0;
}
