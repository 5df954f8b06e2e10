/* main: sv-archive, recordings and transcripts kept elsewhere */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "lib/fail.h"
#include "lib/log.h"
#include "lib/option.h"
#include "lib/start.h"

#include "src/archive/fetch.h"
#include "src/archive/filter.h"
#include "src/archive/keeper.h"
#include "src/archive/name.h"
#include "src/archive/watch.h"

static struct {
	const char *engine, *store, *format, *output;
	struct sv_list settings;
	int keep_ms, settle_ms, every_ms;
	bool dry_run, full, remote;
} opt = { .engine = "folder",
	  .format = "%Y/%m/%d/%c.%e",
	  .keep_ms = 3600000,
	  .settle_ms = 10000,
	  .every_ms = 5000 };

static const struct sv_option options[] = {
	{ 'e', "engine", "SV_ARCHIVE_ENGINE", "NAME", sv_str, &opt.engine,
	  "where files are kept; help lists what there is" },
	{ 'p', "set", NULL, "KEY=VALUE", sv_pair, &opt.settings,
	  "a setting of the engine" },
	{ 'd', "store", "SV_STORE", "DSN", sv_str, &opt.store,
	  "know what is kept there: sqlite:PATH, PATH or postgresql:" },
	{ 'o', "output", NULL, "FILE", sv_str, &opt.output,
	  "get: into FILE, all of it or nothing" },
	{ 'n', "dry-run", NULL, NULL, sv_flag, &opt.dry_run,
	  "say what would be kept under which key, and do nothing" },
	{ 0, "keep", "SV_ARCHIVE_KEEP", "TIME", sv_ms, &opt.keep_ms,
	  "files stay here so long after they are verified there" },
	{ 0, "name", "SV_ARCHIVE_NAME", "TEMPLATE", sv_str, &opt.format,
	  "how keys are made" },
	{ 0, "settle", "SV_ARCHIVE_SETTLE", "TIME", sv_ms, &opt.settle_ms,
	  "upload, watch: files not touched for so long are finished" },
	{ 0, "every", "SV_ARCHIVE_EVERY", "TIME", sv_ms, &opt.every_ms,
	  "watch: how often to look" },
	{ 0, "full", NULL, NULL, sv_flag, &opt.full,
	  "verify: read all that is there" },
	{ 0, "remote", NULL, NULL, sv_flag, &opt.remote,
	  "list: what is there, whatever the store says" },
	{ 0 },
};

static const struct sv_command command = {
	.name = "sv-archive",
	.operands = "[put FILE ... | get KEY|CALL | list [KEY|CALL] | "
		    "verify [KEY|CALL] | upload FOLDER ... | "
		    "watch FOLDER ... | keygen]",
	.about = "Recordings and transcripts kept in a folder or an "
		 "S3-compatible store, verified there.",
	.options = options,
};

/* --- what it does --- */

static int put(struct keeper *keeper, char **files)
{
	int failed = 0;

	for (; *files; files++) {
		char *path = realpath(*files, NULL);
		int rc = path ? keeper_keep(keeper, path, NULL)
		              : sv_fail(EX_NOINPUT, "open %s:", *files);

		free(path);
		if (rc == SV_GONE)
			return rc;
		if (rc && files[1])
			sv_warn("%s", sv_why());
		if (rc)
			failed = rc;
	}
	return failed;
}

static int get(struct keeper *keeper, char **what)
{
	return fetch_get(keeper, *what, opt.output);
}

static int list(struct keeper *keeper, char **what)
{
	return fetch_list(keeper, *what, opt.remote);
}

static int verify(struct keeper *keeper, char **what)
{
	return fetch_verify(keeper, *what, opt.full);
}

static int upload(struct keeper *keeper, char **folders)
{
	const struct watch_options once = { .settle_ms = opt.settle_ms };

	return watch(keeper, folders, &once);
}

static int watch_on(struct keeper *keeper, char **folders)
{
	const struct watch_options again = { .settle_ms = opt.settle_ms,
		                             .every_ms = opt.every_ms };

	return watch(keeper, folders, &again);
}

static const struct verb {
	const char *name;
	int least, most; /* operands */
	bool free;       /* files go when they are kept */
	int (*run)(struct keeper *keeper, char **operands);
} verbs[] = {
	{ "put", 1, 1 << 20, false, put },
	{ "get", 1, 1, false, get },
	{ "list", 0, 1, false, list },
	{ "verify", 0, 1, false, verify },
	{ "upload", 1, 1 << 20, true, upload },
	{ "watch", 1, 1 << 20, true, watch_on },
};

static int find(const char *name, int n, const struct verb **found)
{
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		if (strcmp(verbs[i].name, name) != 0)
			continue;
		*found = &verbs[i];
		return n >= verbs[i].least && n <= verbs[i].most
		               ? 0
		               : sv_fail(EX_USAGE,
		                         "%s: %s of what? see sv-archive -h",
		                         name, name);
	}
	return sv_fail(EX_USAGE,
	               "%s: say put, get, list, verify, upload, watch, keygen, "
	               "or nothing",
	               name);
}

static int act(char **operands, int n)
{
	struct keeper_options keeper_options = {
		.engine = opt.engine,
		.store = opt.store,
		.format = opt.format,
		.settings = &opt.settings,
		.keep_ms = opt.keep_ms,
		.free = true,
		.dry_run = opt.dry_run,
	};
	const struct verb *verb = NULL;
	struct keeper keeper = { .away = false };
	int rc;

	if (!n)
		return filter(&keeper_options);
	rc = find(operands[0], n - 1, &verb);
	if (rc)
		return rc;
	keeper_options.free = verb->free;
	rc = keeper_open(&keeper, &keeper_options);
	if (!rc)
		rc = verb->run(&keeper, operands + 1);
	keeper_close(&keeper);
	return rc;
}

static int run(void)
{
	int n;
	char **operands = sv_operands(&n);

	/* who opens a file that we look at has us told so */
	signal(SIGIO, SIG_IGN);
	if (!strcmp(opt.engine, "help"))
		return sv_depot_list();
	if (n == 1 && !strcmp(operands[0], "keygen"))
		return ring_make();
	if (!opt.every_ms)
		return sv_fail(EX_USAGE, "--every 0 would never rest");
	if (opt.dry_run && !n)
		return sv_fail(EX_USAGE, "-n goes with put and upload");
	return act(operands, n);
}

int main(int argc, char *argv[])
{
	sv_start(&command, argc, argv);
	return sv_end(run());
}
