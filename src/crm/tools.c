/*
 * tools.c: sv-crm lead, deal, task and call: what conversations and scripts ask
 * of the CRM, JSON in and JSON out
 *
 * What is to be written goes through the outbox like everything else: first a
 * row, then it is sent, and whoever sends it (we or a filter that runs), it is
 * there once.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/digest.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/start.h"

#include "src/crm/asked.h"
#include "src/crm/command.h"

enum { POLL_MS = 10, KEY_HEX = 20, KEY_MAX = 200 };

/* what a tool may be told; see record.c for what it means */
static const char *const person_keys[] = {
	"key",    "call",   "name",      "phone",       "email",    "company",
	"need",   "budget", "text",      "callback",    "outcome",  "caller",
	"callee", "time",   "direction", "source",      "language", "scenario",
	"slots",  "fields", "utm",       "responsible", NULL,
};
static const char *const task_keys[] = {
	"key",        "call",    "title",      "text",
	"phone",      "email",   "deadline",   "responsible",
	"lead_id",    "deal_id", "contact_id", "time",
	"company_id", "name",    "language",   NULL,
};
static const char *const call_keys[] = {
	"key",        "call",        "direction",   "caller",  "callee",
	"started",    "duration_ms", "status",      "reason",  "outcome",
	"text",       "language",    "responsible", "lead_id", "deal_id",
	"contact_id", "company_id",  "name",        "email",   NULL,
};

/* --- what is written --- */

/* The key: as given, or one that the same input always has. */
static char *key_of(const char *kind, const json_t *asked, const char *call)
{
	const char *given = json_string_value(json_object_get(asked, "key"));
	unsigned char digest[SV_SHA256];
	char hex[SV_SHA256_HEX], *text, *key;

	if (given && *given)
		return sv_strdup(given);
	text = json_dumps(asked, JSON_COMPACT | JSON_SORT_KEYS |
	                                 JSON_REAL_PRECISION(12));
	sv_sha256(text ? text : "", text ? strlen(text) : 0, digest);
	free(text);
	sv_hex(digest, sizeof digest, hex);
	key = sv_format("%s%s%s-%.*s", call, *call ? ":" : "", kind, KEY_HEX,
	                hex);
	return key;
}

static void add_time(json_t *payload, const char *name)
{
	char now[SV_TIME_LEN];

	sv_time_format(sv_wall_ms(), now);
	if (!json_object_get(payload, name))
		json_object_set_new(payload, name, json_string(now));
}

/* An entry of what was asked, for entry_release(). */
static int make_entry(const char *kind, const json_t *asked,
                      struct entry *entry)
{
	const char *call = json_string_value(json_object_get(asked, "call"));
	json_t *payload = json_deep_copy(asked);

	if (call && strlen(call) > SV_CALL_MAX) {
		json_decref(payload);
		return sv_fail(EX_DATAERR, "%s: no call id is that long", kind);
	}
	entry->key = key_of(kind, asked, call ? call : "");
	entry->kind = sv_strdup(kind);
	entry->call = sv_strdup(call ? call : "");
	entry->next_due_ms = sv_wall_ms();
	json_object_set_new(payload, "key", json_string(entry->key));
	json_object_set_new(payload, "kind", json_string(kind));
	add_time(payload, strcmp(kind, "call") != 0 ? "time" : "started");
	entry->payload =
		json_dumps(payload, JSON_COMPACT | JSON_REAL_PRECISION(12));
	json_decref(payload);
	if (strlen(entry->key) > KEY_MAX)
		return sv_fail(EX_DATAERR, "%s: the key is too long", kind);
	return 0;
}

/* What became of it, and the exit code that goes with it. */
static int report(const struct entry *entry, int code, const char *why)
{
	json_t *made = entry->made ? json_loads(entry->made, 0, NULL) : NULL;
	int rc = asked_print(json_pack("{ss ss so*}", "key", entry->key,
	                               "state", entry->state, "made",
	                               made ? made : json_object()));

	if (rc || !strcmp(entry->state, "sent"))
		return rc;
	if (strcmp(entry->state, "queued") != 0)
		return sv_fail(EX_DATAERR, "%s: %s: %s", entry->key,
		               entry->state, entry->error ? entry->error : "");
	if (entry->error)
		why = entry->error;
	return sv_fail(EX_TEMPFAIL, "%s waits in the outbox%s%s", entry->key,
	               (code || entry->error) && *why ? ": " : "",
	               code || entry->error ? why : "");
}

static bool stop(void *arg)
{
	(void)arg;
	return sv_stopping();
}

