/* sv-capture: sound in, as PCM; and PCM out, as sound; and calls */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/option.h"
#include "lib/pcm.h"
#include "lib/start.h"

#include "src/capture/line.h"
#include "src/capture/origins.h"
#include "src/capture/server.h"
#include "src/capture/sounds.h"
#include "src/capture/types.h"

struct options {
	struct sounds_config sounds;
	struct server_config server;
	bool transports;
};

static int reload(void);

static const struct options defaults = {
	.sounds = { .channel = LINE_MIX, .output = "-", .effects = "" },
	.server = { .call = { .rate_hz = SV_RATE_DEFAULT,
	                      .language = "ru",
	                      .record_as = "flac",
	                      .max_call_ms = 3600000,
	                      .grace_ms = 5000,
	                      .silence_ms = 10000,
	                      .echo_guard = true },
	            .max_calls = 100,
	            .greeting_ms = 2000,
	            .reload = reload },
};

static struct options opt;

static const struct sv_option options[] = {
	{ 'r', "rate", "SV_RATE", "HZ", sv_hz, &opt.server.call.rate_hz,
	  "rate of PCM, where nothing else tells" },
	{ 'o', "output", NULL, "FILE", sv_str, &opt.sounds.output,
	  "write FILE or a device instead of stdout" },
	{ 0, "out-rate", NULL, "HZ", type_any_hz, &opt.sounds.out_rate_hz,
	  "rate of what -o writes" },
	{ 0, "raw", NULL, "CODING", type_raw, &opt.sounds.raw,
	  "the input has no header and is so coded" },
	{ 0, "channel", NULL, "N|mix", type_channel, &opt.sounds.channel,
	  "take channel N, from 0, or all mixed" },
	{ 0, "effects", NULL, "CHAIN", sv_str, &opt.sounds.effects,
	  "SoX effects to apply" },
	{ 0, "pace", NULL, NULL, sv_flag, &opt.sounds.pace,
	  "write to stdout in real time" },
	{ 0, "transports", NULL, NULL, sv_flag, &opt.transports,
	  "list what can stand before a URL's colon" },
	{ 0, "max-calls", "SV_CAPTURE_MAX_CALLS", "N", type_calls,
	  &opt.server.max_calls, "refuse more calls than N at once" },
	{ 0, "events", "SV_CAPTURE_EVENTS", "FILE", sv_str, &opt.server.events,
	  "add the events of calls to FILE" },
	{ 'l', "language", "SV_LANG", "ru|en", sv_lang,
	  &opt.server.call.language, "language of calls" },
	{ 0, "record", "SV_CAPTURE_RECORD", "FOLDER", sv_str,
	  &opt.server.call.record, "record calls, below FOLDER" },
	{ 0, "record-as", "SV_CAPTURE_RECORD_AS", "flac|opus", type_recording,
	  &opt.server.call.record_as, "form of recordings" },
	{ 0, "fallback", "SV_FALLBACK", "TARGET", sv_str,
	  &opt.server.call.fallback, "who takes a call that we cannot" },
	{ 0, "greeting", "SV_CAPTURE_GREETING", "TIME", sv_ms,
	  &opt.server.greeting_ms, "how long a peer may say nothing" },
	{ 0, "max-call", "SV_CAPTURE_MAX_CALL", "TIME", sv_ms,
	  &opt.server.call.max_call_ms, "the longest call; 0: no limit" },
	{ 0, "silence", "SV_CAPTURE_SILENCE", "TIME", sv_ms,
	  &opt.server.call.silence_ms, "without sound for so long it is gone" },
	{ 0, "grace", "SV_CAPTURE_GRACE", "TIME", sv_ms,
	  &opt.server.call.grace_ms, "for COMMAND to finish after a call" },
	{ 0, "drain", "SV_CAPTURE_DRAIN", "TIME", sv_ms, &opt.server.drain_ms,
	  "after SIGTERM, for calls to finish" },
	{ 0, "max-memory", "SV_CAPTURE_MAX_MEMORY", "MB", sv_int,
	  &opt.server.call.max_memory_mb, "of each process of a call" },
	{ 0, "echo-guard", "SV_CAPTURE_ECHO_GUARD", "yes|no", sv_flag,
	  &opt.server.call.echo_guard, "tell our own voice from the caller's" },
	{ 0, "run", "SV_RUN", "FOLDER", sv_str, &opt.server.call.run,
	  "where calls are known by their UUID" },
	{ 0, "trace", "SV_TRACE_DIR", "FOLDER", sv_str, &opt.server.call.trace,
	  "keep every byte of a call below FOLDER" },
	{ 0 },
};

static const struct sv_command command = {
	.name = "sv-capture",
	.operands = "[FILE|-|alsa:NAME|pulse:NAME ...] | URL ... -- COMMAND "
		    "[ARG ...]",
	.about = "sound from files and devices to PCM on stdout, or with -o "
		 "from PCM\non stdin to files and devices; or calls that come "
		 "in at each URL,\nCOMMAND for each, and their events on "
		 "stdout",
	.options = options,
};

static void set_run_folder(void)
{
	static char path[PATH_MAX];
	char *usual = sv_run_folder();

	snprintf(path, sizeof path, "%s", usual);
	free(usual);
	if (!opt.server.call.run)
		opt.server.call.run = path;
}

static int reload(void)
{
	struct options before = opt;
	int rc;

	opt = defaults;
	opt.server.call.command = before.server.call.command;
	rc = sv_start_again();
	if (rc)
		opt = before;
	set_run_folder();
	return rc;
}

/* Operands that begin with a transport's scheme say where calls come from, the
 * rest is COMMAND. */
static int run_calls(char **what, int n)
{
	struct origin *origins = sv_calloc((size_t)n, sizeof *origins);
	size_t n_origins = 0;
	int rc = origins_parse(what, origins, &n_origins);

	if (!rc && !sounds_unused(&opt.sounds))
		rc = sv_fail(EX_USAGE,
		             "-o, --out-rate, --raw, --channel, "
		             "--effects and --pace are not for calls");
	opt.server.call.command = what + n_origins;
	set_run_folder();
	if (!rc)
		rc = server_run(&opt.server, origins, n_origins);
	origins_release(origins, n_origins);
	free(origins);
	return rc;
}

static int run(void)
{
	int n;
	char **what = sv_operands(&n);

	if (opt.transports) {
		transports_print();
		return 0;
	}
	if (n && origins_begin(what[0]))
		return run_calls(what, n);
	opt.sounds.rate_hz = opt.server.call.rate_hz;
	return sounds_run(&opt.sounds, what, n);
}

int main(int argc, char *argv[])
{
	opt = defaults;
	sv_start(&command, argc, argv);
	return sv_end(run());
}
