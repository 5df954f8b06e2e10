/* main: sv-crm, calls and leads to the CRM, each exactly once */
#include <string.h>

#include "lib/fail.h"
#include "lib/option.h"
#include "lib/start.h"

#include "src/crm/command.h"

static struct crm_options opt = {
	.engine = "journal",
	.hold_ms = 600000,
	.timeout_ms = 30000,
	.url = "http://127.0.0.1:8787/",
	.channel = "Local/{extension}@from-internal",
};

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
	{ 0, "all", NULL, NULL, sv_flag, &opt.all,
	  "outbox retry, drop: every dead entry" },
	{ 0, "hold", "SV_CRM_HOLD", "TIME", sv_ms, &opt.hold_ms,
	  "let a call's record wait so long for the rest of the call" },
	{ 'u', "url", "SV_LISTEN_URL", "URL", sv_str, &opt.url,
	  "listen: await webhooks there" },
	{ 0, "cert", "SV_LISTEN_CERT", "FILE", sv_str, &opt.cert,
	  "listen: our certificate, PEM" },
	{ 0, "key", "SV_LISTEN_KEY", "FILE", sv_str, &opt.key,
	  "listen: its key, PEM" },
	{ 0, "spool", "SV_LISTEN_SPOOL", "DIR", sv_str, &opt.spool,
	  "listen: place the calls of clicks through Asterisk's spool" },
	{ 0, "channel", "SV_LISTEN_CHANNEL", "NAME", sv_str, &opt.channel,
	  "listen: by that channel" },
	{ 0 },
};

static const struct sv_command command = {
	.name = "sv-crm",
	.operands = "[COMMAND [ARG ...]]",
	.about = "Each call and each lead into the CRM, exactly once. "
		 "sv-crm help lists the commands.",
	.options = options,
};

static int run(void)
{
	const struct crm_command *chosen;
	int n;
	char **operands = sv_operands(&n);

	if (!strcmp(opt.engine, "help"))
		return crm_list_engines();
	if (opt.all && (!n || strcmp(operands[0], crm_outbox.name) != 0))
		return sv_fail(EX_USAGE, "--all belongs to sv-crm outbox");
	if (!n)
		return crm_filter(&opt);
	chosen = crm_command_find(operands[0]);
	if (!chosen)
		return sv_fail(EX_USAGE, "%s: no such command; see sv-crm help",
		               operands[0]);
	return chosen->run(&opt, operands + 1, n - 1);
}

int main(int argc, char *argv[])
{
	sv_start(&command, argc, argv);
	return sv_end(run());
}
