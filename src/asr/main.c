/* main.c: sv-asr, speech to text: options, and which part does the work */
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/pcm.h"
#include "lib/start.h"

#include "src/asr/barge_in.h"
#include "src/asr/batch.h"
#include "src/asr/config.h"
#include "src/asr/endpoint.h"
#include "src/asr/engine.h"
#include "src/asr/roster.h"
#include "src/asr/serve.h"
#include "src/asr/stream.h"

#define DEFAULTS                                                               \
	{                                                                      \
		.language = "ru", .rate_hz = SV_RATE_DEFAULT,                  \
		.expect = "free", .utterance_ms = 30000, .format = "ndjson",   \
		.output = "-", .timeout_ms = 300000, .barge_in_ms = 140,       \
		.barge_in_db = 4                                               \
	}

static struct asr_config opt = DEFAULTS;

/* KIND of a language, or LANG=FOLDER */
static int also(const char *value, void *target)
{
	const char *equals = strchr(value, '=');

	if ((!strncmp(value, "ru", 2) || !strncmp(value, "en", 2)) &&
	    (!value[2] || (equals == value + 2 && equals[1])))
		return sv_add(value, target);
	return sv_fail(EX_USAGE,
	               "'%s' is neither ru or en, nor one of them "
	               "with =FOLDER",
	               value);
}

static const struct sv_option options[] = {
	{ 'e', "engine", "SV_ASR_ENGINE", "NAME[,NAME]", sv_names, &opt.engines,
	  "recognise with NAME, or the next of them" },
	{ 'p', "set", NULL, "KEY=VALUE", sv_pair, &opt.settings,
	  "a setting of the engine, as model=FOLDER" },
	{ 'u', "url", NULL, "URL", sv_str, &opt.url,
	  "the service of the first engine that is one" },
	{ 0, "probe", NULL, NULL, sv_flag, &opt.probe,
	  "engines: ask each for a real answer" },
	{ 0, "model", "SV_MODEL", "FOLDER", sv_str, &opt.model,
	  "the engine's model" },
	{ 'l', "language", "SV_LANG", "ru|en", sv_lang, &opt.language,
	  "language spoken" },
	{ 'r', "rate", "SV_RATE", "HZ", sv_hz, &opt.rate_hz,
	  "samples a second on stdin" },
	{ 0, "expect", "SV_ASR_EXPECT", "KIND", endpoint_kind, &opt.expect,
	  "what the first question expects: yesno, phone ..." },
	{ 0, "silence", NULL, "KIND=TIME", endpoint_silence, &opt.silence,
	  "the pause that ends such an answer" },
	{ 0, "max-utterance", "SV_ASR_MAX_UTTERANCE", "TIME", endpoint_length,
	  &opt.utterance_ms, "cut an utterance after TIME" },
	{ 0, "barge-in-time", "SV_ASR_BARGE_IN_TIME", "TIME", barge_in_time,
	  &opt.barge_in_ms, "speech this long is needed over a prompt" },
	{ 0, "barge-in-level", "SV_ASR_BARGE_IN_LEVEL", "DB", barge_in_level,
	  &opt.barge_in_db, "and this far above the noise" },
	{ 0, "clock", "SV_CLOCK", "wall|call", sv_clock, &opt.by_call,
	  "call: write clock events as the sound is dealt with" },
	{ 0, "socket", "SV_ASR_SOCKET", "SOCKET", sv_str, &opt.socket,
	  "have the server there do the work; 'none': do it alone" },
	{ 0, "serve", NULL, "SOCKET", sv_str, &opt.serve,
	  "be that server, listening there" },
	{ 0, "also", NULL, "LANG[=FOLDER]", also, &opt.also,
	  "serve that language, too" },
	{ 0, "max-calls", "SV_ASR_MAX_CALLS", "N", sv_int, &opt.max_calls,
	  "serve so many calls at once at most" },
	{ 0, "warm", "SV_ASR_WARM", "FILE", sv_str, &opt.warm,
	  "have the server hear a recording before any call" },
	{ 0, "files-from", NULL, "FILE", sv_str, &opt.files_from,
	  "recordings named in FILE, one a line" },
	{ '0', "null", NULL, NULL, sv_flag, &opt.null,
	  "the names end with zero bytes, not newlines" },
	{ 0, "raw", NULL, "CODING", sv_str, &opt.raw,
	  "the files have no header: ulaw, sln16 ..." },
	{ 0, "speakers", "SV_ASR_SPEAKERS", "NAME,NAME", sv_names,
	  &opt.speakers, "who is on each channel of a recording" },
	{ 'j', "jobs", "SV_ASR_JOBS", "N", sv_int, &opt.jobs,
	  "recordings at once" },
	{ 't', "timeout", "SV_ASR_TIMEOUT", "TIME", sv_ms, &opt.timeout_ms,
	  "end a decoder that stands still for TIME" },
	{ 0, "format", "SV_ASR_FORMAT", "FORMAT", sv_str, &opt.format,
	  "ndjson, txt, srt, vtt or ctm" },
	{ 'o', "output", NULL, "FILE", sv_str, &opt.output,
	  "where transcripts go" },
	{ 0, "output-folder", NULL, "FOLDER", sv_str, &opt.output_folder,
	  "a transcript for each recording in FOLDER" },
	{ 0, "resume", "SV_ASR_RESUME", "FILE", sv_str, &opt.resume,
	  "keep results in FILE, and take them from there" },
	{ 0, "unordered", NULL, NULL, sv_flag, &opt.unordered,
	  "each recording as soon as it is done" },
	{ 0 },
};

