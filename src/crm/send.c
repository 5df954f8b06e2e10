/* send.c: sv-crm send, what is due now and no more */
#include <stdio.h>

#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/start.h"

#include "src/crm/command.h"

static int say_due(const struct entry *entry)
{
	if (entry->next_due_ms <= sv_wall_ms())
		fprintf(stderr, "sv-crm: would send %s %s\n", entry->kind,
		        entry->key);
	return 0;
}

static bool stop(void *arg)
{
	(void)arg;
	return sv_stopping();
}

static int send_due(const struct crm_options *options, char **operands, int n)
{
	struct drain pump = { .stop = stop };
	int rc;

	if (n)
		return sv_fail(EX_USAGE, "send %s: send stands alone",
		               operands[0]);
	rc = crm_engine_open(options, &pump.engine, &pump.crm);
	if (!rc)
		rc = outbox_open(&pump.outbox, options->store,
		                 options->dry_run);
	if (!rc)
		rc = options->dry_run
		             ? outbox_list(pump.outbox, "queued", say_due)
		             : drain_all(&pump, options->timeout_ms);
	outbox_close(pump.outbox);
	if (pump.engine)
		pump.engine->close(pump.crm);
	/* what waited for the CRM when we were told to stop waits on */
	return rc == EX_TEMPFAIL && sv_stopping() ? 0 : rc;
}

const struct crm_command crm_send = {
	.name = "send",
	.about = "send what is due",
	.run = send_due,
};
