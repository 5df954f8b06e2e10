/* roster.c: what there is to speak with, and whether it answers */
#include "src/tts/roster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/fail.h"

#include "src/tts/link.h"

enum { ABOUT_MAX = 65536 };

static void print(const char *name, const char *state, const char *about)
{
	printf("%-12s %-15s %s\n", name, state, about);
}

/* when the first sound of a word came */
struct first {
	struct tts_sound *sound;
	int64_t ms;
};

static int grew(void *arg)
{
	struct first *first = arg;

	if (!first->ms && first->sound->n)
		first->ms = sv_now_ms();
	return 0;
}

/* a word is spoken, within the engine's budgets, and paid for */
static int speak(struct tts_link *link, const struct tts_config *config,
                 struct sv_buf *about)
{
	bool english = config->language && !strcmp(config->language, "en");
	const char *language = english ? "en" : "ru";
	struct tts_phrase phrase = { .text = english ? "yes" : "да",
		                     .language = language };
	struct tts_sound sound;
	struct first first = { .sound = &sound };
	struct tts_watch watch = { .engine = link->engine,
		                   .tts = link->tts,
		                   .budget = link->engine->remote
		                                     ? &link->budget
		                                     : NULL,
		                   .sound = &sound };
	int64_t since_ms = sv_now_ms();
	int rc;

	phrase.voice = link->engine->voice(link->tts, language, NULL);
	if (!phrase.voice)
		return sv_fail(EX_UNAVAILABLE, "no voice for '%s'", language);
	tts_sound_init(&sound, config->rate_hz);
	sound.grew = grew;
	sound.arg = &first;
	tts_watch_begin(&watch);
	rc = link->engine->speak(link->tts, &phrase, &sound);
	rc = tts_watch_end(&watch, rc);
	if (!rc)
		rc = tts_sound_end(&sound);
	if (!rc && !sound.n)
		rc = sv_fail(EX_UNAVAILABLE, "no sound came");
	if (!rc)
		sv_buf_printf(
			about, "voice %s, first sound after %d ms",
			*phrase.voice ? phrase.voice : "of the server's choice",
			(int)((first.ms ? first.ms : sv_now_ms()) - since_ms));
	tts_sound_release(&sound);
	return rc;
}

static int probe(struct tts_link *link, const struct tts_config *config)
{
	const struct tts_engine *engine = link->engine;
	int64_t since_ms = sv_now_ms();
	struct sv_buf about;
	char *state;
	int rc;

	sv_buf_init(&about, ABOUT_MAX);
	rc = engine->probe ? engine->probe(link->tts, &about)
	                   : speak(link, config, &about);
	state = sv_format("answers %d ms", (int)(sv_now_ms() - since_ms));
	if (rc)
		print(engine->name, "does not answer", sv_why());
	else
		print(engine->name, state, sv_buf_str(&about));
	if (!rc && link->breaker)
		sv_breaker_worked(link->breaker);
	free(state);
	sv_buf_release(&about);
	return rc ? EX_UNAVAILABLE : 0;
}

static void print_voices(const struct tts_link *link)
{
	struct sv_buf names;

	if (!link->engine->voices)
		return;
	sv_buf_init(&names, ABOUT_MAX);
	if (!link->engine->voices(link->tts, &names) && names.len)
		printf("%-12s %s\n", "", sv_buf_str(&names));
	sv_buf_release(&names);
}

static void describe(const struct tts_link *link)
{
	const struct tts_engine *engine = link->engine;
	const char *place = engine->place ? engine->place(link->tts) : NULL;
	char *about = place ? sv_format("%s, at %s", engine->about, place)
	                    : sv_strdup(engine->about);
	enum sv_breaker_state state = SV_CLOSED;
	int left_ms = 0;
	char *left;

	if (link->breaker)
		state = sv_breaker_look(link->breaker, &left_ms);
	left = sv_format("left alone %ds", (left_ms + 999) / 1000);
	print(engine->name,
	      state == SV_CLOSED      ? "configured"
	      : state == SV_HALF_OPEN ? "to be tried"
	                              : left,
	      about);
	print_voices(link);
	free(left);
	free(about);
}

static int tell(const struct tts_engine *engine,
                const struct tts_config *config, bool probing)
{
	struct tts_link link = { .engine = engine };
	int rc = tts_link_open(&link, config);

	if (rc) {
		print(engine->name, "not configured", sv_why());
		return 0;
	}
	if (probing)
		rc = probe(&link, config);
	else
		describe(&link);
	tts_link_close(&link);
	return rc;
}

int tts_roster_print(const struct tts_config *config, bool probing)
{
	const struct sv_list *names = &config->engines;
	bool all = true;
	size_t i;

	for (i = 0; i < names->n; i++)
		if (!tts_engine_find(names->items[i]))
			return sv_fail(EX_USAGE,
			               "no engine '%s'; -e help lists them",
			               names->items[i]);
	for (i = 0; names->n ? i < names->n : tts_engines[i] != NULL; i++)
		if (tell(names->n ? tts_engine_find(names->items[i])
		                  : tts_engines[i],
		         config, probing))
			all = false;
	return all ? 0
	           : sv_fail(EX_UNAVAILABLE,
	                     "not all engines that are configured answer");
}
