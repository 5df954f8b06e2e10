/* people.c: sv-crm outbox, its entries listed and changed by hand */
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/audit.h"
#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"

#include "src/crm/command.h"
#include "src/crm/payload.h"

enum { WAIT_MS = 10, PAYLOAD_MAX = 1 << 20 };

struct hand {
	const struct crm_options *options;
	struct outbox *outbox;
	char *payload; /* that edit has read */
};

static int print_line(const struct entry *entry)
{
	char due[SV_TIME_LEN];

	sv_time_format(entry->next_due_ms, due);
	printf("%s\t%s\t%d\t%s\t%s\n", entry->key, entry->state,
	       entry->attempts, due, entry->error ? entry->error : "");
	return 0;
}

static int list(struct hand *hand, char **operands, int n)
{
	static const char *const states[] = { "queued", "sent", "dead",
		                              "dropped", "all" };
	const char *state = n ? operands[0] : NULL;
	size_t i;

	if (n > 1 || hand->options->all)
		return sv_fail(EX_USAGE, "outbox list: give one state");
	for (i = 0; i < 5; i++)
		if (!state || !strcmp(state, states[i]))
			return outbox_list(hand->outbox, state, print_line);
	return sv_fail(EX_USAGE,
	               "no state '%s': queued, sent, dead, dropped or all",
	               state);
}

