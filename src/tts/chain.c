/* chain.c: which engine speaks, or the cache */
#include "src/tts/chain.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/digest.h"
#include "lib/fail.h"
#include "lib/log.h"

#include "src/tts/cache.h"
#include "src/tts/engine.h"
#include "src/tts/stage.h"

enum {
	LINKS = 8,
	GIVE_UP = 3, /* failures in a row, and the engine is not tried again */
	KEY_MAX = 1 << 16,
};

struct link {
	const struct tts_engine *engine;
	struct tts *tts; /* NULL while it is not open */
	bool off;        /* does not open, or failed too often */
	int failures;    /* in a row */
	bool told;       /* that it has no voice for a language */
};

struct tts_chain {
	const struct tts_config *config;
	struct tts_cache *cache;
	struct link links[LINKS];
	size_t n;
	bool usual; /* nobody asked for these engines: what is not installed
	             * is not missed */
	int (*grew)(void *arg);
	void *arg;
	int stopped;
};

static int add_link(struct tts_chain *chain, const char *name)
{
	const struct tts_engine *engine = tts_engine_find(name);

	if (!engine)
		return sv_fail(EX_USAGE, "no engine '%s'; -e help lists them",
		               name);
	if (chain->n == LINKS)
		return sv_fail(EX_USAGE, "more than %d engines", LINKS);
	chain->links[chain->n++].engine = engine;
	return 0;
}

static int add_links(struct tts_chain *chain)
{
	const struct sv_list *names = &chain->config->engines;
	size_t i;
	int rc = 0;

	chain->usual = !names->n;
	if (chain->usual) {
		rc = add_link(chain, "rhvoice");
		return rc ? rc : add_link(chain, "espeak");
	}
	for (i = 0; !rc && i < names->n; i++)
		rc = add_link(chain, names->items[i]);
	return rc;
}

/* who would speak next, for the event */
static const char *next_name(const struct tts_chain *chain,
                             const struct link *link)
{
	for (link++; link < chain->links + chain->n; link++)
		if (!link->off)
			return link->engine->name;
	return NULL;
}

static int fail_over(const struct tts_chain *chain, const struct link *link,
                     const struct tts_wish *wish)
{
	const char *to = next_name(chain, link);
	json_t *fields = json_pack("{ss ss* ss}", "from", link->engine->name,
	                           "to", to, "reason", sv_why());

	if (to) /* else the failure itself is told of */
		sv_warn("%s; going on with %s", sv_why(), to);
	return tts_report(wish->call, wish->t, "engine.failover", fields);
}

/* Sees that the engine is open: 0, or its code with the event written. */
static int open_link(struct tts_chain *chain, struct link *link,
                     const struct tts_wish *wish)
{
	int rc;

	if (link->tts)
		return 0;
	rc = link->engine->open(&link->tts, chain->config);
	if (!rc)
		return 0;
	link->off = true;
	if (chain->usual && rc == EX_UNAVAILABLE && next_name(chain, link))
		sv_info("%s", sv_why());
	else if (rc != EX_USAGE)
		fail_over(chain, link, wish);
	return rc;
}

int tts_chain_new(struct tts_chain **made, const struct tts_config *config)
{
	static const struct tts_wish nothing;
	struct tts_chain *chain = sv_alloc(sizeof(*chain));
	size_t i;
	int rc;

	chain->config = config;
	rc = add_links(chain);
	for (i = 0; !rc && i < chain->n; i++) {
		rc = open_link(chain, &chain->links[i], &nothing);
		if (!rc)
			break;
		if (rc != EX_USAGE && i + 1 < chain->n)
			rc = 0;
	}
	if (rc) {
		tts_chain_free(chain);
		return rc;
	}
	if (!config->no_cache)
		chain->cache = tts_cache_new(config->cache,
		                             (int64_t)config->cache_mb << 20);
	*made = chain;
	return 0;
}

