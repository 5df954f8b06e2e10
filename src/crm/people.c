/* people.c: the outbox listed, shown, retried and dropped by hand */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/fail.h"

#include "src/crm/command.h"

static int print_line(const struct entry *entry)
{
	char due[SV_TIME_LEN];

	sv_time_format(entry->next_due_ms, due);
	printf("%s\t%s\t%d\t%s\t%s\n", entry->key, entry->state,
	       entry->attempts, due, entry->error ? entry->error : "");
	return 0;
}

static int list(struct outbox *outbox, const char *state)
{
	static const char *const states[] = { "queued", "sent", "dead",
		                              "dropped", "all" };
	size_t i;

	for (i = 0; i < 5; i++)
		if (!state || !strcmp(state, states[i]))
			return outbox_list(outbox, state, print_line);
	return sv_fail(EX_USAGE,
	               "no state '%s': queued, sent, dead, dropped or all",
	               state);
}

static int show(struct outbox *outbox, const char *key)
{
	char due[SV_TIME_LEN];
	struct entry entry;
	int rc = outbox_get(outbox, key, &entry);
	json_t *shown;

	if (rc)
		return rc;
	sv_time_format(entry.next_due_ms, due);
	shown = json_pack("{ss ss ss ss si ss ss* so*}", "key", entry.key,
	                  "kind", entry.kind, "call", entry.call, "state",
	                  entry.state, "attempts", entry.attempts, "next_due",
	                  due, "last_error", entry.error, "payload",
	                  json_loads(entry.payload, 0, NULL));
	json_dumpf(shown, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
	putchar('\n');
	json_decref(shown);
	entry_release(&entry);
	return 0;
}

static int retry(struct outbox *outbox, const char *key)
{
	return outbox_retry(outbox, key, sv_wall_ms());
}

static const struct {
	const char *name;
	int (*act)(struct outbox *outbox, const char *key);
	bool needs_key;
	bool changes;
} verbs[] = {
	{ "list", list, false, false },
	{ "show", show, true, false },
	{ "retry", retry, true, true },
	{ "drop", outbox_drop, true, true },
};

static int act(struct outbox *outbox, char **operands, int n, bool dry_run)
{
	const char *name = n ? operands[0] : "list";
	const char *key = n > 1 ? operands[1] : NULL;
	struct entry entry;
	size_t i = 0;
	int rc;

	while (i < 4 && strcmp(verbs[i].name, name) != 0)
		i++;
	if (i == 4)
		return sv_fail(EX_USAGE,
		               "outbox %s: say list, show, retry or drop",
		               name);
	if (n > 2 || (verbs[i].needs_key && !key))
		return sv_fail(EX_USAGE, "outbox %s: give one %s", name,
		               verbs[i].needs_key ? "key" : "state");
	if (!dry_run || !verbs[i].changes)
		return verbs[i].act(outbox, key);
	rc = outbox_get(outbox, key, &entry);
	if (!rc)
		fprintf(stderr, "sv-crm: would %s %s, which is %s\n", name, key,
		        entry.state);
	entry_release(&entry);
	return rc;
}

static int people(const struct crm_options *options, char **operands, int n)
{
	struct outbox *outbox = NULL;
	int rc = outbox_open(&outbox, options->store, options->dry_run);

	if (!rc)
		rc = act(outbox, operands, n, options->dry_run);
	outbox_close(outbox);
	return rc;
}

const struct crm_command crm_outbox = {
	.name = "outbox",
	.operands = "[list [STATE] | show KEY | retry KEY | drop KEY]",
	.about = "what waits for the CRM, and what was given up",
	.run = people,
};