static void print_entry(const struct entry *entry)
{
	char due[SV_TIME_LEN];
	json_t *shown, *made;

	sv_time_format(entry->next_due_ms, due);
	made = entry->made ? json_loads(entry->made, 0, NULL) : NULL;
	shown = json_pack("{ss ss ss ss si si ss ss* so* so*}", "key",
	                  entry->key, "kind", entry->kind, "call", entry->call,
	                  "state", entry->state, "attempts", entry->attempts,
	                  "failures", entry->failures, "next_due", due,
	                  "last_error", entry->error, "made", made, "payload",
	                  json_loads(entry->payload, 0, NULL));
	json_dumpf(shown, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
	putchar('\n');
	json_decref(shown);
}

/* Whoever sends may have it in hand: then it is waited for. */
static int hold(struct hand *hand, const char *key, bool *held)
{
	int64_t give_up_ms = sv_now_ms() + hand->options->timeout_ms;
	struct entry entry;
	int rc = outbox_get(hand->outbox, key, &entry);
	bool taken = entry.taken;

	entry_release(&entry);
	*held = false;
	if (rc || !taken)
		return rc;
	while ((rc = outbox_lock(hand->outbox)) == EX_TEMPFAIL &&
	       sv_now_ms() < give_up_ms)
		poll(NULL, 0, WAIT_MS);
	*held = !rc;
	return rc == EX_TEMPFAIL
	               ? sv_fail(rc, "entry %s: it is being sent just now", key)
	               : rc;
}

static int show(struct hand *hand, const char *key)
{
	struct entry entry;
	int rc = outbox_get(hand->outbox, key, &entry);

	if (!rc)
		rc = sv_audit_within(outbox_store(hand->outbox), "look", key,
		                     NULL);
	if (!rc)
		print_entry(&entry);
	entry_release(&entry);
	return rc;
}

static int retry(struct hand *hand, const char *key)
{
	int rc = outbox_retry(hand->outbox, key, sv_wall_ms());

	return rc ? rc
	          : sv_audit_within(outbox_store(hand->outbox), "retry", key,
	                            NULL);
}

static int drop(struct hand *hand, const char *key)
{
	int rc = outbox_drop(hand->outbox, key);

	return rc ? rc
	          : sv_audit_within(outbox_store(hand->outbox), "drop", key,
	                            NULL);
}

/* what stdin has, as one line of JSON */
static int read_payload(char **payload)
{
	struct sv_buf buf;
	json_error_t error;
	json_t *object = NULL;
	int rc;

	sv_buf_init(&buf, PAYLOAD_MAX);
	rc = sv_file_read("/dev/stdin", &buf);
	if (!rc)
		object = json_loadb(buf.data, buf.len, JSON_REJECT_DUPLICATES,
		                    &error);
	if (!rc && !object)
		rc = sv_fail(EX_DATAERR, "stdin:%d: not JSON", error.line);
	if (!rc)
		*payload = json_dumps(object,
		                      JSON_COMPACT | JSON_REAL_PRECISION(12));
	json_decref(object);
	sv_buf_release(&buf);
	return rc;
}

static int edit(struct hand *hand, const char *key)
{
	struct entry entry;
	int rc = outbox_get(hand->outbox, key, &entry);

	if (!rc)
		rc = payload_check(hand->payload, &entry);
	if (!rc)
		rc = outbox_edit(hand->outbox, key, hand->payload);
	if (!rc)
		rc = sv_audit_within(outbox_store(hand->outbox), "edit", key,
		                     NULL);
	entry_release(&entry);
	return rc;
}

static const struct verb {
	const char *name;
	int (*act)(struct hand *hand, const char *key);
	bool many;  /* takes several keys, or --all */
	bool holds; /* not while it is being sent */
} verbs[] = {
	{ "show", show, false, false },
	{ "retry", retry, true, false },
	{ "drop", drop, true, true },
	{ "edit", edit, false, true },
};

enum { VERBS = sizeof verbs / sizeof *verbs };

static int tell(struct hand *hand, const struct verb *verb, const char *key)
{
	struct entry entry;
	int rc = outbox_get(hand->outbox, key, &entry);

	if (!rc)
		fprintf(stderr, "sv-crm: would %s %s, which is %s\n",
		        verb->name, key, entry.state);
	entry_release(&entry);
	return rc;
}

/* What is done and the audit's row about it are there together, or neither. */
static int act(struct hand *hand, const struct verb *verb, const char *key)
{
	bool held = false;
	int rc = 0;

	if (hand->options->dry_run)
		return tell(hand, verb, key);
	if (verb->holds)
		rc = hold(hand, key, &held);
	if (!rc)
		rc = outbox_begin(hand->outbox);
	if (!rc)
		rc = verb->act(hand, key);
	if (!rc)
		rc = outbox_commit(hand->outbox);
	if (rc)
		outbox_rollback(hand->outbox);
	if (held)
		outbox_unlock(hand->outbox);
	return rc;
}

/* All of them, also when one cannot be: the first reason is the exit code. */
static int act_on_each(struct hand *hand, const struct verb *verb, char **keys,
                       int n)
{
	char *why = NULL;
	int i, rc, first = 0;

	for (i = 0; i < n; i++) {
		rc = act(hand, verb, keys[i]);
		if (!rc)
			continue;
		if (first)
			sv_warn("%s", sv_why());
		else
			why = sv_strdup(sv_why());
		first = first ? first : rc;
	}
	if (first)
		sv_fail(first, "%s", why);
	free(why);
	return first;
}

static int act_on_dead(struct hand *hand, const struct verb *verb)
{
	char **keys;
	int i, n = 0;
	int rc = outbox_dead(hand->outbox, &keys, &n);

	if (!rc)
		rc = act_on_each(hand, verb, keys, n);
	for (i = 0; i < n; i++)
		free(keys[i]);
	free(keys);
	return rc;
}

static int change(struct hand *hand, const struct verb *verb, char **operands,
                  int n)
{
	bool all = hand->options->all;
	int rc = 0;

	if (all && (!verb->many || n))
		return sv_fail(EX_USAGE,
		               "outbox %s: --all goes with retry or "
		               "drop, and without keys",
		               verb->name);
	if (!all && (n < 1 || (n > 1 && !verb->many)))
		return sv_fail(EX_USAGE, "outbox %s: give %s", verb->name,
		               verb->many ? "keys, or --all" : "one key");
	if (verb->act == edit)
		rc = read_payload(&hand->payload);
	if (rc)
		return rc;
	return all ? act_on_dead(hand, verb)
	           : act_on_each(hand, verb, operands, n);
}

static int choose(struct hand *hand, char **operands, int n)
{
	const char *name = n ? operands[0] : "list";
	int i = 0;

	if (!strcmp(name, "list"))
		return list(hand, operands + 1, n ? n - 1 : 0);
	while (i < VERBS && strcmp(verbs[i].name, name) != 0)
		i++;
	if (i == VERBS)
		return sv_fail(EX_USAGE,
		               "outbox %s: say list, show, retry, edit or drop",
		               name);
	return change(hand, &verbs[i], operands + 1, n - 1);
}

static int people(const struct crm_options *options, char **operands, int n)
{
	struct hand hand = { .options = options };
	int rc = outbox_open(&hand.outbox, options->store, options->dry_run);

	if (!rc)
		rc = choose(&hand, operands, n);
	free(hand.payload);
	outbox_close(hand.outbox);
	return rc;
}

const struct crm_command crm_outbox = {
	.name = "outbox",
	.operands = "[list [STATE] | show KEY | edit KEY | "
		    "retry KEY ... | drop KEY ...]",
	.about = "what waits for the CRM, and what was given up",
	.run = people,
};
