/* past.c: a call as it was */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/pcm.h"
#include "lib/start.h"
#include "lib/utf8.h"

#include "src/replay/past_says.h"

enum {
	CUES_MAX = 20000,
	BYTES_MAX = 16 << 20, /* of one call's cues */
};

struct past *past_new(const char *id)
{
	struct past *past = sv_alloc(sizeof *past);

	snprintf(past->id, sizeof past->id, "%s", id);
	past->began_ms = -1;
	past->batches = sv_alloc(sizeof *past->batches);
	past->n_batches = 1;
	return past;
}

void past_free(struct past *past)
{
	size_t i;

	if (!past)
		return;
	for (i = 0; i < past->n_cues; i++)
		free(past->cues[i].line);
	for (i = 0; i < past->n_spoken; i++)
		free(past->spoken[i].text);
	account_release(&past->account);
	free(past->cues);
	free(past->batches);
	free(past->spoken);
	free(past->says);
	free(past->caller);
	free(past->callee);
	free(past->direction);
	free(past->language);
	free(past->recording);
	free(past);
}

static const char *string(const struct sv_event *event, const char *key)
{
	return json_string_value(json_object_get(event->json, key));
}

static void keep(char **to, const struct sv_event *event, const char *key)
{
	const char *text = string(event, key);

	if (!text || *to)
		return;
	*to = sv_strdup(text);
}

static int64_t number(const struct sv_event *event, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(event->json, key));

	return n > 0 && n < SV_EVENT_NUMBER_MAX ? (int64_t)n : 0;
}

static struct cue *add_cue(struct past *past, const struct sv_event *event)
{
	struct cue *cue;

	if (past->n_cues == CUES_MAX || past->bytes + event->len > BYTES_MAX) {
		past->full = true;
		return NULL;
	}
	if (past->n_cues % 16 == 0)
		past->cues = sv_realloc(past->cues,
		                        (past->n_cues + 16) * sizeof *cue);
	cue = &past->cues[past->n_cues++];
	*cue = (struct cue){ .t = event->t,
		             .line = sv_strndup(event->line, event->len),
		             .len = event->len,
		             .batch = past->speaking ? past->speaking_batch
		                                     : past->n_batches - 1,
		             .inside = past->speaking };
	past->bytes += event->len;
	return cue;
}

static bool is_language(const char *name)
{
	return name && (!strcmp(name, "ru") || !strcmp(name, "en"));
}

static void on_start(struct past *past, const struct sv_event *event)
{
	const char *stage = string(event, "stage");
	struct cue *cue = add_cue(past, event);

	past->has_start |= cue != NULL;
	if (cue)
		cue->start = true;
	keep(&past->caller, event, "caller");
	keep(&past->callee, event, "callee");
	keep(&past->direction, event, "direction");
	if (is_language(string(event, "language")))
		keep(&past->language, event, "language");
	past->rate_hz = (int)number(event, "rate");
	if (!sv_rate_valid(past->rate_hz))
		past->rate_hz = 0;
	/* sv-asr's own is that of sound without a line */
	past->live = !stage || strcmp(stage, "asr") != 0;
	past->answered = true;
}

static bool by_agent(const struct sv_event *event)
{
	const char *speaker = string(event, "speaker");

	return speaker && !strcmp(speaker, "agent");
}

static void on_speech(struct past *past, const struct sv_event *event)
{
	if (by_agent(event))
		return;
	past->speaking = false; /* it is a new one */
	add_cue(past, event);
	past->speaking = true;
	past->speaking_batch = past->n_batches - 1;
}

static void on_words(struct past *past, const struct sv_event *event)
{
	if (!by_agent(event))
		add_cue(past, event);
}

static void on_final(struct past *past, const struct sv_event *event)
{
	const char *text = string(event, "text");
	struct cue *cue = by_agent(event) ? NULL : add_cue(past, event);

	if (!cue)
		return;
	cue->answer = text && *text;
	past->answered |= cue->answer;
	past->speaking = false;
}

static void on_key(struct past *past, const struct sv_event *event)
{
	struct cue *cue = add_cue(past, event);

	if (cue)
		cue->answer = cue->key = true;
	past->answered = true;
}

static void on_end(struct past *past, const struct sv_event *event)
{
	struct cue *cue;

	past->speaking = false;
	cue = add_cue(past, event);
	past->has_end |= cue != NULL;
	if (cue)
		cue->ending = true;
	keep(&past->recording, event, "recording");
}

static void on_left(struct past *past, const struct sv_event *event)
{
	(void)event;
	past->left = true;
}

static const struct {
	const char *type;
	void (*take)(struct past *past, const struct sv_event *event);
} takers[] = {
	{ "call.start", on_start },
	{ "vad.start", on_speech },
	{ "vad.end", on_words },
	{ "asr.partial", on_words },
	{ "asr.final", on_final },
	{ "dtmf", on_key },
	{ "call.end", on_end },
	{ "dialog.say", past_say },
	{ "tts.start", past_played },
	{ "tts.end", past_stopped },
	{ "tts.interrupted", past_stopped },
	{ "call.hangup", on_left },
	{ "call.transfer", on_left },
};

static void date(struct past *past, const struct sv_event *event)
{
	const char *time = string(event, "time");
	int64_t ms;

	if (past->began_ms < 0 && time && !sv_time_parse(time, &ms) &&
	    ms >= event->t)
		past->began_ms = ms - event->t;
}

void past_take(struct past *past, const struct sv_event *event)
{
	size_t i;

	date(past, event);
	if (event->t > past->last_t)
		past->last_t = event->t;
	account_take(&past->account, event);
	for (i = 0; i < sizeof takers / sizeof *takers; i++)
		if (!strcmp(takers[i].type, event->type))
			takers[i].take(past, event);
}

bool past_tells(const struct past *past)
{
	size_t i;

	for (i = 0; i < past->n_cues; i++)
		if (past->cues[i].start || past->cues[i].answer)
			return true;
	return false;
}

void past_done(struct past *past)
{
	past->live &= past->reported;
	past_settle(past);
	if (past->full || past->account.cut) {
		sv_bad_input();
		sv_warn("%s: too long a call: the rest of it is left out",
		        past->id);
	}
}
