/* link.c: one engine of the chain */
#include "src/tts/link.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/price.h"

#include "src/tts/part.h"
#include "src/tts/stage.h"

enum {
	GIVE_UP = 3, /* failures in a row, and a local engine is left out */
	KEY_MAX = 1 << 16,
	WARM_MS = 2000, /* between two looks at a connection */
};

static void add_breaker(struct tts_link *link)
{
	const char *place =
		link->engine->place ? link->engine->place(link->tts) : NULL;
	char *name;

	if (!link->engine->remote || !place)
		return;
	name = sv_format("tts-%s-%s", link->engine->name, place);
	link->breaker = sv_breaker_new(name, &sv_breaker_usual);
	free(name);
}

int tts_link_open(struct tts_link *link, const struct tts_config *config)
{
	int rc = 0;

	if (link->tts)
		return 0;
	if (link->engine->remote)
		rc = tts_budget_init(&link->budget, &config->settings,
		                     link->engine->name);
	if (!rc)
		rc = link->engine->open(&link->tts, config);
	if (rc)
		link->off = true;
	else
		add_breaker(link);
	return rc;
}

void tts_link_close(struct tts_link *link)
{
	if (link->tts)
		link->engine->close(link->tts);
	link->tts = NULL;
	sv_breaker_free(link->breaker);
	link->breaker = NULL;
}

bool tts_link_allowed(struct tts_link *link)
{
	int left_ms = 0;

	if (!link->breaker || sv_breaker_allows(link->breaker))
		return true;
	sv_breaker_look(link->breaker, &left_ms);
	sv_fail(EX_TEMPFAIL,
	        "%s: has failed too often, it is left alone for %d s",
	        link->engine->name, (left_ms + 999) / 1000);
	return false;
}

bool tts_link_usable(const struct tts_link *link)
{
	int left_ms;

	return !link->off &&
	       (!link->breaker ||
	        sv_breaker_look(link->breaker, &left_ms) != SV_OPEN);
}

bool tts_link_key(const struct tts_link *link, const struct tts_task *task,
                  unsigned char key[SV_SHA256])
{
	const struct tts_wish *wish = task->wish;
	struct sv_buf all;
	size_t i;
	int rc;

	sv_buf_init(&all, KEY_MAX);
	rc = link->engine->identify(link->tts, &all);
	if (!rc)
		rc = sv_buf_printf(&all, "%c%s%c%s%c%d%c%s", 0, task->voice, 0,
		                   wish->language, 0, task->sound->rate_hz, 0,
		                   wish->text);
	for (i = 0; !rc && i < wish->n_notes; i++) {
		const struct sv_note *note = wish->notes + i;

		/* a pause is made for who cannot; the others are nothing */
		if (note->kind == SV_PAUSE ||
		    link->engine->notes & 1u << note->kind)
			rc = sv_buf_printf(&all, "%c%d %zu %d", 0, note->kind,
			                   note->at, note->ms);
	}
	sv_sha256(sv_buf_str(&all), all.len, key);
	sv_buf_release(&all);
	return !rc;
}

int tts_link_retry_ms(const struct tts_link *link)
{
	return link->engine->retry_ms && link->tts
	               ? link->engine->retry_ms(link->tts)
	               : 0;
}

/* A wrong setting fails every time, and would for nobody else: the service is
 * well. sv_why() stays what it is. */
static void judge(struct tts_link *link, int rc, bool sounded)
{
	bool fault =
		rc == EX_TEMPFAIL || rc == EX_UNAVAILABLE || rc == EX_NOPERM;
	char *why = sv_strdup(sv_why());

	if (!rc)
		link->failures = 0;
	else
		link->failures++;
	if (!link->breaker)
		link->off = link->failures >= GIVE_UP;
	else if (!rc && sounded)
		sv_breaker_worked(link->breaker);
	else if (fault)
		sv_breaker_failed(link->breaker, tts_link_retry_ms(link));
	if (!rc)
		link->told = false;
	sv_fail(rc, "%s", why);
	free(why);
}

