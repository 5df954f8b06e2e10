/* main.c: sv-tts, text to speech: options, and what they open */
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/pcm.h"
#include "lib/start.h"

#include "src/tts/chain.h"
#include "src/tts/config.h"
#include "src/tts/engine.h"
#include "src/tts/live.h"
#include "src/tts/pace.h"
#include "src/tts/roster.h"
#include "src/tts/settings.h"
#include "src/tts/stage.h"

static struct tts_config opt = {
	.rate_hz = SV_RATE_DEFAULT,
	.lead_ms = 3 * SV_FRAME_MS,
	.cache_mb = 256,
};

static const struct sv_option options[] = {
	{ 'e', "engine", "SV_TTS_ENGINE", "NAME[,NAME]", sv_names, &opt.engines,
	  "speak with NAME, or the next; 'help' lists them" },
	{ 'p', "set", "SV_TTS_SET", "KEY=VALUE", tts_setting, &opt.settings,
	  "voice, rate, pitch, volume, or an engine's own" },
	{ 'u', "url", NULL, "URL", sv_str, &opt.url,
	  "the service of the first engine that is one" },
	{ 0, "probe", NULL, NULL, sv_flag, &opt.probe,
	  "engines: have each speak a word" },
	{ 'l', "language", "SV_LANG", "ru|en", sv_lang, &opt.language,
	  "language of texts that do not say theirs" },
	{ 'r', "rate", "SV_RATE", "HZ", sv_hz, &opt.rate_hz,
	  "samples a second of the sound" },
	{ 'o', "output", NULL, "FILE", sv_str, &opt.output,
	  "where the sound goes; events go to stdout then" },
	{ 0, "events", NULL, "FILE", sv_str, &opt.events, "where events go" },
	{ 0, "text", NULL, NULL, sv_flag, &opt.text,
	  "stdin is text, a line a prompt, not events" },
	{ 0, "pace", NULL, NULL, sv_flag, &opt.pace,
	  "speak in real time, silence in between" },
	{ 0, "clock", "SV_CLOCK", "wall|call", sv_clock, &opt.by_call,
	  "pace by the machine's clock, or by clock events" },
	{ 0, "lead", "SV_TTS_LEAD", "TIME", sv_ms, &opt.lead_ms,
	  "how far ahead of the ear, with --pace" },
	{ 0, "cache", "SV_TTS_CACHE", "FOLDER", sv_str, &opt.cache,
	  "keep what was spoken in FOLDER" },
	{ 0, "cache-size", "SV_TTS_CACHE_SIZE", "MIB", sv_int, &opt.cache_mb,
	  "how much of it to keep" },
	{ 0, "no-cache", NULL, NULL, sv_flag, &opt.no_cache,
	  "keep nothing, use nothing kept" },
	{ 0 },
};

static const struct sv_command command = {
	.name = "sv-tts",
	.operands = "[engines | TEXT ...]",
	.about = "text to speech: dialog.say events, or TEXT, to PCM",
	.options = options,
};

/* -u is the url of the first engine that has one */
static int add_url(void)
{
	const struct tts_engine *engine;
	size_t i;

	for (i = 0; opt.url && i < opt.engines.n; i++) {
		engine = tts_engine_find(opt.engines.items[i]);
		if (engine && engine->remote) /* kept for good: it is lent */
			return sv_add(
				sv_format("%s.url=%s", engine->name, opt.url),
				&opt.settings);
	}
	return opt.url ? sv_fail(EX_USAGE,
	                         "--url %s: none of the engines is a service",
	                         opt.url)
	               : 0;
}

static int check(bool listing)
{
	if (opt.probe && !listing)
		return sv_fail(EX_USAGE, "--probe belongs to sv-tts engines");
	if (opt.lead_ms < SV_FRAME_MS || opt.lead_ms > TTS_FLIGHT_MS)
		return sv_fail(EX_USAGE, "--lead takes %dms to %dms",
		               SV_FRAME_MS, TTS_FLIGHT_MS);
	return 0;
}

static int run(void)
{
	struct tts_stage stage = { 0 };
	struct tts_chain *chain = NULL;
	int n;
	char **words = sv_operands(&n);
	bool listing = n == 1 && !strcmp(words[0], "engines");
	int rc;

	if (opt.engines.n && !strcmp(opt.engines.items[0], "help"))
		return tts_list_engines();
	rc = check(listing);
	if (!rc)
		rc = add_url();
	if (!rc && listing)
		return tts_roster_print(&opt, opt.probe);
	if (!rc)
		rc = tts_stage_open(&stage, &opt);
	if (!rc)
		rc = tts_chain_new(&chain, &opt);
	if (!rc)
		rc = tts_live_run(&opt, chain, &stage, words, n);
	tts_chain_free(chain);
	return rc;
}

int main(int argc, char *argv[])
{
	sv_start(&command, argc, argv);
	return sv_end(run());
}