void tts_chain_free(struct tts_chain *chain)
{
	size_t i;

	if (!chain)
		return;
	for (i = 0; i < chain->n; i++)
		if (chain->links[i].tts)
			chain->links[i].engine->close(chain->links[i].tts);
	tts_cache_free(chain->cache);
	free(chain);
}

/* All that makes the sound: see engine.h's identify(). false: too long. */
static bool make_key(const struct link *link, const struct tts_phrase *phrase,
                     int rate_hz, unsigned char key[SV_SHA256])
{
	struct sv_buf all;
	int rc;

	sv_buf_init(&all, KEY_MAX);
	rc = link->engine->identify(link->tts, &all);
	if (!rc)
		rc = sv_buf_printf(&all, "%c%s%c%s%c%d%c%s", 0, phrase->voice,
		                   0, phrase->language, 0, rate_hz, 0,
		                   phrase->text);
	sv_sha256(sv_buf_str(&all), all.len, key);
	sv_buf_release(&all);
	return !rc;
}

static int grew(void *arg)
{
	struct tts_chain *chain = arg;

	chain->stopped = chain->grew ? chain->grew(chain->arg) : 0;
	return chain->stopped;
}

/* the engine itself; chain->stopped tells its failures from our stopping it */
static int synthesise(struct tts_chain *chain, struct link *link,
                      const struct tts_phrase *phrase, struct tts_sound *sound)
{
	int rc;

	chain->grew = sound->grew;
	chain->arg = sound->arg;
	chain->stopped = 0;
	sound->grew = grew;
	sound->arg = chain;
	tts_sound_reset(sound);
	rc = link->engine->speak(link->tts, phrase, sound);
	if (!rc)
		rc = tts_sound_end(sound);
	sound->grew = chain->grew;
	sound->arg = chain->arg;
	return rc;
}

static int speak_by(struct tts_chain *chain, struct link *link,
                    const struct tts_phrase *phrase, struct tts_sound *sound,
                    struct tts_credit *credit)
{
	unsigned char key[SV_SHA256];
	bool keyed =
		chain->cache && make_key(link, phrase, sound->rate_hz, key);
	int rc;

	credit->engine = link->engine->name;
	credit->voice = phrase->voice;
	credit->cached = keyed && tts_cache_get(chain->cache, key, sound);
	if (credit->cached)
		return sound->grew ? sound->grew(sound->arg) : 0;
	rc = synthesise(chain, link, phrase, sound);
	if (!rc && keyed)
		tts_cache_put(chain->cache, key, sound);
	return rc;
}

/* One engine's try: 0, a code, or (stopped set) what grew() returned. */
static int try_link(struct tts_chain *chain, struct link *link,
                    const struct tts_wish *wish, struct tts_sound *sound,
                    struct tts_credit *credit)
{
	struct tts_phrase phrase = { .text = wish->text,
		                     .language = wish->language,
		                     .call = wish->call };
	int rc = open_link(chain, link, wish);

	if (rc)
		return rc;
	phrase.voice =
		link->engine->voice(link->tts, wish->language, wish->voice);
	if (!phrase.voice) {
		rc = sv_fail(EX_UNAVAILABLE, "%s: no voice for '%s'",
		             link->engine->name, wish->language);
		if (!link->told && !chain->usual)
			fail_over(chain, link, wish);
		link->told = true;
		return rc;
	}
	rc = speak_by(chain, link, &phrase, sound, credit);
	link->failures = rc && !chain->stopped ? link->failures + 1 : 0;
	if (link->failures) {
		link->off = link->failures >= GIVE_UP;
		fail_over(chain, link, wish);
	}
	return rc;
}

int tts_chain_speak(struct tts_chain *chain, const struct tts_wish *wish,
                    struct tts_sound *sound, struct tts_credit *credit)
{
	size_t i;
	int rc = sv_fail(EX_UNAVAILABLE, "no engine is left to speak");

	chain->stopped = 0;
	for (i = 0; rc && !chain->stopped && i < chain->n; i++)
		if (!chain->links[i].off)
			rc = try_link(chain, &chain->links[i], wish, sound,
			              credit);
	return rc;
}