static int cost(const struct tts_task *task, const char *engine,
                const char *model, const char *unit, double amount)
{
	struct sv_cost cost = { .engine = engine,
		                .service = "tts",
		                .model = model,
		                .unit = unit,
		                .amount = amount };

	if (amount <= 0)
		return 0;
	return tts_forgive(
		sv_cost_event(task->wish->call, task->wish->t, &cost));
}

/* what was sent is paid for, heard or not */
static int count(struct tts_link *link, const struct tts_task *task)
{
	const char *name = link->engine->name;
	struct tts_spent spent = { 0 };
	const char *model;
	char *why;
	int rc;

	if (!link->engine->spent)
		return 0;
	why = sv_strdup(sv_why());
	link->engine->spent(link->tts, &spent);
	model = spent.model ? spent.model : *task->voice ? task->voice : NULL;
	rc = cost(task, name, model, "characters", spent.characters);
	if (!rc)
		rc = cost(task, name, model, "input_tokens",
		          spent.input_tokens);
	if (!rc)
		rc = cost(task, name, model, "output_tokens",
		          spent.output_tokens);
	if (!rc)
		sv_fail(0, "%s", why);
	free(why);
	return rc;
}

static int speak_part(struct tts_link *link, struct tts_task *task,
                      const struct tts_part *part)
{
	char *text = sv_strndup(task->wish->text + part->at, part->len);
	struct tts_phrase phrase = { .text = text,
		                     .notes = part->notes,
		                     .n_notes = part->n_notes,
		                     .language = task->wish->language,
		                     .voice = task->voice,
		                     .call = task->wish->call };
	struct tts_watch watch = { .engine = link->engine,
		                   .tts = link->tts,
		                   .budget = link->engine->remote
		                                     ? &link->budget
		                                     : NULL,
		                   .sound = task->sound };
	int rc;

	tts_watch_begin(&watch);
	rc = tts_sound_pause(task->sound, part->pause_ms);
	if (!rc && part->len)
		rc = tts_sound_part(task->sound, part->at);
	if (!rc && part->len)
		rc = link->engine->speak(link->tts, &phrase, task->sound);
	task->lost_ms = tts_watch_lost_ms(&watch);
	rc = tts_watch_end(&watch, rc);
	task->stopped = watch.stopped;
	free(text);
	return rc;
}

int tts_link_speak(struct tts_link *link, struct tts_task *task)
{
	const struct tts_wish *wish = task->wish;
	struct tts_parts parts = { .text = wish->text,
		                   .len = strlen(wish->text),
		                   .notes = wish->notes,
		                   .n_notes = wish->n_notes,
		                   .can = link->engine->notes,
		                   .at = task->from };
	size_t before = task->sound->n;
	struct tts_part part;
	int rc = 0, counted;

	task->tried = true;
	if (link->engine->most)
		parts.most = link->engine->most(link->tts);
	while (parts.pause < parts.n_notes && task->from &&
	       parts.notes[parts.pause].at <= task->from)
		parts.pause++;
	while (!rc && tts_parts_next(&parts, &part))
		rc = speak_part(link, task, &part);
	tts_parts_release(&parts);
	if (!task->stopped)
		judge(link, rc, task->sound->n > before);
	else if (link->breaker && task->sound->n > before)
		sv_breaker_worked(link->breaker);
	counted = count(link, task);
	return rc ? rc : counted;
}

void tts_link_tend(struct tts_link *link)
{
	int64_t now = sv_now_ms();

	if (link->engine->tend)
		link->engine->tend(link->tts);
	if (!link->engine->warm || !tts_link_usable(link) ||
	    now - link->warmed_ms < WARM_MS)
		return;
	link->warmed_ms = now;
	link->engine->warm(link->tts);
}
