/*
 * openai.c: speech to text by OpenAI, and by servers that speak as it does:
 * the engine, which keeps the utterances in their order
 */
#include "src/asr/openai.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"

/* A telephone's line is sent as it is. */
static int rate(const struct asr_model *model, int line_hz)
{
	(void)model;
	return line_hz <= 8000 ? 8000 : 16000;
}

/* what the last recogniser has used */
static const char *variant(const struct asr_model *model)
{
	return model->used;
}

static const char *place(const struct asr_model *model)
{
	return model->openai.place;
}

/* --- what is expected --- */

const char *openai_name(const struct asr *asr)
{
	return asr->way == &openai_session ? asr->model->session
	                                   : asr->model->model;
}

enum openai_hints openai_hints_of(const struct asr_model *model,
                                  const char *name)
{
	if (model->hints != OPENAI_HINTS_BY_MODEL)
		return model->hints;
	if (!strncmp(name, "gpt-realtime", 12) || strstr(name, "diarize"))
		return OPENAI_NO_HINTS;
	if (!strncmp(name, "gpt-transcribe", 14))
		return OPENAI_KEYWORDS;
	if (!strncmp(name, "gpt-4o", 6) || strstr(name, "whisper"))
		return OPENAI_PROMPT;
	return OPENAI_NO_HINTS;
}

char *openai_prompt(const struct asr *asr)
{
	const char *name = openai_name(asr);
	const char *own = asr->model->prompt;
	const char *hints = NULL;

	if (openai_hints_of(asr->model, name) == OPENAI_PROMPT)
		hints = asr->hints;
	if (own && hints)
		return sv_format("%s %s", own, hints);
	return sv_strdup(own ? own : hints);
}

static char *join(const json_t *hints)
{
	struct sv_buf all;
	json_t *hint;
	size_t i;
	bool fits = true;

	sv_buf_init(&all, 1024); /* Whisper reads 224 tokens of a prompt */
	json_array_foreach (hints, i, hint)
		fits = fits && !sv_buf_printf(&all, "%s%s", i ? ", " : "",
		                              json_string_value(hint));
	if (all.len)
		return sv_buf_take(&all);
	sv_buf_release(&all);
	return NULL;
}

static int set_language(struct asr *asr, const char *spoken)
{
	const char *set = asr->model->language;

	if (set && strcmp(set, "auto") != 0)
		snprintf(asr->language, sizeof asr->language, "%s", set);
	else if (!set && *spoken)
		snprintf(asr->language, sizeof asr->language, "%s", spoken);
	return 0;
}

static int expect(struct asr *asr, const struct expect *wanted)
{
	set_language(asr, wanted->language);
	free(asr->hints);
	json_decref(asr->hints_list);
	asr->hints_list = json_incref(wanted->hints);
	asr->hints = join(wanted->hints);
	return asr->way->expect ? asr->way->expect(asr) : 0;
}

/* --- utterances --- */

static void drop(struct openai_utterance *utterance)
{
	utterance->asr->way->drop(utterance);
	json_decref(utterance->fields);
	sv_buf_release(&utterance->text);
	free(utterance->why);
	free(utterance);
}

static void close_openai(struct asr *asr)
{
	if (!asr)
		return;
	sv_loop_disarm(asr->place->loop, &asr->later);
	while (asr->first) {
		struct openai_utterance *next = asr->first->next;

		drop(asr->first);
		asr->first = next;
	}
	asr->way->close(asr);
	free(asr->hints);
	json_decref(asr->hints_list);
	free(asr->why);
	free(asr);
}

static int open_openai(struct asr **made, struct asr_model *model,
                       const struct asr_place *at)
{
	struct asr *asr = sv_alloc(sizeof *asr);
	int rc;

	asr->model = model;
	asr->place = at;
	asr->rate_hz = rate(model, at->rate_hz);
	asr->way = openai_by_session(model, at->live) ? &openai_session
	                                              : &openai_post;
	set_language(asr, model->usual);
	model->used = openai_name(asr);
	rc = asr->way->open(asr);
	if (rc)
		close_openai(asr);
	else
		*made = asr;
	return rc;
}

static bool ready(const struct asr *asr)
{
	return !asr->way->ready || asr->way->ready(asr);
}

/* Other models than this one begin when the utterance is over. */
static bool mute(const struct asr *asr)
{
	return asr->way != &openai_session ||
	       strncmp(asr->model->session, "gpt-realtime", 12) != 0;
}

static int broken(const struct asr *asr)
{
	return asr->rc ? sv_fail(asr->rc, "%s", asr->why) : 0;
}