static const struct sv_command command = {
	.name = "sv-asr",
	.operands = "[FILE ... | engines]",
	.about = "speech to text, live from stdin or from recordings",
	.options = options,
};

/* -u is the url of the first engine that has one */
static int point(void)
{
	for (size_t i = 0; opt.url && i < opt.engines.n; i++) {
		const char *name = opt.engines.items[i];
		const struct asr_engine *engine = asr_engine_find(name);

		if (engine && engine->remote)
			return sv_add(sv_format("%s.url=%s", name, opt.url),
			              &opt.settings);
	}
	if (opt.url)
		return sv_fail(EX_USAGE,
		               "-u %s: none of the engines is a "
		               "service",
		               opt.url);
	return 0;
}

static int complete(void)
{
	if (!opt.engines.n)
		sv_names("vosk", &opt.engines);
	return point();
}

/* all of it once more, for a server that loads again */
static int reread(void)
{
	int rc;

	opt = (struct asr_config)DEFAULTS;
	rc = sv_start_again();
	return rc ? rc : complete();
}

/* `sv-asr engines`: those of -e, or all */
static int list_engines(int operands)
{
	if (operands > 1)
		return sv_fail(EX_USAGE, "engines: no operands; -e names them");
	if (!opt.engines.n) {
		for (int i = 0; asr_engines[i]; i++)
			sv_add(asr_engines[i]->name, &opt.engines);
	}
	return roster_print(&opt, opt.probe);
}

static int run(void)
{
	int n;
	char **operands = sv_operands(&n);
	bool listing = n && !strcmp(operands[0], "engines");
	int rc = 0;

	if (!listing || opt.engines.n)
		rc = complete();
	if (rc)
		return rc;
	if (listing)
		return list_engines(n);
	if (opt.probe)
		return sv_fail(EX_USAGE, "--probe belongs to sv-asr engines");
	if (opt.serve && (n || opt.files_from))
		return sv_fail(EX_USAGE, "--serve takes no recordings");
	if (opt.serve)
		return serve_run(&opt, reread);
	if (n || opt.files_from)
		return batch_run(&opt);
	return stream_run(&opt);
}

int main(int argc, char *argv[])
{
	sv_start(&command, argc, argv);
	return sv_end(run());
}
