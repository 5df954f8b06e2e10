/* agi_answer: a call registered, and what became of it */
#include "src/capture/agi_answer.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/ulid.h"

#include "src/capture/known.h"

enum {
	ANSWER_MS = 2000, /* for the exchange to take all we say */
	/* The outcome is written before the far end is told; but a process
	 * that was killed, or a caller who left, leaves none. */
	OUTCOME_MS = 300,
	LOOK_MS = 10,
};

char *agi_script(const struct agi *agi)
{
	const char *name = agi_get(agi, "agi_network_script");

	if (!name)
		name = "";
	return sv_strndup(name, strcspn(name, "?"));
}

bool agi_is_question(const char *script)
{
	return !strcmp(script, "start") || !strcmp(script, "outcome");
}

/* Who calls whom. A call of ours has "out" as its first argument, and whom it
 * goes to as the second: the environment knows only whose it is. */
static json_t *registration(const struct agi_link *link)
{
	struct call_facts facts = { 0 };
	char *channel = agi_link_get(link, "agi_channel");
	char *language = agi_link_get(link, "agi_language");
	char *way = agi_link_get(link, "agi_arg_1");
	char *callee = agi_link_get(link, "agi_arg_2");
	json_t *fields;
	bool out = !strcmp(way, "out");

	agi_link_facts(link, &facts);
	fields = json_pack("{ss ss ss ss ss}", "caller", facts.caller, "callee",
	                   out && *callee ? callee : facts.callee, "direction",
	                   out ? "out" : "in", "channel", channel, "language",
	                   language);
	free(facts.caller);
	free(facts.callee);
	free(channel);
	free(language);
	free(way);
	free(callee);
	return fields;
}

/* An unregistered call is as good, but nobody knows whose it is. */
static int start(struct agi_link *link, const char *folder, bool full)
{
	char id[SV_ULID_LEN], text[UUID_LEN] = "";
	uint8_t uuid[16];
	int rc;

	if (!full) {
		sv_ulid(id);
		known_call_uuid(id, uuid);
		known_uuid_text(uuid, text);
		if (known_put(folder, id, registration(link)))
			sv_warn("%s; the call's parties stay unknown",
			        sv_why());
	}
	rc = agi_ask_set(link->agi, "SV_FULL", full ? "1" : "", NULL, NULL);
	if (!rc)
		rc = agi_ask_set(link->agi, "SV_UUID", text, NULL, NULL);
	return rc;
}

/* what is known of a call whose part with us is over; NULL when nothing is */
static json_t *wait_outcome(const char *folder, const char *id)
{
	int64_t until_ms = sv_now_ms() + OUTCOME_MS;
	json_t *fields;

	for (;;) {
		fields = known_get(folder, id);
		if (json_object_get(fields, "outcome") ||
		    sv_now_ms() >= until_ms)
			return fields;
		json_decref(fields);
		poll(NULL, 0, LOOK_MS);
	}
}

static const char *field(const json_t *fields, const char *name)
{
	return json_string_value(json_object_get(fields, name));
}

static int outcome(struct agi_link *link, const char *folder)
{
	const char *text = agi_get(link->agi, "agi_arg_1");
	char id[SV_ULID_LEN];
	json_t *fields = NULL;
	uint8_t uuid[16];
	int rc;

	if (text && known_uuid_parse(text, uuid)) {
		known_call_id(uuid, id);
		fields = wait_outcome(folder, id);
	} else {
		sv_warn("agi: outcome asked for without a call's UUID");
	}
	rc = agi_link_outcome(link,
	                      (const char *const[]){ field(fields, "outcome"),
	                                             field(fields, "target"),
	                                             field(fields, "reason"),
	                                             field(fields, "brief") },
	                      NULL, NULL);
	json_decref(fields);
	return rc;
}

int agi_answer(struct agi_link *link, const char *folder, bool full)
{
	char *script = agi_script(link->agi);
	int rc;

	if (!strcmp(script, "start"))
		rc = start(link, folder, full);
	else
		rc = outcome(link, folder);
	free(script);
	return rc ? rc : agi_link_settle(link, ANSWER_MS);
}