/* Sends that entry, or waits while another process does, which may be in the
 * middle of it. */
static int send_now(struct drain *pump, const char *key, int64_t until_ms,
                    struct entry *entry)
{
	enum drained left;
	char *why;
	int code, rc;

	for (;;) {
		code = drain(pump, POLL_MS, &left);
		why = sv_strdup(sv_why());
		entry_release(entry);
		rc = outbox_get(pump->outbox, key, entry);
		if (rc || strcmp(entry->state, "queued") != 0 || code ||
		    left == DRAINED || sv_now_ms() >= until_ms || sv_stopping())
			break;
		free(why);
		poll(NULL, 0, POLL_MS);
	}
	if (!rc)
		rc = report(entry, code, why);
	free(why);
	return rc;
}

static int write_entry(const struct crm_options *options,
                       const struct entry *wanted)
{
	/* no events here: stdout is for the answer */
	struct drain pump = { .stop = stop, .told = SV_GONE };
	struct entry entry = { 0 };
	int64_t seq;
	int rc = crm_engine_open(options, &pump.engine, &pump.crm);

	pump.key = wanted->key;
	if (!rc && pump.engine->urgent)
		pump.engine->urgent(pump.crm, options->timeout_ms);
	if (!rc && !crm_takes(pump.engine, wanted->kind))
		rc = sv_fail(EX_USAGE, "%s takes no %s", pump.engine->name,
		             wanted->kind);
	if (!rc)
		rc = outbox_open(&pump.outbox, options->store, false);
	if (!rc)
		rc = outbox_begin(pump.outbox);
	if (!rc) {
		rc = outbox_put(pump.outbox, wanted, &seq);
		if (!rc)
			rc = outbox_commit(pump.outbox);
		if (rc)
			outbox_rollback(pump.outbox);
	}
	if (!rc)
		rc = send_now(&pump, wanted->key,
		              sv_now_ms() + options->timeout_ms, &entry);
	entry_release(&entry);
	outbox_close(pump.outbox);
	if (pump.engine)
		pump.engine->close(pump.crm);
	return rc;
}

/* -n: what the engine would ask, and nothing else happens */
static int show_entry(const struct crm_options *options,
                      const struct entry *wanted)
{
	struct crm_outcome outcome = { 0 };
	const struct crm_engine *engine = NULL;
	struct crm *crm = NULL;
	json_t *made = json_object();
	const struct crm_entry entry = {
		.key = wanted->key,
		.kind = wanted->kind,
		.call = wanted->call,
		.payload = wanted->payload,
		.attempts = 1,
		.made = made,
	};
	int rc = crm_engine_open(options, &engine, &crm);

	if (!rc && !engine->show)
		fprintf(stderr, "sv-crm: would send %s %s\n", entry.kind,
		        entry.key);
	if (!rc && engine->show) {
		engine->show(crm);
		rc = engine->send(crm, &entry, &outcome);
	}
	crm_outcome_release(&outcome);
	json_decref(made);
	if (engine)
		engine->close(crm);
	return rc;
}

static int run(const struct crm_options *options, const char *kind,
               char **operands, int n, const char *const *known)
{
	struct entry entry = { 0 };
	json_t *asked;
	int rc = asked_read(kind, operands, n, known, &asked);

	if (!rc)
		rc = make_entry(kind, asked, &entry);
	if (!rc)
		rc = options->dry_run ? show_entry(options, &entry)
		                      : write_entry(options, &entry);
	entry_release(&entry);
	json_decref(asked);
	return rc;
}

static int run_lead(const struct crm_options *options, char **operands, int n)
{
	return run(options, "lead", operands, n, person_keys);
}

static int run_deal(const struct crm_options *options, char **operands, int n)
{
	return run(options, "deal", operands, n, person_keys);
}

static int run_task(const struct crm_options *options, char **operands, int n)
{
	return run(options, "task", operands, n, task_keys);
}

static int run_call(const struct crm_options *options, char **operands, int n)
{
	return run(options, "call", operands, n, call_keys);
}

const struct crm_command crm_lead = {
	.name = "lead",
	.operands = "[JSON]",
	.about = "make a lead, once",
	.run = run_lead,
};

const struct crm_command crm_deal = {
	.name = "deal",
	.operands = "[JSON]",
	.about = "make a deal and who it is of, once",
	.run = run_deal,
};

const struct crm_command crm_task = {
	.name = "task",
	.operands = "[JSON]",
	.about = "make a task, once",
	.run = run_task,
};

const struct crm_command crm_call = {
	.name = "call",
	.operands = "[JSON]",
	.about = "note a call, once",
	.run = run_call,
};
