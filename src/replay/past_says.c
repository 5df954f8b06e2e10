/* past_says.c: what was said to the caller then, and when it was heard */
#include "src/replay/past_says.h"

#include <stdio.h>
#include <string.h>

#include "lib/alloc.h"

enum { SAYS_MAX = 2000, LAG_MAX_MS = 5000 };

static const char *string(const struct sv_event *event, const char *key)
{
	return json_string_value(json_object_get(event->json, key));
}

static int64_t number(const struct sv_event *event, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(event->json, key));

	return n > 0 && n < SV_EVENT_NUMBER_MAX ? (int64_t)n : 0;
}

/* what is played has all been heard, and the caller did nothing since */
static bool all_quiet(const struct past *past)
{
	size_t i;

	for (i = 0; i < past->n_says; i++)
		if (!past->says[i].ended)
			return false;
	return !past->answered;
}

static size_t add_spoken(struct past *past, const char *text)
{
	past->spoken = sv_realloc(past->spoken,
	                          (past->n_spoken + 1) * sizeof *past->spoken);
	past->spoken[past->n_spoken] =
		(struct spoken){ sv_strdup(text), -1, -1 };
	return past->n_spoken++;
}

/* The first prompt after words of the caller's begins a new batch. One that
 * comes in a silence (are you there?) belongs to none. */
void past_say(struct past *past, const struct sv_event *event)
{
	const char *id = string(event, "say");
	const char *text = string(event, "text");
	struct said *said;
	bool quiet = all_quiet(past);

	if (!id || !text || past->n_says == SAYS_MAX)
		return;
	past->silent = quiet;
	if (past->answered) {
		past->batches = sv_realloc(past->batches,
		                           (past->n_batches + 1) *
		                                   sizeof *past->batches);
		past->batches[past->n_batches++] =
			(struct batch){ .start = event->t, .end = event->t };
		past->answered = false;
	}
	past->says =
		sv_realloc(past->says, (past->n_says + 1) * sizeof *past->says);
	said = &past->says[past->n_says++];
	*said = (struct said){ .t = event->t,
		               .start = -1,
		               .batch = past->n_batches - 1,
		               .spoken = add_spoken(past, text),
		               .of_batch = !quiet };
	snprintf(said->id, sizeof said->id, "%s", id);
}

static struct said *find_said(struct past *past, const struct sv_event *event)
{
	const char *id = string(event, "say");
	size_t i = past->n_says;

	while (id && i--)
		if (!strcmp(past->says[i].id, id))
			return &past->says[i];
	return NULL;
}

void past_played(struct past *past, const struct sv_event *event)
{
	struct said *said = find_said(past, event);
	struct spoken *spoken;

	past->reported = true;
	if (!said || said->start >= 0)
		return;
	said->start = event->t;
	spoken = &past->spoken[said->spoken];
	spoken->lag_ms = event->t - said->t;
	if (spoken->lag_ms < 0 || spoken->lag_ms > LAG_MAX_MS)
		spoken->lag_ms = -1; /* not known */
	if (said->of_batch && past->batches[said->batch].start == said->t)
		past->batches[said->batch].start = event->t;
}

void past_stopped(struct past *past, const struct sv_event *event)
{
	struct said *said = find_said(past, event);
	int64_t length = number(event, "duration_ms");

	past->reported = true;
	if (!said || said->ended)
		return;
	said->ended = true;
	if (!length && said->start >= 0)
		length = event->t - said->start;
	past->spoken[said->spoken].length_ms = length > 0 ? length : 0;
	if (!said->of_batch || past->batches[said->batch].end > event->t)
		return;
	past->batches[said->batch].end = event->t;
	past->batches[said->batch].cut =
		!strcmp(event->type, "tts.interrupted");
}

void past_settle(struct past *past)
{
	size_t i;

	for (i = 0; i < past->n_says; i++) {
		const struct said *said = &past->says[i];
		struct batch *batch = &past->batches[said->batch];
		struct spoken *spoken = &past->spoken[said->spoken];

		if (said->ended || !said->of_batch)
			continue;
		batch->end = (batch->end > batch->start ? batch->end
		                                        : batch->start) +
		             past_spoken(past, spoken->text).length_ms;
	}
}
