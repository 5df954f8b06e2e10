/* main: sv-crm, calls and leads to the CRM, each exactly once */
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/option.h"
#include "lib/start.h"

#include "src/crm/filter.h"
#include "src/crm/people.h"

static struct {
	const char *engine, *store;
	struct sv_list settings;
	bool dry_run;
	int hold_ms, timeout_ms;
} opt = { .engine = "journal", .hold_ms = 600000, .timeout_ms = 30000 };

static const struct sv_option options[] = {
	{ 'e', "engine", "SV_CRM_ENGINE", "NAME", sv_str, &opt.engine,
	  "where calls and leads go; help lists what there is" },
	{ 'p', "set", NULL, "KEY=VALUE", sv_pair, &opt.settings,
	  "a setting of the engine" },
	{ 'd', "store", "SV_STORE", "DSN", sv_str, &opt.store,
	  "keep the outbox there: sqlite:PATH or PATH" },
	{ 'n', "dry-run", NULL, NULL, sv_flag, &opt.dry_run,
	  "say what would be done, and write nothing" },
	{ 't', "timeout", "SV_CRM_TIMEOUT", "TIME", sv_ms, &opt.timeout_ms,
	  "wait so long for another process that sends" },
	{ 0, "hold", "SV_CRM_HOLD", "TIME", sv_ms, &opt.hold_ms,
	  "let a call's record wait so long for the rest of the call" },
	{ 0 },
};

static const struct sv_command command = {
	.name = "sv-crm",
	.operands = "[send | outbox [list [STATE] | show KEY | retry KEY | "
		    "drop KEY]]",
	.about = "Each call and each lead into the CRM, exactly once.",
	.options = options,
};

static int say_due(const struct entry *entry)
{
	if (entry->next_due_ms <= sv_wall_ms())
		fprintf(stderr, "sv-crm: would send %s %s\n", entry->kind,
		        entry->key);
	return 0;
}

static int send_now(struct drain *pump)
{
	if (opt.dry_run)
		return outbox_list(pump->outbox, "queued", say_due);
	return drain_all(pump, opt.timeout_ms);
}

static int filter_stdin(struct drain *pump, int code)
{
	const struct filter_options filter_options = {
		.hold_ms = opt.hold_ms,
		.timeout_ms = opt.timeout_ms,
		.dry_run = opt.dry_run,
	};

	return filter(pump, &filter_options, code);
}

/* Only the filter goes on without a store: its events must pass. */
static int act(struct drain *pump, char **operands, int n)
{
	int rc = outbox_open(&pump->outbox, opt.store, opt.dry_run);

	if (!n)
		return rc == EX_USAGE ? rc : filter_stdin(pump, rc);
	if (rc)
		return rc;
	if (!strcmp(operands[0], "outbox"))
		return people(pump->outbox, operands + 1, n - 1, opt.dry_run);
	return send_now(pump);
}

static int run(void)
{
	struct drain pump = { 0 };
	int n, rc;
	char **operands = sv_operands(&n);
	bool send = n == 1 && !strcmp(operands[0], "send");

	if (!strcmp(opt.engine, "help"))
		return crm_list_engines();
	if (n && !send && strcmp(operands[0], "outbox") != 0)
		return sv_fail(EX_USAGE, "%s: say send, outbox, or nothing",
		               operands[0]);
	rc = crm_find(&pump.engine, opt.engine, &opt.settings);
	if (!rc)
		rc = pump.engine->open(&pump.crm, &opt.settings);
	if (!rc)
		rc = act(&pump, operands, n);
	outbox_close(pump.outbox);
	if (pump.engine)
		pump.engine->close(pump.crm);
	return rc;
}

int main(int argc, char *argv[])
{
	sv_start(&command, argc, argv);
	return sv_end(run());
}
