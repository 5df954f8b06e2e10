/* chain.c: which engine speaks, or the cache */
#include "src/tts/chain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/utf8.h"

#include "src/tts/cache.h"
#include "src/tts/link.h"
#include "src/tts/stage.h"

enum {
	LINKS = 8,
	LETTER_MS = 65,   /* of speech, where it must be guessed */
	LETTERS_MIN = 40, /* of a sentence by which that is measured */
};

struct tts_chain {
	const struct tts_config *config;
	struct tts_cache *cache;
	struct tts_link links[LINKS];
	size_t n;
	bool usual;    /* nobody asked for these engines: what is not installed
	             * is not missed */
	int letter_ms; /* what a letter took of late */
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
                             const struct tts_link *link)
{
	for (link++; link < chain->links + chain->n; link++)
		if (tts_link_usable(link))
			return link->engine->name;
	return NULL;
}

static int tell(const struct tts_task *task, const struct tts_link *link,
                const char *to)
{
	json_t *fields = json_pack("{ss ss* so si}", "from", link->engine->name,
	                           "to", to, "reason", sv_event_text(sv_why()),
	                           "lost_ms", task->lost_ms);

	if (to) /* else the failure itself is told of */
		sv_warn("%s; going on with %s", sv_why(), to);
	return tts_report(task->wish->call, task->wish->t, "engine.failover",
	                  fields);
}

static int fail_over(const struct tts_chain *chain, const struct tts_link *link,
                     const struct tts_wish *wish)
{
	const struct tts_task task = { .wish = wish };

	return tell(&task, link, next_name(chain, link));
}

/* a service without anybody behind it gets a second chance */
static bool alone(const struct tts_chain *chain, const struct tts_link *link)
{
	return link->engine->remote && !next_name(chain, link);
}

/* Sees that the engine is open: 0, or its code with the event written. */
static int open_link(struct tts_chain *chain, struct tts_link *link,
                     const struct tts_wish *wish)
{
	int rc = tts_link_open(link, chain->config);

	if (!rc)
		return 0;
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
	chain->letter_ms = LETTER_MS;
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
		tts_link_close(&chain->links[i]);
	tts_cache_free(chain->cache);
	free(chain);
}

void tts_chain_tend(struct tts_chain *chain)
{
	bool remote = false;
	size_t i;

	for (i = 0; i < chain->n; i++) {
		struct tts_link *link = &chain->links[i];

		/* who may have to take over from a service is made ready,
		 * one at a time: it takes a moment */
		if (!link->tts && !link->off && remote) {
			if (tts_link_open(link, chain->config))
				sv_warn("%s", sv_why());
			return;
		}
		if (link->tts)
			tts_link_tend(link);
		remote = remote || link->engine->remote;
	}
}

/* how long a letter is, by a whole sentence: for one that will not be whole */
static void measure(struct tts_chain *chain, const struct tts_wish *wish,
                    const struct tts_sound *sound)
{
	size_t letters = sv_utf8_count(wish->text, strlen(wish->text));
	int64_t ms = (int64_t)sound->n * 1000 / sound->rate_hz;

	if (letters >= LETTERS_MIN && !wish->n_notes)
		chain->letter_ms = (int)(ms / (int64_t)letters) + 1;
}

static int synthesise(struct tts_chain *chain, struct tts_link *link,
                      struct tts_task *task)
{
	bool fresh = !task->sound->n;
	int rc = tts_link_speak(link, task);

	if (!rc)
		rc = tts_sound_end(task->sound);
	if (!rc && fresh)
		measure(chain, task->wish, task->sound);
	return rc;
}

/* what a sentence is kept under, if it may be */
struct key {
	unsigned char bytes[SV_SHA256];
	bool valid;
};

/* Nothing was heard yet: says who speaks, and whether the cache has it. */
static bool recall(struct tts_chain *chain, struct tts_link *link,
                   struct tts_task *task, struct tts_credit *credit,
                   struct key *key)
{
	key->valid = chain->cache && tts_link_key(link, task, key->bytes);
	credit->engine = link->engine->name;
	snprintf(credit->voice, sizeof(credit->voice), "%s", task->voice);
	credit->cached = key->valid &&
	                 tts_cache_get(chain->cache, key->bytes, task->sound);
	return credit->cached;
}

/* Its breaker is open: told of once. */
static int pass_over(struct tts_chain *chain, struct tts_link *link,
                     const struct tts_wish *wish)
{
	if (!link->told)
		fail_over(chain, link, wish);
	link->told = true;
	return EX_TEMPFAIL;
}

static int speak_by(struct tts_chain *chain, struct tts_link *link,
                    struct tts_task *task, struct tts_credit *credit)
{
	struct key key = { .valid = false };
	int rc;

	if (!task->sound->n && recall(chain, link, task, credit, &key))
		return tts_sound_breathe(task->sound);
	if (!task->force && !tts_link_allowed(link))
		return pass_over(chain, link, task->wish);
	rc = synthesise(chain, link, task);
	if (!rc && key.valid)
		tts_cache_put(chain->cache, key.bytes, task->sound);
	task->again = !task->force && alone(chain, link) &&
	              (rc == EX_TEMPFAIL || rc == EX_UNAVAILABLE) &&
	              !tts_link_retry_ms(link);
	if (rc && !task->stopped)
		tell(task, link,
		     task->again ? link->engine->name : next_name(chain, link));
	return rc;
}

/* One engine's try: 0, a code, or (task->stopped set) what grew() returned. */
static int try_link(struct tts_chain *chain, struct tts_link *link,
                    struct tts_task *task, struct tts_credit *credit)
{
	const struct tts_wish *wish = task->wish;
	int rc = open_link(chain, link, wish);

	if (rc)
		return rc;
	task->voice =
		link->engine->voice(link->tts, wish->language, wish->voice);
	if (task->voice)
		return speak_by(chain, link, task, credit);
	rc = sv_fail(EX_UNAVAILABLE, "%s: no voice for '%s'",
	             link->engine->name, wish->language);
	if (!link->voiceless && !chain->usual)
		fail_over(chain, link, wish);
	link->voiceless = true;
	return rc;
}

static int speak(struct tts_chain *chain, struct tts_task *task,
                 struct tts_credit *credit)
{
	const char *text = task->wish->text;
	size_t i;
	int rc = sv_fail(EX_UNAVAILABLE, "no engine is left to speak");

	for (i = 0; rc && !task->stopped && i < chain->n; i++) {
		bool tried = task->tried;

		if (chain->links[i].off)
			continue;
		task->tried = false;
		rc = try_link(chain, &chain->links[i], task, credit);
		if (rc && !task->stopped && task->tried)
			task->from =
				tts_sound_break(task->sound, text, strlen(text),
			                        chain->letter_ms);
		task->tried |= tried;
	}
	return rc;
}

int tts_chain_speak(struct tts_chain *chain, const struct tts_wish *wish,
                    struct tts_sound *sound, struct tts_credit *credit)
{
	struct tts_task task = { .wish = wish, .sound = sound };
	int rc;

	tts_sound_reset(sound);
	rc = speak(chain, &task, credit);
	/* All are left alone for now, or the only one failed. To ask all the
	 * same is better than certain silence. */
	if (rc && !task.stopped && (!task.tried || task.again)) {
		task.force = true;
		rc = speak(chain, &task, credit);
	}
	return rc;
}
