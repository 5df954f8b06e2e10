/* main: sv-admin, what is kept and for how long, and who has looked at it */
#include <signal.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/option.h"
#include "lib/phone.h"
#include "lib/start.h"

#include "src/admin/admin.h"

static struct admin opt = { .format = "text", .country = "7" };

static int form(const char *value, void *target)
{
	if (strcmp(value, "text") != 0 && strcmp(value, "json") != 0)
		return sv_fail(EX_USAGE, "'%s' is neither text nor json",
		               value);
	return sv_str(value, target);
}

/* With a wrong one a person's number would be found nowhere. */
static int country(const char *value, void *target)
{
	if (!sv_phone_country(value))
		return sv_fail(EX_USAGE,
		               "'%s': a country is digits, as 7 or 375", value);
	return sv_str(value, target);
}

static const struct sv_option options[] = {
	{ 'd', "store", "SV_STORE", "DSN", sv_str, &opt.dsn,
	  "the store: sqlite:PATH, PATH or postgresql://HOST/NAME" },
	{ 0, "rules", "SV_ADMIN_RULES", "FILE", sv_str, &opt.rules_path,
	  "what is kept for how long, and in which folders" },
	{ 0, "apply", NULL, NULL, sv_flag, &opt.apply,
	  "delete; without it is only shown what would be" },
	{ 'n', "dry-run", NULL, NULL, sv_flag, &opt.dry_run,
	  "delete nothing, whatever else is said" },
	{ 'o', "output", NULL, "FILE", sv_str, &opt.output,
	  "write the signed report to FILE" },
	{ 0, "format", "SV_ADMIN_FORMAT", "text|json", form, &opt.format,
	  "form of what is printed" },
	{ 0, "country", "SV_ADMIN_COUNTRY", "DIGITS", country, &opt.country,
	  "home country of numbers without one" },
	{ 'p', "set", NULL, "KEY=VALUE", sv_pair, &opt.settings,
	  "a setting of where objects are kept" },
	{ 0, "key", NULL, "FILE", sv_str, &opt.public_key,
	  "verify: the public key of who signed" },
	{ 0, "since", NULL, "TIME", sv_str, &opt.since,
	  "audit: from TIME on: 7d, 2026-11-20 ..." },
	{ 0, "who", NULL, "NAME", sv_str, &opt.who,
	  "audit: what NAME has done" },
	{ 0, "verify", NULL, NULL, sv_flag, &opt.verify,
	  "audit: check the chain, and print its end" },
	{ 0, "known", NULL, "NUMBER:DIGEST", sv_str, &opt.known,
	  "audit: an end that --verify has printed before" },
	{ 0 },
};

static const struct sv_command command = {
	.name = "sv-admin",
	.operands = "retention | forget NUMBER | verify REPORT | keygen FILE | "
		    "audit | config [PROGRAM ...] | approve [ID [yes|no]]",
	.about = "What is kept and for how long, who has looked at it, and "
		 "what is set.",
	.options = options,
};

static const struct {
	const char *name;
	int (*run)(struct admin *admin, char **operands, int n);
} commands[] = {
	{ "retention", retention }, { "forget", forget }, { "verify", verify },
	{ "keygen", keygen },       { "audit", audit },   { "config", config },
	{ "approve", approve },
};

static int run(void)
{
	int n, rc = EX_USAGE;
	char **operands = sv_operands(&n);
	size_t i = 0, most = sizeof commands / sizeof *commands;

	while (n && i < most && strcmp(operands[0], commands[i].name) != 0)
		i++;
	if (!n || i == most)
		return sv_fail(EX_USAGE,
		               "%s: say retention, forget, verify, keygen, "
		               "audit, config or approve",
		               n ? operands[0] : "what is to be done?");
	signal(SIGIO, SIG_IGN); /* a lease that somebody waits for */
	opt.apply = opt.apply && !opt.dry_run;
	opt.now_ms = sv_wall_ms();
	opt.left = json_array();
	rc = commands[i].run(&opt, operands + 1, n - 1);
	admin_close(&opt);
	return rc;
}

int main(int argc, char *argv[])
{
	sv_start(&command, argc, argv);
	return sv_end(run());
}