static int begin(struct asr *asr)
{
	struct openai_utterance *utterance;
	int rc = broken(asr);

	if (rc)
		return rc;
	utterance = sv_alloc(sizeof *utterance);
	utterance->asr = asr;
	utterance->number = ++asr->numbers;
	sv_buf_init(&utterance->text, 1 << 20);
	if (asr->first)
		asr->last->next = utterance;
	else
		asr->first = utterance;
	asr->last = utterance;
	asr->open = true;
	return asr->way->begin(asr, utterance);
}

static int feed(struct asr *asr, const int16_t *samples, size_t n)
{
	int rc = broken(asr);

	if (!rc)
		rc = asr->way->feed(asr->last, samples, n);
	if (!rc)
		asr->last->n += n;
	return rc;
}

static int finish(struct asr *asr, int64_t offset_ms, bool cut)
{
	int rc = broken(asr);

	(void)cut; /* the service decodes all it was given */
	asr->open = false;
	asr->last->offset_ms = offset_ms;
	asr->last->finished = true;
	return rc ? rc : asr->way->finish(asr->last);
}

static int partial(struct asr *asr, const char **text)
{
	const struct openai_utterance *of = asr->open ? asr->last : asr->first;

	*text = of ? sv_buf_str(&of->text) : "";
	if (of && of->done && of->rc)
		return sv_fail(of->rc, "%s", of->why);
	return broken(asr);
}

static int result(struct asr *asr, json_t **fields)
{
	struct openai_utterance *utterance = asr->first;
	int rc = 0;

	*fields = NULL;
	if (!utterance || !utterance->finished || !utterance->done)
		return broken(asr);
	rc = utterance->rc ? sv_fail(utterance->rc, "%s", utterance->why) : 0;
	*fields = utterance->fields;
	utterance->fields = NULL;
	asr->first = utterance->next;
	drop(utterance);
	return rc;
}

void openai_done(struct openai_utterance *utterance, int rc, json_t *fields)
{
	if (utterance->done) { /* a service that says it twice */
		json_decref(fields);
		return;
	}
	utterance->done = true;
	utterance->rc = rc;
	utterance->fields = fields;
	if (rc)
		utterance->why = sv_strdup(sv_why());
}

void openai_broken(struct asr *asr, int rc, int retry_ms)
{
	if (asr->rc)
		return;
	asr->rc = rc;
	asr->why = sv_strdup(sv_why());
	asr->retry_ms = retry_ms;
}

static int on_later(void *arg)
{
	struct asr *asr = arg;

	if (asr->way->tidy)
		asr->way->tidy(asr);
	if (asr->place->notice)
		asr->place->notice(asr->place->arg);
	return 0;
}

void openai_notice(struct asr *asr)
{
	asr->later.fire = on_later;
	asr->later.arg = asr;
	sv_loop_arm(asr->place->loop, &asr->later, sv_now_ms());
}

void openai_count(struct asr *asr, const json_t *usage, int64_t ms)
{
	json_t *seconds = json_object_get(usage, "seconds");
	json_t *input = json_object_get(usage, "input_tokens");

	if (json_is_number(input)) {
		asr->spent.input_tokens += json_number_value(input);
		asr->spent.output_tokens += json_number_value(
			json_object_get(usage, "output_tokens"));
	} else if (json_is_number(seconds)) {
		asr->spent.seconds += json_number_value(seconds);
	} else {
		asr->spent.seconds += (double)ms / 1000;
	}
}

static int retry_ms(const struct asr *asr)
{
	return asr->retry_ms;
}

static size_t waiting(const struct asr *asr)
{
	return asr->way->waiting ? asr->way->waiting(asr) : 0;
}

static void spent(struct asr *asr, struct asr_spent *counted)
{
	counted->seconds += asr->spent.seconds;
	counted->input_tokens += asr->spent.input_tokens;
	counted->output_tokens += asr->spent.output_tokens;
	asr->spent = (struct asr_spent){ 0 };
}

/* a request holds a whole utterance, and is answered when all was heard */
static const struct asr_budgets budgets = { .result = 4000, .total = 8000 };

const struct asr_engine asr_openai = {
	.name = "openai",
	.about = "words, by OpenAI or a server that speaks as it does",
	.settings = openai_settings,
	.remote = true,
	.partials = true,
	.budgets = &budgets,
	.load = openai_load,
	.unload = openai_unload,
	.rate = rate,
	.place = place,
	.variant = variant,
	.identify = openai_identify,
	.open = open_openai,
	.close = close_openai,
	.ready = ready,
	.mute = mute,
	.retry_ms = retry_ms,
	.expect = expect,
	.begin = begin,
	.feed = feed,
	.partial = partial,
	.finish = finish,
	.result = result,
	.waiting = waiting,
	.spent = spent,
	.recording = openai_recording,
	.probe = openai_probe,
};
