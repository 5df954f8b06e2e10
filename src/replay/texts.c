/* texts.c: past calls by today's dialog, from what was recognised then */
#include "src/replay/texts.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/start.h"

#include "src/replay/child.h"
#include "src/replay/pacing.h"

enum { TO_MAX = 256 << 20 };

struct texts {
	const struct texts_config *config;
	struct child *children[2]; /* by the call's clock, or without one */
	struct past *pasts[TEXTS_WINDOW];
	struct run runs[TEXTS_WINDOW];
	size_t n;
};

struct texts *texts_new(const struct texts_config *config)
{
	struct texts *texts = sv_alloc(sizeof *texts);

	texts->config = config;
	return texts;
}

static struct run *run_of(struct texts *texts, const char *id)
{
	size_t i;

	for (i = 0; i < texts->n; i++)
		if (!strcmp(texts->pasts[i]->id, id))
			return &texts->runs[i];
	return NULL;
}

static int take(void *arg, const struct sv_event *event)
{
	struct texts *texts = arg;
	struct run *run = run_of(texts, event->call);

	return run ? run_take(run, event) : 0;
}

/* one step of each call of that kind that is not over; how many there were */
static int step_all(struct texts *texts, bool live, struct sv_buf *to,
                    size_t *stepped)
{
	int rc = 0;
	size_t i;

	*stepped = 0;
	for (i = 0; !rc && i < texts->n; i++) {
		struct run *run = &texts->runs[i];

		if (run->done || run->past->live != live)
			continue;
		rc = live ? run_step(run, to) : run_whole(run, to);
		++*stepped;
	}
	return rc;
}

static int keep_pace(struct texts *texts, int64_t start_us)
{
	int rc = 0;

	if (texts->config->pace) {
		rc = texts->config->part(texts->config->arg, &texts->runs[0]);
		if (texts->runs[0].past->live)
			pacing_wait(start_us +
			            run_when(&texts->runs[0]) * 1000);
	}
	return rc;
}

static int run_kind(struct texts *texts, bool live)
{
	int64_t start_us = sv_now_us();
	struct sv_buf to;
	size_t stepped = 0;
	int rc;

	sv_buf_init(&to, TO_MAX);
	do {
		rc = keep_pace(texts, start_us);
		if (!rc)
			rc = step_all(texts, live, &to, &stepped);
		if (!rc && stepped && !texts->children[live])
			rc = child_start(&texts->children[live],
			                 texts->config->command, live);
		if (!rc && stepped)
			rc = child_talk(texts->children[live], &to, stepped,
			                take, texts);
	} while (!rc && stepped && !sv_stopping());
	sv_buf_release(&to);
	return rc;
}

static void clear(struct texts *texts)
{
	while (texts->n) {
		texts->n--;
		run_release(&texts->runs[texts->n]);
		past_free(texts->pasts[texts->n]);
	}
}

int texts_end(struct texts *texts)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < texts->n; i++)
		run_init(&texts->runs[i], texts->pasts[i]);
	if (texts->n)
		rc = run_kind(texts, true);
	if (!rc && texts->n)
		rc = run_kind(texts, false);
	for (i = 0; !rc && i < texts->n && !sv_stopping(); i++)
		rc = texts->config->over(texts->config->arg, &texts->runs[i]);
	clear(texts);
	return rc;
}

int texts_add(struct texts *texts, struct past *past)
{
	size_t most = texts->config->pace ? 1 : TEXTS_WINDOW;

	texts->pasts[texts->n++] = past;
	return texts->n == most ? texts_end(texts) : 0;
}

int texts_free(struct texts *texts)
{
	int rc = 0;
	int i;

	if (!texts)
		return 0;
	for (i = 0; i < 2; i++)
		rc = rc ? rc : child_stop(texts->children[i]);
	/* those of a run that failed */
	while (texts->n)
		past_free(texts->pasts[--texts->n]);
	free(texts);
	return rc;
}
